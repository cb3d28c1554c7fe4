//! The readers' side of bags.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::bagged::Bagged;
use super::estimate;
use super::key::TableKey;
use super::owned::reader;
use super::refused::writes_refused;

/// Reads a [`BagTable`](crate::BagTable), from any thread, without a lock and without a message. Of a
/// table that is gone it finds nothing.
pub struct BagReader<K, V> {
    pub(super) shared: Arc<Bagged<K, V>>,
}

/// Reads a [`DuplicateBagTable`](crate::DuplicateBagTable), from any thread, without a lock and without
/// a message. Of a table that is gone it finds nothing.
pub struct DuplicateBagReader<K, V> {
    pub(super) shared: Arc<Bagged<K, V>>,
}

/// Writes what a bag's reader can.
macro_rules! bag_reader {
    ($reader:ident) => {
        reader!($reader);

        impl<K: TableKey, V> $reader<K, V> {
            /// Copies of what is under `key`, in the order of their insertion.
            pub fn get<Q>(&self, key: &Q) -> Vec<V>
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
                V: Clone,
            {
                self.with(key, <[V]>::to_vec)
            }

            /// What `read` makes of what is under `key`, without a copy. Of nothing it gets an empty
            /// slice.
            ///
            /// A slow `read` holds up nobody, but what is taken out of the table meanwhile is not freed.
            pub fn with<Q, R>(&self, key: &Q, read: impl FnOnce(&[V]) -> R) -> R
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                let list = |list: Option<&Vec<V>>| read(list.map_or(&[], Vec::as_slice));
                self.shared.lists.look(key, list)
            }

            /// Whether there is anything under `key`.
            pub fn contains<Q>(&self, key: &Q) -> bool
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                self.with(key, |list| !list.is_empty())
            }

            /// Whether there is a value equal to `value` under `key`.
            pub fn contains_object<Q>(&self, key: &Q, value: &V) -> bool
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
                V: PartialEq,
            {
                self.with(key, |list| list.contains(value))
            }

            /// Runs `each` over all keys and values: key by key, in no order, and the values of a key in
            /// theirs, as they were at one moment. A key that stays throughout is come to once.
            pub fn scan(&self, mut each: impl FnMut(&K, &V)) {
                self.shared.lists.scan_while(|key, list| {
                    for value in list {
                        each(key, value);
                    }
                    true
                });
            }

            /// What `pick` makes of the keys and values for which it makes anything; as
            /// [`scan`](Self::scan).
            pub fn select<R>(&self, mut pick: impl FnMut(&K, &V) -> Option<R>) -> Vec<R> {
                let mut picked = Vec::new();
                self.scan(|key, value| picked.extend(pick(key, value)));
                picked
            }

            /// For how many values `condition` holds; as [`scan`](Self::scan).
            pub fn count(&self, mut condition: impl FnMut(&K, &V) -> bool) -> usize {
                let mut count = 0;
                self.scan(|key, value| count += usize::from(condition(key, value)));
                count
            }

            /// How many values there are. Exact while nobody writes.
            pub fn len(&self) -> usize {
                self.shared.len()
            }

            /// How many keys there are. Exact while nobody writes.
            pub fn keys_len(&self) -> usize {
                self.shared.lists.len()
            }

            /// Whether there are none.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// About how many bytes the table takes. What keys and values point to is not counted.
            pub fn memory(&self) -> usize {
                estimate::<K, Vec<V>>(self.keys_len()) + self.len() * size_of::<V>()
            }
        }

        impl<K, V> $reader<K, V> {
            /// Whether the table is there: it has an owner. Of one that is gone a reader finds nothing.
            pub fn exists(&self) -> bool {
                self.shared.life().is_there()
            }

            /// Whether both read the same table.
            pub fn is_same(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.shared, &other.shared)
            }
        }

        writes_refused!($reader);
    };
}

bag_reader!(BagReader);
bag_reader!(DuplicateBagReader);
