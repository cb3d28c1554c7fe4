//! Sets: one value a key. OTP's `set`, `protected`.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::ops::Deref;

use super::Owner;
use super::counter::{Counter, CounterError, Step};
use super::hashed::Change;
use super::heir::{GiveAwayError, Heir, Transfer};
use super::key::TableKey;
use super::owned::owned_table;
use super::set_reader::TableReader;
use crate::process::{HandleInfo, Server, ServerRef};

/// A set of keys with a value each, written by its owner and read by everybody.
///
/// The owner gives out [`TableReader`]s; a reader sees each write at once and takes no lock. With the
/// table dropped, its readers find it empty, unless an [heir](Self::set_heir) has it by then. What a
/// reader can do the owner can too: a table derefs to its reader.
///
/// Its owner is whoever has it, and writes one thing at a time. Of writes through one `&Table` in
/// several threads each is atomic, but only [`PublicTable`](crate::PublicTable) keeps other writers out
/// of an [`insert_all`](Self::insert_all) or a [`clear`](Self::clear).
///
/// ```
/// use otp_core::Table;
///
/// let rates = Table::new();
/// let reader = rates.reader();
/// rates.insert("EUR", 1.0);
/// assert_eq!(reader.get("EUR"), Some(1.0));
/// drop(rates);
/// assert_eq!(reader.get("EUR"), None);
/// ```
pub struct Table<K, V> {
    reader: TableReader<K, V>,
    heir: Heir<Self>,
}

owned_table!(Table, TableReader, TableKey);

