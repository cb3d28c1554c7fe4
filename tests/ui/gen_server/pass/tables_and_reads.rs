//! Reads run in the caller: they may borrow, be generic, and return what they like.

use std::hash::Hash;

use otp::prelude::*;

mod store {
    use super::*;

    #[gen_server]
    pub(crate) struct Rates {
        #[table]
        by_symbol: Table<String, f64>,
        #[table]
        by_id: Table<u64, String>,
        updates: u64,
    }

    #[gen_server]
    impl Rates {
        #[init]
        fn new() -> Self {
            Rates {
                by_symbol: Table::new(),
                by_id: Table::new(),
                updates: 0,
            }
        }

        #[cast]
        pub(crate) fn publish(&mut self, id: u64, symbol: String, rate: f64) {
            self.updates += 1;
            self.by_id.insert(id, symbol.clone());
            self.by_symbol.insert(symbol, rate);
        }

        /// One table, one borrowed argument.
        #[read]
        #[must_use]
        pub(crate) fn rate(by_symbol: &TableReader<String, f64>, symbol: &str) -> Option<f64> {
            by_symbol.get(symbol)
        }

        /// Two tables, in any order among the arguments.
        #[read]
        pub(crate) fn rate_of(
            id: u64,
            by_id: &TableReader<u64, String>,
            by_symbol: &TableReader<String, f64>,
        ) -> Option<f64> {
            by_symbol.get(&by_id.get(&id)?)
        }

        #[read]
        pub(crate) fn any<'a, I>(by_symbol: &TableReader<String, f64>, symbols: I) -> Vec<f64>
        where
            I: Iterator<Item = &'a str>,
        {
            symbols
                .filter_map(|symbol| by_symbol.get(symbol))
                .collect()
        }
    }
}

#[gen_server]
struct Index<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    #[table]
    entries: Table<K, V>,
    size: usize,
}

#[gen_server]
impl<K, V> Index<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    #[init]
    fn new() -> Self {
        Index {
            entries: Table::new(),
            size: 0,
        }
    }

    #[cast]
    fn put(&mut self, key: K, value: V) {
        self.size += 1;
        self.entries.insert(key, value);
    }

    #[read]
    fn get(entries: &TableReader<K, V>, key: &K) -> Option<V> {
        entries.get(key)
    }
}

async fn usage() {
    let rates = store::Rates::start().await.unwrap();
    rates.publish(1, "EUR".into(), 1.0).await.unwrap();
    let _: Option<f64> = rates.rate("EUR");
    let _: Option<f64> = rates.rate_of(1);
    let _: Vec<f64> = rates.any(["EUR"].into_iter());

    let index = Index::start().await.unwrap();
    index.put(1, "one").await.unwrap();
    let _: Option<&str> = index.get(&1);
}

fn main() {
    let _ = usage;
}
