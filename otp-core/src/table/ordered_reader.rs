//! The readers' side of ordered sets.

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use super::estimate;
use super::key::OrderedKey;
use super::owned::reader;
use super::refused::writes_refused;
use super::sorted::{Ends, Sorted};

/// Reads an [`OrderedTable`](crate::OrderedTable) or a [`PublicOrderedTable`](crate::PublicOrderedTable), from any thread,
/// without a lock and without a message. Of a table that is gone it finds nothing.
pub struct OrderedReader<K, V> {
    pub(super) shared: Arc<Sorted<K, V>>,
}

/// Some of what was selected, and where to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Chunk<K, R> {
    /// What was picked.
    pub picked: Vec<R>,
    /// The key to go on after; none at the end.
    pub last: Option<K>,
}

reader!(OrderedReader);

impl<K: OrderedKey, V> OrderedReader<K, V> {
    /// A copy of what is under `key`.
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
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
        Q: Ord + ?Sized,
    {
        self.shared.with(key, read)
    }

    /// Whether there is anything under `key`.
    #[inline]
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.with(key, |_| ()).is_some()
    }

    /// The least key, with its value.
    pub fn first(&self) -> Option<(K, V)>
    where
        V: Clone,
    {
        self.nearest_up::<K>((Bound::Unbounded, Bound::Unbounded))
    }

    /// The greatest key, with its value.
    pub fn last(&self) -> Option<(K, V)>
    where
        V: Clone,
    {
        self.nearest_down::<K>((Bound::Unbounded, Bound::Unbounded))
    }

    /// The least key above `key`, with its value. `key` itself need not be there.
    pub fn next<Q>(&self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        V: Clone,
    {
        self.nearest_up((Bound::Excluded(key), Bound::Unbounded))
    }

    /// The greatest key below `key`, with its value. `key` itself need not be there.
    pub fn prev<Q>(&self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        V: Clone,
    {
        self.nearest_down((Bound::Unbounded, Bound::Excluded(key)))
    }

    /// Runs `each` over all keys and values, upwards. A key that stays throughout is seen once; what is
    /// put in or taken out meanwhile may or may not be seen.
    pub fn scan(&self, each: impl FnMut(&K, &V)) {
        self.scan_range::<K>(.., each);
    }

    /// [`scan`](Self::scan), downwards.
    pub fn scan_rev(&self, each: impl FnMut(&K, &V)) {
        self.scan_range_rev::<K>(.., each);
    }

    /// [`scan`](Self::scan) of the keys in `range` alone, at their cost alone. None are in a range that
    /// ends before it begins.
    pub fn scan_range<Q>(&self, range: impl RangeBounds<Q>, mut each: impl FnMut(&K, &V))
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let ends = (range.start_bound(), range.end_bound());
        self.shared.up(ends, |key, value| {
            each(key, value);
            true
        });
    }

    /// [`scan_range`](Self::scan_range), downwards.
    pub fn scan_range_rev<Q>(&self, range: impl RangeBounds<Q>, mut each: impl FnMut(&K, &V))
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let ends = (range.start_bound(), range.end_bound());
        self.shared.down(ends, |key, value| {
            each(key, value);
            true
        });
    }

    /// What `pick` makes of the keys and values for which it makes anything, upwards; as
    /// [`scan`](Self::scan).
    pub fn select<R>(&self, mut pick: impl FnMut(&K, &V) -> Option<R>) -> Vec<R> {
        let mut picked = Vec::new();
        self.scan(|key, value| picked.extend(pick(key, value)));
        picked
    }

    /// As [`select`](Self::select), of the keys above `after`, ending at `limit` of what is picked. It
    /// can be gone on with, even if its last key is taken out meanwhile.
    ///
    /// ```
    /// use otp_core::OrderedTable;
    ///
    /// let squares = OrderedTable::new();
    /// squares.insert_all((0..10).map(|n| (n, n * n)));
    /// let (mut all, mut after) = (Vec::new(), None);
    /// loop {
    ///     let chunk = squares.select_chunk(after.as_ref(), 4, |_, square| Some(*square));
    ///     all.extend(chunk.picked);
    ///     match chunk.last {
    ///         Some(last) => after = Some(last),
    ///         None => break,
    ///     }
    /// }
    /// assert_eq!(all.len(), 10);
    /// ```
    pub fn select_chunk<R>(
        &self,
        after: Option<&K>,
        limit: usize,
        mut pick: impl FnMut(&K, &V) -> Option<R>,
    ) -> Chunk<K, R> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let (mut picked, mut last) = (Vec::new(), None);
        self.shared.up((from, Bound::Unbounded), |key, value| {
            picked.extend(pick(key, value));
            let is_full = picked.len() >= limit;
            if is_full {
                last = Some(key.clone());
            }
            !is_full
        });
        Chunk { picked, last }
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

    fn nearest_up<Q>(&self, ends: Ends<'_, Q>) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        V: Clone,
    {
        let mut found = None;
        self.shared.up(ends, |key, value| {
            found = Some((key.clone(), value.clone()));
            false
        });
        found
    }

    fn nearest_down<Q>(&self, ends: Ends<'_, Q>) -> Option<(K, V)>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
        V: Clone,
    {
        let mut found = None;
        self.shared.down(ends, |key, value| {
            found = Some((key.clone(), value.clone()));
            false
        });
        found
    }
}

impl<K, V> OrderedReader<K, V> {
    /// Whether the table is there: it has an owner. Of one that is gone a reader finds nothing.
    pub fn exists(&self) -> bool {
        self.shared.life().is_there()
    }

    /// Whether both read the same table.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }
}

writes_refused!(OrderedReader);