/// Writes the writers of a set: `$table`'s, each of which may write while `$turn` is held, or alone
/// while `$alone` is.
macro_rules! set_writers {
    ($table:ident, $turn:ident, $alone:ident) => {
        impl<K: TableKey, V> $table<K, V> {
            /// Puts `value` under `key`. Whether the key is new.
            #[inline]
            pub fn insert(&self, key: K, value: V) -> bool {
                let _turn = self.$turn();
                self.reader.shared.insert(key, value, |_| ()).is_none()
            }

            /// Puts `value` under `key` unless there is one already. Whether it was put there.
            pub fn insert_new(&self, key: K, value: V) -> bool {
                let _turn = self.$turn();
                self.reader.shared.insert_new(key, value)
            }

            /// Takes out what is under `key`. Whether there was anything.
            #[inline]
            pub fn remove<Q>(&self, key: &Q) -> bool
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                let _turn = self.$turn();
                self.reader.shared.remove(key, |_| ()).is_some()
            }

            /// Takes out what is under `key`, in one step, and answers it.
            pub fn take<Q>(&self, key: &Q) -> Option<V>
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
                V: Clone,
            {
                let _turn = self.$turn();
                self.reader.shared.remove(key, V::clone)
            }

            /// Takes out what is under `key` if `condition` holds for it: with an equality, OTP's
            /// `delete_object`. Whether it did. `condition` may read the table, and must not write it.
            pub fn remove_if(&self, key: &K, condition: impl FnMut(&V) -> bool) -> bool {
                let _turn = self.$turn();
                self.reader.shared.remove_if(key, condition)
            }

            /// Takes out, one by one, the keys for which `condition` holds. How many.
            ///
            /// `condition` may read the table, and must not write it.
            pub fn delete_where(&self, condition: impl FnMut(&K, &V) -> bool) -> usize {
                let _turn = self.$turn();
                self.reader.shared.remove_where(condition)
            }

            /// Takes out everything: for readers all at once.
            pub fn clear(&self) {
                let _alone = self.$alone();
                self.reader.shared.clear();
            }

            /// Replaces what is under `key` by what `change` makes of it, and answers what
            /// `change` answers beside it. `None` if there is nothing under `key`.
            ///
            /// Readers see the old value or the new one, never one in between. `change` may run more
            /// than once, when others write the same key; it may read the table, and must not write it.
            ///
            /// ```
            /// use otp_core::Table;
            ///
            /// let users = Table::new();
            /// users.insert("ann", (7, "Rome"));
            /// let moved = users.update("ann", |&(id, _)| ((id, "Oslo"), id));
            /// assert_eq!((moved, users.get("ann")), (Some(7), Some((7, "Oslo"))));
            /// assert_eq!(users.update("bob", |&user| (user, ())), None);
            /// ```
            pub fn update<Q, R>(&self, key: &Q, mut change: impl FnMut(&V) -> (V, R)) -> Option<R>
            where
                K: Borrow<Q> + Clone,
                Q: Hash + Eq + ?Sized,
            {
                let _turn = self.$turn();
                self.reader.shared.update(key, |value| {
                    let (value, answer) = change(value);
                    (Change::Put(value), answer)
                })
            }

            /// Changes a copy of what is under `key` by `change` and puts it in its place: OTP's
            /// `update_element`. Whether there was anything. As [`update`](Self::update) otherwise.
            pub fn update_element<Q>(&self, key: &Q, mut change: impl FnMut(&mut V)) -> bool
            where
                K: Borrow<Q> + Clone,
                Q: Hash + Eq + ?Sized,
                V: Clone,
            {
                let changed = self.update(key, |value| {
                    let mut value = value.clone();
                    change(&mut value);
                    (value, ())
                });
                changed.is_some()
            }

            /// Replaces, one by one, the values of which `change` makes another: OTP's `select_replace`.
            /// Of how many.
            ///
            /// Readers see each value before or after, never in between. `change` may run more than once
            /// for a key that others write; it may read the table, and must not write it.
            ///
            /// ```
            /// use otp_core::Table;
            ///
            /// let prices = Table::new();
            /// prices.insert_all([("fig", 120), ("pear", 55), ("melon", 390)]);
            /// let raised = prices.update_where(|_, cents| (*cents > 100).then(|| cents + 10));
            /// assert_eq!((raised, prices.get("fig"), prices.get("pear")), (2, Some(130), Some(55)));
            /// ```
            pub fn update_where(&self, change: impl FnMut(&K, &V) -> Option<V>) -> usize
            where
                K: Clone,
            {
                let _turn = self.$turn();
                self.reader.shared.update_where(change)
            }

            /// Counts: adds to the integer under `key`, atomically, and answers the new value. `step`
            /// is an integer, or a [`Step`] with a threshold.
            ///
            /// # Errors
            /// [`CounterError`]; nothing has changed then.
            pub fn update_counter<Q>(
                &self,
                key: &Q,
                step: impl Into<Step<V>>,
            ) -> Result<V, CounterError>
            where
                K: Borrow<Q> + Clone,
                Q: Hash + Eq + ?Sized,
                V: Counter,
            {
                let step = step.into();
                let _turn = self.$turn();
                let counted = self
                    .reader
                    .shared
                    .update(key, |&value| match step.of(value) {
                        Ok(sum) => (Change::Put(sum), Ok(sum)),
                        Err(error) => (Change::Keep, Err(error)),
                    });
                counted.unwrap_or(Err(CounterError::NoKey))
            }

            /// Counts in several steps at once, and answers the value after each.
            ///
            /// # Errors
            /// [`CounterError`]; nothing has changed then, by no step.
            pub fn update_counter_steps<Q, const N: usize>(
                &self,
                key: &Q,
                steps: [Step<V>; N],
            ) -> Result<[V; N], CounterError>
            where
                K: Borrow<Q> + Clone,
                Q: Hash + Eq + ?Sized,
                V: Counter,
            {
                let _turn = self.$turn();
                let counted = self.reader.shared.update(key, |&first| {
                    let mut value = first;
                    let mut values = [first; N];
                    for (step, after) in steps.iter().zip(&mut values) {
                        match step.of(value) {
                            Ok(sum) => (value, *after) = (sum, sum),
                            Err(error) => return (Change::Keep, Err(error)),
                        }
                    }
                    (Change::Put(value), Ok(values))
                });
                counted.unwrap_or(Err(CounterError::NoKey))
            }

            /// [`update_counter`](Self::update_counter), beginning with `first` if there is nothing
            /// under `key`.
            ///
            /// # Errors
            /// [`CounterError::Overflow`]; nothing has changed then.
            pub fn update_counter_or(
                &self,
                key: K,
                step: impl Into<Step<V>>,
                first: V,
            ) -> Result<V, CounterError>
            where
                V: Counter,
            {
                let step = step.into();
                let _turn = self.$turn();
                let counted = self.reader.shared.compute(key, |value| {
                    match step.of(value.copied().unwrap_or(first)) {
                        Ok(sum) => (Change::Put(sum), Ok(sum)),
                        Err(error) => (Change::Keep, Err(error)),
                    }
                });
                counted.unwrap_or(Err(CounterError::NoKey))
            }

            /// Puts in all of `entries`: readers see all of them or none. Of two with the same key the
            /// later wins.
            ///
            /// It costs two writes and two copies a key; where readers may see some before the others,
            /// [`insert`](Self::insert) in a loop costs less. `entries` must not write the table.
            pub fn insert_all(&self, entries: impl IntoIterator<Item = (K, V)>)
            where
                K: Clone,
                V: Clone,
            {
                let _alone = self.$alone();
                self.reader.shared.insert_all(entries, |_| true);
            }

            /// [`insert_all`](Self::insert_all) if none of the keys is there. Whether they are in: all
            /// or none.
            pub fn insert_all_new(&self, entries: impl IntoIterator<Item = (K, V)>) -> bool
            where
                K: Clone,
                V: Clone,
            {
                let _alone = self.$alone();
                self.reader
                    .shared
                    .insert_all(entries, |before| before.is_none())
            }
        }
    };
}

pub(super) use set_writers;

impl<K, V> Table<K, V> {
    #[inline]
    #[expect(clippy::unused_self, reason = "the form of a public table's")]
    fn turn(&self) -> Owner {
        Owner
    }
}

set_writers!(Table, turn, turn);
