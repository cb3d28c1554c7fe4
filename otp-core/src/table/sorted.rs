//! The tree beneath the ordered tables, with what a table adds to it: batches that readers see all or
//! nothing of, a count, and an end.
//!
//! Reads are safe beside everything. One may write at a time; who, is for the tables above to say.

use std::borrow::Borrow;
use std::ops::Bound;
use std::sync::atomic::{AtomicUsize, Ordering};

use scc::{Guard, TreeIndex};

use super::life::Life;
use super::slot::{Batch, Slot};

/// The ends of a range of keys.
pub(super) type Ends<'a, Q> = (Bound<&'a Q>, Bound<&'a Q>);

pub(super) struct Sorted<K, V> {
    tree: TreeIndex<K, Slot<V>>,
    len: AtomicUsize,
    life: Life,
}

impl<K, V> Sorted<K, V> {
    pub(super) fn life(&self) -> &Life {
        &self.life
    }
}

impl<K: Ord + Clone, V> Sorted<K, V> {
    #[inline]
    fn readable(&self) -> Option<&TreeIndex<K, Slot<V>>> {
        self.life.is_readable().then_some(&self.tree)
    }

    #[inline]
    pub(super) fn with<Q, R>(&self, key: &Q, read: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let read = |_: &K, slot: &Slot<V>| slot.value().map(read);
        self.readable()?.peek_with(key, read).flatten()
    }

    /// Runs `each` over the keys between `ends`, upwards, while it wants more.
    pub(super) fn up<Q>(&self, ends: Ends<'_, Q>, mut each: impl FnMut(&K, &V) -> bool)
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let guard = Guard::new();
        let Some(tree) = self.readable().filter(|_| !is_empty(ends)) else {
            return;
        };
        let mut last: Option<&K> = None;
        for (key, slot) in tree.range::<Q, _>(ends, &guard) {
            // A key that is written meanwhile may come up in its old place and in its new one.
            if last.is_some_and(|last| last >= key) {
                continue;
            }
            last = Some(key);
            if slot.value().is_some_and(|value| !each(key, value)) {
                return;
            }
        }
    }

    /// Runs `each` over the keys between `ends`, downwards, while it wants more.
    pub(super) fn down<Q>(&self, ends: Ends<'_, Q>, mut each: impl FnMut(&K, &V) -> bool)
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let guard = Guard::new();
        let Some(tree) = self.readable().filter(|_| !is_empty(ends)) else {
            return;
        };
        let mut last: Option<&K> = None;
        for (key, slot) in tree.range::<Q, _>(ends, &guard).rev() {
            if last.is_some_and(|last| last <= key) {
                continue;
            }
            last = Some(key);
            if slot.value().is_some_and(|value| !each(key, value)) {
                return;
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.readable()
            .map_or(0, |_| self.len.load(Ordering::Relaxed))
    }

    /// Puts `value` under `key`. Whether the key is new.
    pub(super) fn insert(&self, key: K, value: V) -> bool {
        self.put(key, Slot::Settled(value))
    }

    fn put(&self, key: K, slot: Slot<V>) -> bool {
        match self.tree.insert_sync(key, slot) {
            Ok(()) => {
                self.len.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err((key, slot)) => {
                self.tree.upsert_sync(key, slot);
                false
            }
        }
    }

    pub(super) fn insert_new(&self, key: K, value: V) -> bool {
        let is_new = self.tree.insert_sync(key, Slot::Settled(value)).is_ok();
        self.len.fetch_add(usize::from(is_new), Ordering::Relaxed);
        is_new
    }

    /// Takes out what is under `key` if `condition` holds for it.
    pub(super) fn remove_if<Q>(&self, key: &Q, mut condition: impl FnMut(&V) -> bool) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let holds = |slot: &Slot<V>| slot.value().is_some_and(&mut condition);
        let removed = self.tree.remove_if_sync(key, holds);
        self.len.fetch_sub(usize::from(removed), Ordering::Relaxed);
        removed
    }

    /// Puts what `change` makes of what is under `key` in its place, if it makes anything.
    pub(super) fn update<Q, R>(
        &self,
        key: &Q,
        change: impl FnOnce(&V) -> (Option<V>, R),
    ) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let change = |key: &K, slot: &Slot<V>| {
            let (value, answer) = change(slot.value()?);
            Some((value.map(|value| (key.clone(), value)), answer))
        };
        let (changed, answer) = self.tree.peek_with(key, change).flatten()?;
        if let Some((key, value)) = changed {
            self.tree.upsert_sync(key, Slot::Settled(value));
        }
        Some(answer)
    }

    /// Takes out, one by one, those between `ends` for which `condition` holds; how many.
    pub(super) fn remove_where<Q>(
        &self,
        ends: Ends<'_, Q>,
        mut condition: impl FnMut(&K, &V) -> bool,
    ) -> usize
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let mut count = 0;
        self.up(ends, |key, value| {
            if condition(key, value) {
                count += usize::from(self.remove_if::<Q>(key.borrow(), |_| true));
            }
            true
        });
        count
    }

    /// Takes out everything at once.
    pub(super) fn clear(&self) {
        self.life.emptied(|| {
            self.tree.clear();
            self.len.store(0, Ordering::Relaxed);
        });
    }
}

impl<K: Ord + Clone, V: Clone> Sorted<K, V> {
    /// Puts in all of `entries`, or none if `allowed` does not hold for what is under one of the keys.
    /// Whether they are in. Readers see all or none.
    pub(super) fn insert_all(
        &self,
        entries: impl IntoIterator<Item = (K, V)>,
        allowed: impl Fn(Option<&V>) -> bool,
    ) -> bool {
        let mut installed = Installed {
            table: self,
            batch: Batch::default(),
            keys: Vec::new(),
        };
        for (key, value) in entries {
            let guard = Guard::new();
            let before = self.tree.peek(&key, &guard);
            if !allowed(before.and_then(Slot::value)) {
                return false;
            }
            let slot = Slot::pending(&installed.batch, before, value);
            installed.keys.push(key.clone());
            self.put(key, slot);
        }
        installed.batch.commit();
        true
    }
}

/// The keys of a batch. Dropped, it leaves what readers find without the batch: also after a panic.
struct Installed<'a, K: Ord + Clone, V: Clone> {
    table: &'a Sorted<K, V>,
    batch: Batch,
    keys: Vec<K>,
}

impl<K: Ord + Clone, V: Clone> Drop for Installed<'_, K, V> {
    fn drop(&mut self) {
        let table = self.table;
        for key in self.keys.drain(..) {
            match table.tree.peek_with(&key, |_, slot| slot.settled()) {
                Some(Some(slot)) => {
                    table.tree.upsert_sync(key, slot);
                }
                Some(None) => {
                    let removed = table.tree.remove_sync(&key);
                    table.len.fetch_sub(usize::from(removed), Ordering::Relaxed);
                }
                None => {}
            }
        }
    }
}

/// Whether nothing can be between `ends`. The tree wants them in order.
fn is_empty<Q: Ord + ?Sized>(ends: Ends<'_, Q>) -> bool {
    use Bound::{Excluded, Included, Unbounded};
    match ends {
        (Included(from), Included(to)) => from > to,
        (Included(from) | Excluded(from), Included(to) | Excluded(to)) => from >= to,
        (Unbounded, _) | (_, Unbounded) => false,
    }
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self {
            tree: TreeIndex::new(),
            len: AtomicUsize::new(0),
            life: Life::default(),
        }
    }
}
