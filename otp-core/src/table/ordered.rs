//! Ordered sets: one value a key, keys in order. OTP's `ordered_set`, `protected`.

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Bound, Deref, RangeBounds};

use super::Owner;
use super::counter::{Counter, CounterError, Step};
use super::heir::{GiveAwayError, Heir, Transfer};
use super::key::OrderedKey;
use super::ordered_reader::OrderedReader;
use super::owned::owned_table;
use crate::process::{HandleInfo, Server, ServerRef};

/// A set of keys in order with a value each, written by its owner and read by everybody.
///
/// Keys are one if `Ord` says that they are equal. As with a [`Table`](crate::Table), readers take no lock and see each write at once; with
/// the table dropped they find it empty, unless an [heir](Self::set_heir) has it by then; and a table
/// derefs to its reader.
///
/// One writes at a time: two threads that wrote through one `&OrderedTable` could lose a change. What
/// many write is a [`PublicOrderedTable`](crate::PublicOrderedTable).
///
/// ```
/// use otp_core::OrderedTable;
///
/// let scores = OrderedTable::new();
/// for (score, name) in [(70, "ann"), (90, "bob"), (80, "eve")] {
///     scores.insert(score, name);
/// }
/// assert_eq!(scores.first(), Some((70, "ann")));
/// assert_eq!(scores.next(&70), Some((80, "eve")));
/// let mut best = Vec::new();
/// scores.reader().scan_range(75.., |_, name| best.push(*name));
/// assert_eq!(best, ["eve", "bob"]);
/// ```
pub struct OrderedTable<K, V> {
    reader: OrderedReader<K, V>,
    heir: Heir<Self>,
}

owned_table!(OrderedTable, OrderedReader, OrderedKey);

/// Writes the writers of an ordered set: `$table`'s, each of which may write while `$turn` is held.
macro_rules! ordered_writers {
    ($table:ident, $turn:ident) => {
        impl<K: OrderedKey, V: Send + Sync + 'static> $table<K, V> {
            /// Puts `value` under `key`. Whether the key is new.
            #[inline]
            pub fn insert(&self, key: K, value: V) -> bool {
                let _turn = self.$turn();
                self.reader.shared.insert(key, value)
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
                Q: Ord + ?Sized,
            {
                let _turn = self.$turn();
                self.reader.shared.remove_if(key, |_| true)
            }

            /// Takes out what is under `key`, in one step, and answers it.
            pub fn take<Q>(&self, key: &Q) -> Option<V>
            where
                K: Borrow<Q>,
                Q: Ord + ?Sized,
                V: Clone,
            {
                let _turn = self.$turn();
                let mut taken = None;
                self.reader.shared.remove_if(key, |value| {
                    taken = Some(value.clone());
                    true
                });
                taken
            }

            /// Takes out what is under `key` if `condition` holds for it: with an equality, OTP's
            /// `delete_object`. Whether it did. `condition` may read the table, and must not write it.
            pub fn remove_if<Q>(&self, key: &Q, condition: impl FnOnce(&V) -> bool) -> bool
            where
                K: Borrow<Q>,
                Q: Ord + ?Sized,
            {
                let _turn = self.$turn();
                self.reader.shared.remove_if(key, condition)
            }

            /// Takes out, one by one and upwards, the keys for which `condition` holds. How many.
            ///
            /// `condition` may read the table, and must not write it.
            pub fn delete_where(&self, condition: impl FnMut(&K, &V) -> bool) -> usize {
                let _turn = self.$turn();
                let all = (Bound::Unbounded, Bound::Unbounded);
                self.reader.shared.remove_where::<K>(all, condition)
            }

            /// Takes out, one by one and upwards, the keys in `range`. How many.
            pub fn delete_range<Q>(&self, range: impl RangeBounds<Q>) -> usize
            where
                K: Borrow<Q>,
                Q: Ord + ?Sized,
            {
                let _turn = self.$turn();
                let ends = (range.start_bound(), range.end_bound());
                self.reader.shared.remove_where(ends, |_, _| true)
            }

            /// Takes out everything: for readers all at once.
            pub fn clear(&self) {
                let _turn = self.$turn();
                self.reader.shared.clear();
            }

            /// Replaces what is under `key` by what `change` makes of it, and answers what `change`
            /// answers beside it. `None` if there is nothing under `key`.
            ///
            /// Readers see the old value or the new one, never one in between. `change` may read the
            /// table, and must not write it.
            pub fn update<Q, R>(&self, key: &Q, change: impl FnOnce(&V) -> (V, R)) -> Option<R>
            where
                K: Borrow<Q>,
                Q: Ord + ?Sized,
            {
                let _turn = self.$turn();
                self.reader.shared.update(key, |value| {
                    let (value, answer) = change(value);
                    (Some(value), answer)
                })
            }

            /// Changes a copy of what is under `key` by `change` and puts it in its place: OTP's
            /// `update_element`. Whether there was anything. As [`update`](Self::update) otherwise.
            pub fn update_element<Q>(&self, key: &Q, change: impl FnOnce(&mut V)) -> bool
            where
                K: Borrow<Q>,
                Q: Ord + ?Sized,
                V: Clone,
            {
                let changed = self.update(key, |value| {
                    let mut value = value.clone();
                    change(&mut value);
                    (value, ())
                });
                changed.is_some()
            }

            /// Replaces, one by one and upwards, the values of which `change` makes another: OTP's
            /// `select_replace`. Of how many. As [`update`](Self::update) otherwise.
            pub fn update_where(&self, change: impl FnMut(&K, &V) -> Option<V>) -> usize {
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
                K: Borrow<Q>,
                Q: Ord + ?Sized,
                V: Counter,
            {
                let step = step.into();
                let _turn = self.$turn();
                let counted = self.reader.shared.update(key, |&value| {
                    let sum = step.of(value);
                    (sum.ok(), sum)
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
                let table = &self.reader.shared;
                let sum = step.of(table.with(&key, |&value| value).unwrap_or(first))?;
                table.insert(key, sum);
                Ok(sum)
            }

            /// Puts in all of `entries`: readers see all of them or none. Of two with the same key the
            /// later wins.
            ///
            /// It costs two writes and two copies a key; where readers may see some before the others,
            /// [`insert`](Self::insert) in a loop costs less. `entries` must not write the table.
            pub fn insert_all(&self, entries: impl IntoIterator<Item = (K, V)>)
            where
                V: Clone,
            {
                let _turn = self.$turn();
                self.reader.shared.insert_all(entries, |_| true);
            }

            /// [`insert_all`](Self::insert_all) if none of the keys is there. Whether they are in: all
            /// or none.
            pub fn insert_all_new(&self, entries: impl IntoIterator<Item = (K, V)>) -> bool
            where
                V: Clone,
            {
                let _turn = self.$turn();
                let absent = |before: Option<&V>| before.is_none();
                self.reader.shared.insert_all(entries, absent)
            }
        }
    };
}

pub(super) use ordered_writers;

impl<K, V> OrderedTable<K, V> {
    #[inline]
    #[expect(clippy::unused_self, reason = "the form of a public table's")]
    fn turn(&self) -> Owner {
        Owner
    }
}

ordered_writers!(OrderedTable, turn);
