//! Keys with any number of entries each, in the order in which they came.
//!
//! Readers take no lock and see all entries of a key at one moment: a key's entries are a persistent tree,
//! of which a writer puts a changed one in place. To add or remove one among n costs O(log n). Knows
//! nothing of what an entry is.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use papaya::{Compute, HashMap, Operation};
use rpds::RedBlackTreeMapSync;

/// The entries of one key by their numbers.
pub(crate) type Bag<T> = RedBlackTreeMapSync<u64, T>;

pub(crate) struct Roll<K, T> {
    map: HashMap<K, Bag<T>, foldhash::fast::RandomState>,
    next: AtomicU64,
    len: AtomicUsize,
}

impl<K, T> Default for Roll<K, T> {
    fn default() -> Self {
        Self {
            map: HashMap::default(),
            next: AtomicU64::new(0),
            len: AtomicUsize::new(0),
        }
    }
}

impl<K: Clone + Eq + Hash, T: Clone> Roll<K, T> {
    /// Adds an entry; its number.
    pub(crate) fn add(&self, key: &K, entry: &T) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.map.pin().compute(key.clone(), |old| {
            let bag = match old {
                Some((_, bag)) => bag.insert(number, entry.clone()),
                None => Bag::new_sync().insert(number, entry.clone()),
            };
            Operation::<_, ()>::Insert(bag)
        });
        self.len.fetch_add(1, Ordering::Relaxed);
        number
    }

    /// Takes one out again; the key goes with its last.
    pub(crate) fn remove(&self, key: &K, number: u64) -> Option<T> {
        let map = self.map.pin();
        let done = map.compute(key.clone(), |old| match old {
            Some((_, bag)) if bag.contains_key(&number) => match bag.size() {
                1 => Operation::Remove,
                _ => Operation::Insert(bag.remove(&number)),
            },
            _ => Operation::Abort(()),
        });
        let (Compute::Removed(_, old) | Compute::Updated { old: (_, old), .. }) = done else {
            return None;
        };
        self.len.fetch_sub(1, Ordering::Relaxed);
        old.get(&number).cloned()
    }

    /// The entries of a key as they are now.
    pub(crate) fn get<Q>(&self, key: &Q) -> Option<Bag<T>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.map.pin().get(key).cloned()
    }

    /// Runs `each` over all keys and their entries, in no order.
    pub(crate) fn scan(&self, mut each: impl FnMut(&K, &Bag<T>)) {
        for (key, bag) in &self.map.pin() {
            each(key, bag);
        }
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    pub(crate) fn clear(&self) {
        self.map.pin().clear();
        self.len.store(0, Ordering::Relaxed);
    }
}
