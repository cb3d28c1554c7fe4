use std::collections::HashMap;
use std::hash::Hash;

use otp::prelude::*;

#[gen_server(mailbox = unbounded)]
pub struct Cache<K, V> {
    entries: HashMap<K, V>,
}

#[gen_server]
impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    #[init]
    fn new(size: usize) -> Self {
        Cache { entries: HashMap::with_capacity(size) }
    }

    #[call]
    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        self.entries.insert(key, value)
    }

    #[call]
    pub fn get(&self, key: K) -> Option<V> {
        self.entries.get(&key).cloned()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cache = Cache::<String, u64>::start(16).await?;
    cache.put("one".to_owned(), 1).await?;
    println!("{:?}", cache.get("one".to_owned()).await?);
    Ok(())
}
