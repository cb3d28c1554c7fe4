//! Lookups of names by one reader and by eight, against the bare maps, whose values are handles as well:
//! an `Arc` that is cloned. Each map once as a user gets it, and once with the hasher of our registries.

use std::hash::{BuildHasher, RandomState};
use std::hint::black_box;
use std::sync::Arc;

use otp::prelude::*;
use otp::{Registry, RegistryRef};

use crate::{Result, Size, each, median, print};

#[gen_server]
pub struct Session {
    key: u64,
}

#[gen_server]
impl Session {
    #[init]
    fn new(key: u64) -> Self {
        Session { key }
    }

    #[call]
    pub fn next(&mut self) -> u64 {
        self.key += 1;
        self.key
    }
}

type Fast = foldhash::fast::RandomState;
type Papaya<H = RandomState> = papaya::HashMap<u64, Arc<u64>, H>;
type DashMap<H = RandomState> = dashmap::DashMap<u64, Arc<u64>, H>;

pub type Sessions = RegistryRef<u64, Session>;

/// A registry of so many servers, each under one key.
pub async fn filled(keys: u64) -> Result<Sessions> {
    let sessions = Registry::start("sessions").await?;
    for key in 0..keys {
        Session::start(key).via(&sessions, key).await?;
    }
    Ok(sessions)
}

/// Whether a key is there, having got what stands under it.
type Find<'a> = Box<dyn Fn(u64) -> bool + Sync + 'a>;

pub async fn measure(size: Size) -> Result<()> {
    let sessions = filled(size.keys).await?;
    let maps = (
        <Papaya>::default(),
        Papaya::<Fast>::default(),
        <DashMap>::default(),
        DashMap::<Fast>::default(),
    );
    for key in 0..size.keys {
        maps.0.pin().insert(key, Arc::new(key));
        maps.1.pin().insert(key, Arc::new(key));
        maps.2.insert(key, Arc::new(key));
        maps.3.insert(key, Arc::new(key));
    }
    let all: [(&str, Find); 5] = [
        (
            "ours",
            Box::new(|key| black_box(sessions.lookup(&key)).is_some()),
        ),
        ("papaya", in_papaya(&maps.0)),
        ("papaya, our hasher", in_papaya(&maps.1)),
        ("dashmap", in_dashmap(&maps.2)),
        ("dashmap, our hasher", in_dashmap(&maps.3)),
    ];
    for readers in [1, 8] {
        let mut figures = all.each_ref().map(|_| Vec::new());
        for _ in 0..size.rounds {
            for ((_, find), figures) in all.iter().zip(&mut figures) {
                figures.push(read(size, readers, find));
            }
        }
        for ((name, _), figures) in all.iter().zip(figures) {
            let what = format!("registry lookup, {readers} readers: {name}");
            print(&what, median(figures), "ns");
        }
    }
    Ok(())
}

fn in_papaya<H: BuildHasher + Sync>(map: &Papaya<H>) -> Find<'_> {
    Box::new(|key| black_box(map.pin().get(&key).cloned()).is_some())
}

fn in_dashmap<H: BuildHasher + Clone + Sync>(map: &DashMap<H>) -> Find<'_> {
    Box::new(|key| black_box(map.get(&key).map(|one| Arc::clone(&one))).is_some())
}

/// Nanoseconds a lookup, of all readers together.
fn read(size: Size, readers: u64, find: &(dyn Fn(u64) -> bool + Sync)) -> f64 {
    each(readers * size.reads, || {
        std::thread::scope(|scope| {
            for reader in 0..readers {
                scope.spawn(move || {
                    let mut found = 0;
                    for read in 0..size.reads {
                        // Far apart, as the next key of a program is.
                        let key = (read + reader).wrapping_mul(0x9e37_79b9) % size.keys;
                        found += u64::from(find(key));
                    }
                    assert_eq!(found, size.reads);
                });
            }
        });
    })
}
