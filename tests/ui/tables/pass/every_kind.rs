//! Everything of every kind of table, in a server and outside, and terms.

#![deny(warnings)]

use otp::Step;
use otp::prelude::*;

static LIMIT: PersistentTerm<u64> = PersistentTerm::new();

#[gen_server]
pub struct Cache<K, V>
where
    K: std::hash::Hash + Ord + Clone + Send + Sync + 'static,
    V: Clone + PartialEq + Send + Sync + 'static,
{
    #[table]
    set: Table<K, V>,
    #[table]
    ordered: OrderedTable<K, V>,
    #[table]
    bag: BagTable<K, V>,
    #[table]
    duplicates: DuplicateBagTable<K, V>,
}

#[gen_server]
impl<K, V> Cache<K, V>
where
    K: std::hash::Hash + Ord + Clone + Send + Sync + 'static,
    V: Clone + PartialEq + Send + Sync + 'static,
{
    #[init]
    fn new() -> Self {
        Self {
            set: Table::new(),
            ordered: OrderedTable::new(),
            bag: BagTable::new(),
            duplicates: DuplicateBagTable::new(),
        }
    }

    /// Puts `value` under `key`.
    #[call]
    pub fn put(&mut self, key: K, value: V) {
        self.set.insert(key.clone(), value.clone());
        self.ordered.insert(key.clone(), value.clone());
        self.bag.insert(key.clone(), value.clone());
        self.duplicates.insert(key, value);
    }

    /// What is under `key`.
    #[read]
    pub fn get(set: &TableReader<K, V>, key: &K) -> Option<V> {
        set.get(key)
    }

    /// The first and how many values.
    #[read]
    pub fn first(
        ordered: &OrderedReader<K, V>,
        bag: &BagReader<K, V>,
        duplicates: &DuplicateBagReader<K, V>,
    ) -> (Option<(K, V)>, usize) {
        (ordered.first(), bag.len() + duplicates.len())
    }
}

fn main() {
    let hits = PublicTable::new();
    hits.insert("home", 1_u32);
    let _ = hits.update_counter("home", Step::by(1).wrapping(10, 0));
    LIMIT.put(10);
    assert_eq!(LIMIT.get().as_deref(), Some(&10));
}
