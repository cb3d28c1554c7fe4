//! The readers' side of sets.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::estimate;
use super::hashed::Hashed;
use super::key::TableKey;
use super::owned::reader;
use super::refused::writes_refused;

/// Reads a [`Table`](crate::Table) or a [`PublicTable`](crate::PublicTable), from any thread, without a lock and
/// without a message. Of a table that is gone it finds nothing.
pub struct TableReader<K, V> {
    pub(super) shared: Arc<Hashed<K, V>>,
}

reader!(TableReader);

impl<K: TableKey, V> TableReader<K, V> {
    /// A copy of what is under `key`.
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        V: Clone,
    {
        self.with(key, V::clone)
    }

    /// What `read` makes of what is under `key`, without a copy.
    ///
    /// A slow `read` holds up nobody, but what is taken out of the table meanwhile is not freed.
    #[inline]
    pub fn with<Q, R>(&self, key: &Q, read: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.shared.with(key, read)
    }

    /// Whether there is anything under `key`.
    #[inline]
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.with(key, |_| ()).is_some()
    }

    /// Runs `each` over all keys and values, in no order. A key that stays throughout is seen once;
    /// what is put in or taken out meanwhile may or may not be seen.
    pub fn scan(&self, mut each: impl FnMut(&K, &V)) {
        self.shared.scan_while(|key, value| {
            each(key, value);
            true
        });
    }

    /// What `pick` makes of the keys and values for which it makes anything; as [`scan`](Self::scan).
    pub fn select<R>(&self, mut pick: impl FnMut(&K, &V) -> Option<R>) -> Vec<R> {
        let mut picked = Vec::new();
        self.scan(|key, value| picked.extend(pick(key, value)));
        picked
    }

    /// As [`select`](Self::select), ending at `limit` of them.
    pub fn select_some<R>(
        &self,
        limit: usize,
        mut pick: impl FnMut(&K, &V) -> Option<R>,
    ) -> Vec<R> {
        let mut picked = Vec::new();
        if limit > 0 {
            self.shared.scan_while(|key, value| {
                picked.extend(pick(key, value));
                picked.len() < limit
            });
        }
        picked
    }

    /// For how many keys `condition` holds; as [`scan`](Self::scan).
    pub fn count(&self, mut condition: impl FnMut(&K, &V) -> bool) -> usize {
        let mut count = 0;
        self.scan(|key, value| count += usize::from(condition(key, value)));
        count
    }

    /// How many keys there are. Exact while nobody writes.
    pub fn len(&self) -> usize {
        self.shared.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// About how many bytes the table takes. What keys and values point to is not counted.
    pub fn memory(&self) -> usize {
        estimate::<K, V>(self.len())
    }
}

impl<K, V> TableReader<K, V> {
    /// Whether the table is there: it has an owner. Of one that is gone a reader finds nothing.
    pub fn exists(&self) -> bool {
        self.shared.life().is_there()
    }

    /// Whether both read the same table.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

writes_refused!(TableReader);
