//! Sets that many write. OTP's `set`, `public`.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::{Arc, RwLockReadGuard};

use super::counter::{Counter, CounterError, Step};
use super::gate::{Alone, Gate};
use super::hashed::{Change, Hashed};
use super::key::TableKey;
use super::set::set_writers;
use super::set_reader::TableReader;

/// A set of keys with a value each that everybody with a clone of it reads and writes.
///
/// Each write is atomic, and none waits for a reader. Writers of one key do not wait for each other; an
/// [`insert_all`](Self::insert_all) or a [`clear`](Self::clear) makes other writers wait, for as long
/// as it runs. No lock outlives a method, so none is held across an `.await`.
///
/// It is there for as long as there is a clone; its [readers](TableReader) then find it empty. Who
/// should not write gets a [`reader`](Self::reader).
///
/// ```
/// use otp_core::PublicTable;
///
/// let hits = PublicTable::new();
/// std::thread::scope(|scope| {
///     for _ in 0..4 {
///         let hits = hits.clone();
///         scope.spawn(move || {
///             for _ in 0..100 {
///                 hits.update_counter_or("home", 1, 0).unwrap();
///             }
///         });
///     }
/// });
/// assert_eq!(hits.get("home"), Some(400));
/// ```
pub struct PublicTable<K, V> {
    reader: TableReader<K, V>,
    rights: Arc<Rights<K, V>>,
}

/// What the clones share: with the last of them the table ends.
struct Rights<K, V> {
    gate: Gate,
    table: Arc<Hashed<K, V>>,
}

impl<K, V> PublicTable<K, V> {
    /// An empty table.
    pub fn new() -> Self
    where
        K: TableKey,
    {
        let reader = TableReader::default();
        reader.shared.life().begin();
        let rights = Arc::new(Rights {
            gate: Gate::default(),
            table: Arc::clone(&reader.shared),
        });
        Self { reader, rights }
    }

    /// A reader of this table. Readers can be cloned, kept and sent anywhere.
    pub fn reader(&self) -> TableReader<K, V> {
        self.reader.clone()
    }

    #[inline]
    fn turn(&self) -> RwLockReadGuard<'_, ()> {
        self.rights.gate.shared()
    }

    fn alone(&self) -> Alone<'_> {
        self.rights.gate.alone()
    }
}

set_writers!(PublicTable, turn, alone);

/// What can be read of the table.
impl<K, V> Deref for PublicTable<K, V> {
    type Target = TableReader<K, V>;

    fn deref(&self) -> &TableReader<K, V> {
        &self.reader
    }
}

impl<K, V> Clone for PublicTable<K, V> {
    fn clone(&self) -> Self {
        Self {
            reader: self.reader.clone(),
            rights: Arc::clone(&self.rights),
        }
    }
}

impl<K: TableKey, V> Default for PublicTable<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> fmt::Debug for PublicTable<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicTable").finish_non_exhaustive()
    }
}

impl<K, V> Drop for Rights<K, V> {
    fn drop(&mut self) {
        self.table.life().end();
    }
}
