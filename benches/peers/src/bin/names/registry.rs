//! Lookups of names by one reader and by eight, against the bare maps, whose values are handles as well:
//! an `Arc` that is cloned.

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

pub type Sessions = RegistryRef<u64, Session>;

/// A registry of so many servers, each under one key.
pub async fn filled(keys: u64) -> Result<Sessions> {
    let sessions = Registry::start("sessions").await?;
    for key in 0..keys {
        Session::start(key).via(&sessions, key).await?;
    }
    Ok(sessions)
}

pub async fn measure(size: Size) -> Result<()> {
    let sessions = filled(size.keys).await?;
    let papaya = papaya::HashMap::<u64, Arc<u64>>::new();
    let dashmap = dashmap::DashMap::<u64, Arc<u64>>::new();
    for key in 0..size.keys {
        papaya.pin().insert(key, Arc::new(key));
        dashmap.insert(key, Arc::new(key));
    }
    for readers in [1, 8] {
        let mut figures = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..size.rounds {
            let of = |find: &(dyn Fn(u64) -> bool + Sync)| read(size, readers, find);
            figures[0].push(of(&|key| black_box(sessions.lookup(&key)).is_some()));
            figures[1].push(of(&|key| {
                black_box(papaya.pin().get(&key).cloned()).is_some()
            }));
            let get = |key| black_box(dashmap.get(&key).map(|one| Arc::clone(&one))).is_some();
            figures[2].push(of(&get));
        }
        for (name, figures) in ["ours", "papaya", "dashmap"].into_iter().zip(figures) {
            let what = format!("registry lookup, {readers} readers: {name}");
            print(&what, median(figures), "ns");
        }
    }
    Ok(())
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
