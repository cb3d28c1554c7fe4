//! The map beneath the bags: a list of values a key, in the order of their insertion, and how many
//! values there are.
//!
//! A write copies the list of its key, so that readers see the old list or the new one.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::hashed::{Change, Hashed};
use super::life::Life;

pub(super) struct Bagged<K, V> {
    pub(super) lists: Hashed<K, Vec<V>>,
    len: AtomicUsize,
}

impl<K, V> Bagged<K, V> {
    pub(super) fn life(&self) -> &Life {
        self.lists.life()
    }
}

impl<K: Hash + Eq, V> Bagged<K, V> {
    pub(super) fn len(&self) -> usize {
        if self.life().is_readable() {
            self.len.load(Ordering::Relaxed)
        } else {
            0
        }
    }

    /// Takes out what is under `key`; what `was` makes of it.
    pub(super) fn remove<Q, R>(&self, key: &Q, was: impl FnOnce(&[V]) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.lists.remove(key, |list| {
            self.less(list.len());
            was(list)
        })
    }

    pub(super) fn clear(&self) {
        self.lists.clear();
        self.len.store(0, Ordering::Relaxed);
    }

    fn more(&self, count: usize) {
        self.len.fetch_add(count, Ordering::Relaxed);
    }

    fn less(&self, count: usize) {
        self.len.fetch_sub(count, Ordering::Relaxed);
    }
}

impl<K: Hash + Eq, V: Clone> Bagged<K, V> {
    /// Puts `value` at the end of the list under `key` if `fits` holds for the list. Whether it is in.
    pub(super) fn insert(&self, key: K, value: &V, fits: impl Fn(&[V]) -> bool) -> bool {
        let put = self.lists.compute(key, |list| {
            let list = list.map_or(&[][..], Vec::as_slice);
            if !fits(list) {
                return (Change::Keep, false);
            }
            let mut longer = Vec::with_capacity(list.len() + 1);
            longer.extend_from_slice(list);
            longer.push(value.clone());
            (Change::Put(longer), true)
        });
        let put = put == Some(true);
        self.more(usize::from(put));
        put
    }

    /// Takes out the values for which `condition` holds; how many.
    pub(super) fn remove_where(&self, mut condition: impl FnMut(&K, &V) -> bool) -> usize
    where
        K: Clone,
    {
        let mut count = 0;
        self.lists.scan_while(|key, list| {
            if list.iter().any(|value| condition(key, value)) {
                count += self.remove_under(key, |value| condition(key, value));
            }
            true
        });
        count
    }

    /// Takes out the values under `key` for which `condition` holds; how many.
    pub(super) fn remove_under<Q>(&self, key: &Q, mut condition: impl FnMut(&V) -> bool) -> usize
    where
        K: Borrow<Q> + Clone,
        Q: Hash + Eq + ?Sized,
    {
        let count = self.lists.update(key, |list| {
            let mut rest = list.clone();
            rest.retain(|value| !condition(value));
            let count = list.len() - rest.len();
            match (count, rest.is_empty()) {
                (0, _) => (Change::Keep, 0),
                (_, true) => (Change::Remove, count),
                (_, false) => (Change::Put(rest), count),
            }
        });
        let count = count.unwrap_or(0);
        self.less(count);
        count
    }

    /// Puts in all of `entries`; `push` puts a value into a list if it fits there.
    pub(super) fn insert_all(
        &self,
        entries: impl IntoIterator<Item = (K, V)>,
        push: impl Fn(&mut Vec<V>, V),
    ) where
        K: Clone,
    {
        let mut lists = HashMap::<K, (usize, Vec<V>)>::new();
        for (key, value) in entries {
            let (_, list) = lists.entry(key).or_insert_with_key(|key| {
                let list = self.lists.with(key, Vec::clone).unwrap_or_default();
                (list.len(), list)
            });
            push(list, value);
        }
        let more = |(before, list): &(usize, Vec<V>)| list.len() - before;
        let count = lists.values().map(more).sum();
        let lists = lists.into_iter().map(|(key, (_, list))| (key, list));
        self.lists.insert_all(lists, |_| true);
        self.more(count);
    }
}

impl<K, V> Default for Bagged<K, V> {
    fn default() -> Self {
        Self {
            lists: Hashed::default(),
            len: AtomicUsize::new(0),
        }
    }
}
