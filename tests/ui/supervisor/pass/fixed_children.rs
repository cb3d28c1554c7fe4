//! Servers, trees and nested supervisors, with every option.

#![deny(warnings, missing_docs, unreachable_pub)]
#![deny(clippy::pedantic, clippy::nursery)]

use otp::prelude::*;

/// What the shop is set up with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where rates come from.
    pub feed: String,
    limit: u32,
}

/// Rates of exchange.
#[gen_server]
pub struct Rates {
    feed: String,
}

#[gen_server]
impl Rates {
    #[init]
    fn new(feed: String) -> Self {
        Self { feed }
    }

    /// Changes the feed.
    #[call]
    pub fn change(&mut self, feed: String) -> String {
        std::mem::replace(&mut self.feed, feed)
    }
}

#[gen_server]
struct Till {
    rates: RatesRef,
    sold: u64,
}

#[gen_server]
impl Till {
    #[init]
    fn new(rates: RatesRef) -> Self {
        Self { rates, sold: 0 }
    }

    #[call]
    fn sell(&mut self) -> u64 {
        self.sold += u64::from(self.rates.is_alive());
        self.sold
    }
}

#[gen_server]
struct Cache<K, V> {
    entries: Vec<(K, V)>,
}

#[gen_server]
impl<K, V> Cache<K, V> {
    #[init]
    fn new(size: usize) -> Self {
        Self {
            entries: Vec::with_capacity(size),
        }
    }

    #[call]
    fn len(&mut self) -> usize {
        self.entries.len()
    }
}

#[gen_server]
struct Ledger {
    lines: Vec<String>,
}

#[gen_server]
impl Ledger {
    #[init]
    fn new() -> Self {
        Self { lines: Vec::new() }
    }

    #[call]
    fn write(&mut self, line: String) {
        self.lines.push(line);
    }
}

supervisor! {
    Archive {
        strategy: one_for_all,
        intensity: never,
        ledger: Ledger(),
    }
}

supervisor! {
    /// Everything the shop runs.
    pub Shop(config: Config, size: usize) {
        strategy: one_for_one,
        intensity: 3 per 5s,
        auto_shutdown: any_significant,
        backoff: 100ms..30s,
        crate: ::otp,

        /// What things cost.
        rates: Rates(config.feed),
        till: Till(rates.clone()) { restart: transient, shutdown: 10s, significant },
        cache: Cache::<String, u64>(size),
        other: Cache<String, Vec<(u8, u8)>>(10) { shutdown: infinity, significant: false },
        archive: Archive(),
        back: supervisor {
            strategy: rest_for_one,
            intensity: 10 per 1m,
            ledger: Ledger() { shutdown: brutal_kill },
            audit: Till(rates.clone()),
            deep: supervisor {
                strategy: one_for_one,
                intensity: 0 per 1h,
                again: Till({ let _ = (&ledger, config.limit); rates.clone() }),
            } { shutdown: 20s, restart: temporary },
        },
    }
}

async fn uses(config: Config) {
    let shop: ShopRef = Shop::start(config.clone(), 7).await.expect("starts");
    let _ = shop.rates().change(String::new()).await;
    let _ = shop.till().sell().await;
    let _ = shop.cache().len().await;
    let _ = shop.other().len().await;
    let _ = shop.archive().ledger().write(String::new()).await;
    let back: &ShopBackRef = shop.back();
    let _ = back.deep().again().sell().await;
    let _ = shop.which_children();
    let _ = Shop::child(config, 7);
}

fn main() {
    let _ = uses;
}
