//! The skip list beneath the ordered tables, with what a table adds to it: batches that readers see all
//! or nothing of, and an end.
//!
//! Reads are safe beside everything. One may write at a time; who, is for the tables above to say. A
//! value is replaced in its place, since a skip list would take out a key and put it in anew.

use std::borrow::Borrow;
use std::ops::Bound;
use std::sync::Arc;

use arc_swap::ArcSwap;
use crossbeam_skiplist::SkipMap;

use super::life::Life;
use super::slot::{Batch, Slot};

/// The ends of a range of keys.
pub(super) type Ends<'a, Q> = (Bound<&'a Q>, Bound<&'a Q>);

type Map<K, V> = SkipMap<K, ArcSwap<Slot<V>>>;

pub(super) struct Sorted<K, V> {
    map: Map<K, V>,
    life: Life,
}

impl<K, V> Sorted<K, V> {
    pub(super) fn life(&self) -> &Life {
        &self.life
    }
}

impl<K: Ord, V> Sorted<K, V> {
    #[inline]
    fn readable(&self) -> Option<&Map<K, V>> {
        self.life.is_readable().then_some(&self.map)
    }

    #[inline]
    pub(super) fn with<Q, R>(&self, key: &Q, read: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let entry = self.readable()?.get(key)?;
        entry.value().load().value().map(read)
    }

    /// Runs `each` over the keys between `ends`, upwards, while it wants more.
    pub(super) fn up<Q>(&self, ends: Ends<'_, Q>, mut each: impl FnMut(&K, &V) -> bool)
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let Some(map) = self.readable().filter(|_| !is_empty(ends)) else {
            return;
        };
        for entry in map.range::<Q, _>(ends) {
            let slot = entry.value().load();
            if slot.value().is_some_and(|value| !each(entry.key(), value)) {
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
        let Some(map) = self.readable().filter(|_| !is_empty(ends)) else {
            return;
        };
        for entry in map.range::<Q, _>(ends).rev() {
            let slot = entry.value().load();
            if slot.value().is_some_and(|value| !each(entry.key(), value)) {
                return;
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.readable().map_or(0, SkipMap::len)
    }
}

impl<K: Ord + Send + 'static, V: Send + Sync + 'static> Sorted<K, V> {
    /// Puts `value` under `key`. Whether the key is new.
    pub(super) fn insert(&self, key: K, value: V) -> bool {
        self.put(key, Slot::Settled(value))
    }

    fn put(&self, key: K, slot: Slot<V>) -> bool {
        let slot = Arc::new(slot);
        let mut is_new = false;
        let entry = self.map.get_or_insert_with(key, || {
            is_new = true;
            ArcSwap::new(Arc::clone(&slot))
        });
        if !is_new {
            entry.value().store(slot);
        }
        is_new
    }

    pub(super) fn insert_new(&self, key: K, value: V) -> bool {
        let mut is_new = false;
        self.map.get_or_insert_with(key, || {
            is_new = true;
            ArcSwap::from_pointee(Slot::Settled(value))
        });
        is_new
    }

    /// Takes out what is under `key` if `condition` holds for it.
    pub(super) fn remove_if<Q>(&self, key: &Q, condition: impl FnOnce(&V) -> bool) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let Some(entry) = self.map.get(key) else {
            return false;
        };
        let holds = entry.value().load().value().is_some_and(condition);
        holds && entry.remove()
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
        let entry = self.map.get(key)?;
        let (value, answer) = change(entry.value().load().value()?);
        if let Some(value) = value {
            entry.value().store(Arc::new(Slot::Settled(value)));
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

    /// Puts in place, one by one and upwards, what `change` makes of them, where it makes anything; of
    /// how many.
    pub(super) fn update_where(&self, mut change: impl FnMut(&K, &V) -> Option<V>) -> usize {
        let Some(map) = self.readable() else { return 0 };
        let mut count = 0;
        for entry in map {
            let made = {
                let slot = entry.value().load();
                slot.value().and_then(|value| change(entry.key(), value))
            };
            if let Some(value) = made {
                entry.value().store(Arc::new(Slot::Settled(value)));
                count += 1;
            }
        }
        count
    }

    /// Takes out everything at once.
    pub(super) fn clear(&self) {
        self.life
            .emptied(|| while self.map.pop_front().is_some() {});
    }
}

impl<K, V> Sorted<K, V>
where
    K: Ord + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
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
            let before = self.map.get(&key).map(|entry| entry.value().load_full());
            let before = before.as_deref();
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
struct Installed<'a, K, V>
where
    K: Ord + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    table: &'a Sorted<K, V>,
    batch: Batch,
    keys: Vec<K>,
}

impl<K, V> Drop for Installed<'_, K, V>
where
    K: Ord + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn drop(&mut self) {
        for key in self.keys.drain(..) {
            let Some(entry) = self.table.map.get(&key) else {
                continue;
            };
            let settled = entry.value().load().settled();
            match settled {
                Some(slot) => entry.value().store(Arc::new(slot)),
                None => {
                    entry.remove();
                }
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
            map: SkipMap::new(),
            life: Life::default(),
        }
    }
}
