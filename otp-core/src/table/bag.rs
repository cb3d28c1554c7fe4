//! Bags: several values a key. OTP's `bag` and `duplicate_bag`, `protected`.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::ops::Deref;

use super::bag_reader::{BagReader, DuplicateBagReader};
use super::heir::{GiveAwayError, Heir, Transfer};
use super::key::TableKey;
use super::owned::owned_table;
use crate::process::{HandleInfo, Server, ServerRef};

/// A set of keys with several values each, no two of them equal, written by its owner and read by
/// everybody.
///
/// The values of a key are in the order of their insertion. A write copies the values of its key: a bag
/// is for many keys with few values each. Otherwise it is as a [`Table`](crate::Table).
///
/// ```
/// use otp_core::BagTable;
///
/// let rooms = BagTable::new();
/// rooms.insert("lobby", "ann");
/// rooms.insert("lobby", "bob");
/// assert!(!rooms.insert("lobby", "ann"));
/// let reader = rooms.reader();
/// assert_eq!(reader.get("lobby"), ["ann", "bob"]);
/// assert_eq!(rooms.remove_object("lobby", &"ann"), 1);
/// assert_eq!(reader.len(), 1);
/// ```
pub struct BagTable<K, V> {
    reader: BagReader<K, V>,
    heir: Heir<Self>,
}

/// A set of keys with several values each, equal ones too, written by its owner and read by everybody.
///
/// Otherwise it is as a [`BagTable`].
///
/// ```
/// use otp_core::DuplicateBagTable;
///
/// let visits = DuplicateBagTable::new();
/// visits.insert("home", "ann");
/// visits.insert("home", "ann");
/// assert_eq!(visits.get("home"), ["ann", "ann"]);
/// ```
pub struct DuplicateBagTable<K, V> {
    reader: DuplicateBagReader<K, V>,
    heir: Heir<Self>,
}

owned_table!(BagTable, BagReader, TableKey);
owned_table!(DuplicateBagTable, DuplicateBagReader, TableKey);

/// Writes the writers of a bag; a `$value` fits into a `$list` if `$fits`.
macro_rules! bag_writers {
    ($table:ident, $($equal:ident,)? |$list:ident, $value:ident| $fits:expr) => {
        impl<K: TableKey, V: Clone $(+ $equal)?> $table<K, V> {
            /// Puts `value` after the others under `key`. Whether it is in: a bag takes no value twice
            /// under one key, a duplicate bag takes every value.
            pub fn insert(&self, key: K, value: V) -> bool {
                let $value = &value;
                self.reader.shared.insert(key, $value, |$list| $fits)
            }

            /// Puts `value` under `key` unless there is anything already. Whether it was put there.
            pub fn insert_new(&self, key: K, value: V) -> bool {
                self.reader.shared.insert(key, &value, <[V]>::is_empty)
            }

            /// Puts in all of `entries`: readers see all of them or none.
            ///
            /// It costs two writes and two copies a key; where readers may see some before the others,
            /// [`insert`](Self::insert) in a loop may cost less.
            pub fn insert_all(&self, entries: impl IntoIterator<Item = (K, V)>)
            where
                K: Clone,
            {
                self.reader.shared.insert_all(entries, |$list, value| {
                    let $value = &value;
                    if $fits {
                        $list.push(value);
                    }
                });
            }

            /// Takes out everything under `key`. Whether there was anything.
            pub fn remove<Q>(&self, key: &Q) -> bool
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                self.reader.shared.remove(key, |_| ()).is_some()
            }

            /// Takes out everything under `key`, in one step, and answers it.
            pub fn take<Q>(&self, key: &Q) -> Vec<V>
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                self.reader
                    .shared
                    .remove(key, <[V]>::to_vec)
                    .unwrap_or_default()
            }

            /// Takes out the values under `key` that are equal to `value`. How many.
            pub fn remove_object<Q>(&self, key: &Q, value: &V) -> usize
            where
                K: Borrow<Q> + Clone,
                Q: Hash + Eq + ?Sized,
                V: PartialEq,
            {
                self.reader.shared.remove_under(key, |other| other == value)
            }

            /// Takes out, key by key, the values for which `condition` holds. How many.
            ///
            /// `condition` may be asked twice of a value; it may read the table, and must not write it.
            pub fn delete_where(&self, condition: impl FnMut(&K, &V) -> bool) -> usize
            where
                K: Clone,
            {
                self.reader.shared.remove_where(condition)
            }

            /// Takes out everything: for readers all at once.
            pub fn clear(&self) {
                self.reader.shared.clear();
            }
        }
    };
}

bag_writers!(BagTable, PartialEq, |list, value| !list.contains(value));
bag_writers!(DuplicateBagTable, |_list, _value| true);
