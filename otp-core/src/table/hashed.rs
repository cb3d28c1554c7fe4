//! The map beneath the tables whose keys are hashed, with what a table adds to it: batches that readers
//! see all or nothing of, and an end.
//!
//! Reads are safe beside everything. Of the writers, those that change one key are safe beside each
//! other; those that take several (`insert_all`, `clear`) want to be alone. Who writes when is for the
//! tables above to say.

use std::borrow::Borrow;
use std::hash::Hash;

use papaya::{HashMap, Operation};

use super::life::Life;
use super::slot::{Batch, Slot};

type Map<K, V> = HashMap<K, Slot<V>, foldhash::fast::RandomState>;

pub(super) struct Hashed<K, V> {
    map: Map<K, V>,
    life: Life,
}

impl<K: Hash + Eq, V> Hashed<K, V> {
    /// The map, if readers may look into it.
    #[inline]
    fn readable(&self) -> Option<&Map<K, V>> {
        self.life.is_readable().then_some(&self.map)
    }

    #[inline]
    pub(super) fn with<Q, R>(&self, key: &Q, read: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.look(key, |value| value.map(read))
    }

    /// What `look` makes of what is under `key`.
    #[inline]
    pub(super) fn look<Q, R>(&self, key: &Q, look: impl FnOnce(Option<&V>) -> R) -> R
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        match self.readable() {
            Some(map) => look(map.pin().get(key).and_then(Slot::value)),
            None => look(None),
        }
    }

    /// Runs `each` over what there is, in no order, while it wants more.
    pub(super) fn scan_while(&self, mut each: impl FnMut(&K, &V) -> bool) {
        let Some(map) = self.readable() else { return };
        for (key, slot) in &map.pin() {
            if slot.value().is_some_and(|value| !each(key, value)) {
                return;
            }
        }
    }

    /// Keys, those that a batch is bringing included.
    pub(super) fn len(&self) -> usize {
        self.readable().map_or(0, HashMap::len)
    }

    /// Puts `value` under `key`; what `was` makes of what was there.
    pub(super) fn insert<R>(&self, key: K, value: V, was: impl FnOnce(&V) -> R) -> Option<R> {
        let map = self.map.pin();
        map.insert(key, Slot::Settled(value))?.value().map(was)
    }

    pub(super) fn insert_new(&self, key: K, value: V) -> bool {
        let map = self.map.pin();
        map.try_insert(key, Slot::Settled(value)).is_ok()
    }

    /// Takes out what is under `key`; what `was` makes of it.
    pub(super) fn remove<Q, R>(&self, key: &Q, was: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.map.pin().remove(key)?.value().map(was)
    }

    /// Takes out what is under `key` if `condition` holds for it.
    pub(super) fn remove_if(&self, key: &K, mut condition: impl FnMut(&V) -> bool) -> bool {
        let holds = |_: &K, slot: &Slot<V>| slot.value().is_some_and(&mut condition);
        matches!(self.map.pin().remove_if(key, holds), Ok(Some(_)))
    }

    /// Runs `change` on what is under `key` and puts its first answer in place, unless there is none. It
    /// may run more than once, if others write the same key; its last answer counts.
    pub(super) fn compute<R>(
        &self,
        key: K,
        mut change: impl FnMut(Option<&V>) -> (Change<V>, R),
    ) -> Option<R> {
        let map = self.map.pin();
        let mut answer = None;
        map.compute(key, |entry| {
            let (change, result) = change(entry.and_then(|(_, slot)| slot.value()));
            answer = Some(result);
            match change {
                Change::Put(value) => Operation::Insert(Slot::Settled(value)),
                Change::Remove if entry.is_some() => Operation::Remove,
                Change::Remove | Change::Keep => Operation::Abort(()),
            }
        });
        answer
    }

    /// Takes out, one by one, those for which `condition` holds; how many.
    pub(super) fn remove_where(&self, mut condition: impl FnMut(&K, &V) -> bool) -> usize {
        let map = self.map.pin();
        let mut count = 0;
        for (key, slot) in &map {
            let holds = |key: &K, slot: &Slot<V>| slot.value().is_some_and(|v| condition(key, v));
            if slot.value().is_some() && matches!(map.remove_if(key, holds), Ok(Some(_))) {
                count += 1;
            }
        }
        count
    }

    /// Takes out everything at once.
    pub(super) fn clear(&self) {
        self.life.emptied(|| self.map.pin().clear());
    }
}

impl<K, V> Hashed<K, V> {
    pub(super) fn life(&self) -> &Life {
        &self.life
    }
}

/// What is to become of a key.
pub(super) enum Change<V> {
    Put(V),
    Remove,
    Keep,
}

impl<K: Hash + Eq + Clone, V> Hashed<K, V> {
    /// [`compute`](Self::compute) under a borrowed key, which must be there.
    pub(super) fn update<Q, R>(
        &self,
        key: &Q,
        mut change: impl FnMut(&V) -> (Change<V>, R),
    ) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let map = self.map.pin();
        let key = map.get_key_value(key)?.0.clone();
        self.compute(key, |value| match value {
            Some(value) => {
                let (change, result) = change(value);
                (change, Some(result))
            }
            None => (Change::Keep, None),
        })?
    }

    /// Puts in place, one by one, what `change` makes of them, where it makes anything; of how many.
    pub(super) fn update_where(&self, mut change: impl FnMut(&K, &V) -> Option<V>) -> usize {
        // Not while they are gone through, in which a key that is replaced might come again.
        let keys: Vec<K> = self.map.pin().keys().cloned().collect();
        let put = |key: K| {
            let changed = self.update(&key, |value| match change(&key, value) {
                Some(value) => (Change::Put(value), true),
                None => (Change::Keep, false),
            });
            changed == Some(true)
        };
        keys.into_iter().map(put).filter(|changed| *changed).count()
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Hashed<K, V> {
    /// Puts in all of `entries`, or none if `allowed` does not hold for what is under one of the keys.
    /// Whether they are in. Readers see all or none.
    pub(super) fn insert_all(
        &self,
        entries: impl IntoIterator<Item = (K, V)>,
        allowed: impl Fn(Option<&V>) -> bool,
    ) -> bool {
        let mut batch = Installed {
            table: self,
            batch: Batch::default(),
            keys: Vec::new(),
        };
        for (key, value) in entries {
            let map = self.map.pin();
            let before = map.get(&key);
            if !allowed(before.and_then(Slot::value)) {
                return false;
            }
            let slot = Slot::pending(&batch.batch, before, value);
            batch.keys.push(key.clone());
            map.insert(key, slot);
        }
        batch.batch.commit();
        true
    }
}

/// The keys of a batch. Dropped, it leaves what readers find without the batch: also after a panic.
struct Installed<'a, K: Hash + Eq + Clone, V: Clone> {
    table: &'a Hashed<K, V>,
    batch: Batch,
    keys: Vec<K>,
}

impl<K: Hash + Eq + Clone, V: Clone> Drop for Installed<'_, K, V> {
    fn drop(&mut self) {
        let map = self.table.map.pin();
        for key in self.keys.drain(..) {
            match map.get(&key).map(Slot::settled) {
                Some(Some(slot)) => {
                    map.insert(key, slot);
                }
                Some(None) => {
                    map.remove(&key);
                }
                None => {}
            }
        }
    }
}

impl<K, V> Default for Hashed<K, V> {
    fn default() -> Self {
        Self {
            map: Map::default(),
            life: Life::default(),
        }
    }
}
