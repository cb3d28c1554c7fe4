//! Parameters, bounds and `where` clauses go along to the handle.

use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;
use std::marker::PhantomData;

use otp::prelude::*;

#[gen_server]
pub struct Cache<K, V = String>
where
    K: Hash + Eq,
{
    entries: HashMap<K, V>,
}

#[gen_server(protocol = CacheApi)]
impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    #[init]
    fn new(entries: HashMap<K, V>) -> Result<Self, String> {
        Ok(Cache { entries })
    }

    #[call]
    pub fn get(&self, key: K) -> Option<V> {
        self.entries.get(&key).cloned()
    }

    #[call]
    pub async fn swap(&mut self, key: K, value: V) -> Option<V> {
        self.entries.insert(key, value)
    }

    #[cast(continue = shrink)]
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    #[handle_continue]
    fn shrink(&mut self) {
        self.entries.shrink_to_fit();
    }

    #[handle_continue]
    fn put(&mut self, key: K, value: V) {
        self.entries.insert(key, value);
    }

    #[info]
    fn on_pair(&mut self, pair: (K, V)) {
        self.entries.insert(pair.0, pair.1);
    }
}

/// A parameter that no message mentions, a length, and an `impl` for some types only.
#[gen_server]
struct Ring<T, const N: usize> {
    items: [u64; N],
    marker: PhantomData<T>,
    at: usize,
}

#[gen_server]
impl<T, const N: usize> Ring<T, N>
where
    T: Display,
{
    #[init]
    fn new() -> Self {
        Ring {
            items: [0; N],
            marker: PhantomData,
            at: 0,
        }
    }

    #[cast]
    fn push(&mut self, item: u64) {
        self.items[self.at % N] = item;
        self.at += 1;
    }

    #[call]
    fn all(&self) -> [u64; N] {
        self.items
    }
}

#[gen_server]
struct Pair<A, B> {
    a: A,
    b: B,
}

#[gen_server]
impl Pair<u64, String> {
    #[init]
    fn new() -> Self {
        Pair {
            a: 0,
            b: String::new(),
        }
    }

    #[call]
    fn both(&mut self) -> (u64, String) {
        self.a += 1;
        (self.a, self.b.clone())
    }
}

async fn usage() {
    let cache = Cache::<u64>::start(HashMap::new()).await.unwrap();
    let _: Option<String> = cache.get(1).await.unwrap();
    cache.swap(1, "one".into()).await.unwrap();
    cache.clear().await.unwrap();
    cache.send((2, String::from("two"))).unwrap();
    let copy: CacheRef<u64, String> = cache.clone();
    assert_eq!(copy, cache);

    let ring = Ring::<String, 4>::start().await.unwrap();
    ring.push(1).await.unwrap();
    let _: [u64; 4] = ring.all().await.unwrap();

    let pair = Pair::start().await.unwrap();
    let _: (u64, String) = pair.both().await.unwrap();
}

/// A handle can be named where nothing is known of its parameters.
struct Holder<K: Hash + Eq, V> {
    _cache: CacheRef<K, V>,
}

fn main() {
    let _ = usage;
    let _: Option<Holder<u64, u64>> = None;
}
