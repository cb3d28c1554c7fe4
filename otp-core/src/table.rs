//! Tables: the state of a server that everybody may read without asking it. OTP's ETS, `protected`.
//!
//! A set, on a concurrent map whose readers take no lock. The owner alone can write.

use std::borrow::Borrow;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use papaya::HashMap;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

struct Shared<K, V> {
    map: Map<K, V>,
    /// Whether the table's owner has it still.
    owned: AtomicBool,
}

/// A set of keys with a value each, written by its owner and read by everybody.
///
/// The owner gives out [`TableReader`]s; a reader sees each write at once and takes no lock. With the
/// table dropped, its readers find it empty.
///
/// ```
/// use otp_core::Table;
///
/// let rates = Table::new();
/// let reader = rates.reader();
/// rates.insert("EUR", 1.0);
/// assert_eq!(reader.get("EUR"), Some(1.0));
/// drop(rates);
/// assert_eq!(reader.get("EUR"), None);
/// ```
pub struct Table<K, V> {
    shared: Arc<Shared<K, V>>,
}

/// Reads a [`Table`], from any thread, without a lock and without a message.
pub struct TableReader<K, V> {
    shared: Arc<Shared<K, V>>,
}

impl<K: Hash + Eq, V> Table<K, V> {
    /// An empty table.
    pub fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                map: Map::default(),
                owned: AtomicBool::new(true),
            }),
        }
    }

    /// A reader of this table.
    pub fn reader(&self) -> TableReader<K, V> {
        TableReader {
            shared: Arc::clone(&self.shared),
        }
    }

    /// Puts `value` under `key`. Whether the key is new.
    pub fn insert(&self, key: K, value: V) -> bool {
        self.shared.map.pin().insert(key, value).is_none()
    }

    /// Puts `value` under `key` unless there is one already. Whether it was put there.
    pub fn insert_new(&self, key: K, value: V) -> bool {
        self.shared.map.pin().try_insert(key, value).is_ok()
    }

    /// Takes out what is under `key`. Whether there was anything.
    pub fn remove<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.shared.map.pin().remove(key).is_some()
    }

    /// Takes out everything.
    pub fn clear(&self) {
        self.shared.map.pin().clear();
    }

    /// A copy of what is under `key`.
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        V: Clone,
    {
        self.shared.map.pin().get(key).cloned()
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.shared.map.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.shared.map.is_empty()
    }
}

impl<K: Hash + Eq, V> TableReader<K, V> {
    /// The map, while the table has its owner.
    #[inline]
    fn map(&self) -> Option<&Map<K, V>> {
        self.shared
            .owned
            .load(Ordering::Acquire)
            .then_some(&self.shared.map)
    }

    /// A copy of what is under `key`.
    #[inline]
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        V: Clone,
    {
        self.map()?.pin().get(key).cloned()
    }

    /// What `read` makes of what is under `key`, without a copy.
    pub fn with<Q, R>(&self, key: &Q, read: impl FnOnce(&V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.map()?.pin().get(key).map(read)
    }

    /// Whether there is anything under `key`.
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.map().is_some_and(|map| map.pin().contains_key(key))
    }

    /// Runs `each` over all keys and values, in no order. A key that stays throughout is seen once;
    /// what is put in or taken out meanwhile may or may not be seen.
    pub fn scan(&self, mut each: impl FnMut(&K, &V)) {
        if let Some(map) = self.map() {
            for (key, value) in &map.pin() {
                each(key, value);
            }
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.map().map_or(0, Map::len)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Hash + Eq, V> Default for Table<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> Drop for Table<K, V> {
    fn drop(&mut self) {
        self.shared.owned.store(false, Ordering::Release);
    }
}

/// A reader of no table: it finds nothing.
impl<K: Hash + Eq, V> Default for TableReader<K, V> {
    fn default() -> Self {
        Table::new().reader()
    }
}

impl<K, V> Clone for TableReader<K, V> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<K, V> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").finish_non_exhaustive()
    }
}

impl<K, V> fmt::Debug for TableReader<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableReader").finish_non_exhaustive()
    }
}
