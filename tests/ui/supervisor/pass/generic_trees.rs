//! A tree with type parameters, in any module, of any visibility.

#![deny(warnings)]

use otp::prelude::*;

mod store {
    use std::hash::Hash;

    use otp::prelude::*;

    #[gen_server]
    pub struct Cache<K, V> {
        entries: Vec<(K, V)>,
    }

    #[gen_server]
    impl<K: Hash, V> Cache<K, V> {
        #[init]
        fn new(first: Option<(K, V)>) -> Self {
            Cache {
                entries: first.into_iter().collect(),
            }
        }

        #[call]
        pub fn put(&mut self, key: K, value: V) -> usize {
            self.entries.push((key, value));
            self.entries.len()
        }
    }

    supervisor! {
        /// Two caches of the same types.
        pub(crate) Caches<K: Hash, V>(first: (K, V))
        where
            K: Clone,
            V: Clone,
        {
            strategy: one_for_all,
            intensity: 3 per 5s,
            a: Cache<K, V>(Some(first)),
            b: Cache<K, V>(None),
        }
    }
}

use store::Caches;

supervisor! {
    Shop {
        strategy: one_for_one,
        intensity: never,
        caches: Caches<String, u64>((String::new(), 1)),
        deep: supervisor {
            strategy: one_for_one,
            intensity: never,
            cache: store::Cache::<u8, u8>(None),
        },
    }
}

async fn uses() {
    let shop = Shop::start().await.unwrap();
    let _ = shop.caches().a().put(String::new(), 2).await;
    let _ = shop.deep().cache().put(1, 2).await;
}

fn main() {
    let _ = uses;
}
