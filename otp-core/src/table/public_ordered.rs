//! Ordered sets that many write. OTP's `ordered_set`, `public`.

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Bound, Deref, RangeBounds};
use std::sync::Arc;

use super::counter::{Counter, CounterError, Step};
use super::key::OrderedKey;
use super::ordered::ordered_writers;
use super::ordered_reader::OrderedReader;
use super::sorted::Sorted;
use crate::sync::{Mutex, MutexGuard, lock_crowded};

/// A set of keys in order with a value each that everybody with a clone of it reads and writes.
///
/// Each write is atomic, and none waits for a reader. Writers take turns, each for one write. No lock
/// outlives a method, so none is held across an `.await`.
///
/// It is there for as long as there is a clone; its [readers](OrderedReader) then find it empty. Who
/// should not write gets a [`reader`](Self::reader).
///
/// ```
/// use otp_core::PublicOrderedTable;
///
/// let queue = PublicOrderedTable::new();
/// let there = queue.clone();
/// std::thread::spawn(move || there.insert(2, "second")).join().unwrap();
/// queue.insert(1, "first");
/// assert_eq!(queue.first(), Some((1, "first")));
/// assert_eq!(queue.last(), Some((2, "second")));
/// ```
pub struct PublicOrderedTable<K, V> {
    reader: OrderedReader<K, V>,
    rights: Arc<Rights<K, V>>,
}

/// What the clones share: with the last of them the table ends.
struct Rights<K, V> {
    turn: Mutex<()>,
    table: Arc<Sorted<K, V>>,
}

impl<K, V> PublicOrderedTable<K, V> {
    /// An empty table.
    pub fn new() -> Self
    where
        K: OrderedKey,
    {
        let reader = OrderedReader::default();
        reader.shared.life().begin();
        let rights = Arc::new(Rights {
            turn: Mutex::default(),
            table: Arc::clone(&reader.shared),
        });
        Self { reader, rights }
    }

    /// A reader of this table. Readers can be cloned, kept and sent anywhere.
    pub fn reader(&self) -> OrderedReader<K, V> {
        self.reader.clone()
    }

    #[inline]
    fn turn(&self) -> MutexGuard<'_, ()> {
        lock_crowded(&self.rights.turn)
    }
}

ordered_writers!(PublicOrderedTable, turn);

/// What can be read of the table.
impl<K, V> Deref for PublicOrderedTable<K, V> {
    type Target = OrderedReader<K, V>;

    fn deref(&self) -> &OrderedReader<K, V> {
        &self.reader
    }
}

impl<K, V> Clone for PublicOrderedTable<K, V> {
    fn clone(&self) -> Self {
        Self {
            reader: self.reader.clone(),
            rights: Arc::clone(&self.rights),
        }
    }
}

impl<K: OrderedKey, V> Default for PublicOrderedTable<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> fmt::Debug for PublicOrderedTable<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicOrderedTable").finish_non_exhaustive()
    }
}

impl<K, V> Drop for Rights<K, V> {
    fn drop(&mut self) {
        self.table.life().end();
    }
}
