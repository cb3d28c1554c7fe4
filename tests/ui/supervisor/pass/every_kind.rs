//! Every kind of child and every option.

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
struct Session {
    user: u64,
}

#[gen_server]
impl Session {
    #[init]
    fn new(user: u64) -> Self {
        Self { user }
    }

    #[call]
    fn user(&mut self) -> u64 {
        self.user += 0;
        self.user
    }
}

#[gen_server]
struct Seat {
    place: (u32, u32),
}

#[gen_server]
impl Seat {
    #[init]
    fn new(config: Config, row: u32, column: u32) -> Self {
        Self {
            place: (row.min(config.limit), column),
        }
    }

    #[call]
    fn place(&mut self) -> (u32, u32) {
        self.place.0 += 0;
        self.place
    }
}

#[gen_server]
struct Shard {
    index: usize,
}

#[gen_server]
impl Shard {
    #[init]
    fn new(index: usize) -> Self {
        Self { index }
    }

    #[call]
    fn index(&mut self) -> usize {
        self.index += 0;
        self.index
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
        sessions: dynamic<Session> { intensity: 100 per 1s, max_children: 10_000, restart: temporary, shutdown: 1s },
        seats: dynamic<Seat>(|row: u32, column: u32| Seat::start(config.clone(), row, column)) { intensity: 1 per 1s, backoff: 1s..1m },
        rows: dynamic<Seat>(move |row: u32| { Seat::start(config.clone(), row, 0) }) { intensity: never },
        ledgers: partition<Ledger>(8) { intensity: 3 per 5s, strategy: one_for_all },
        more: partition<Ledger> { intensity: 3 per 5s },
        shards: partition<Shard>(8, |index| Shard::start(index)) { intensity: 3 per 5s, restart: transient },
        jobs: task_supervisor,
        names: registry<String, Session> { shutdown: 1s },
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
    let session: SessionRef = shop.sessions().start_child(7).await.expect("starts");
    let _ = session.user().await;
    let _ = shop.seats().start_child((1, 2)).await;
    let _ = shop.rows().start_child(1).await;
    let _ = (
        shop.shards(),
        shop.jobs(),
        shop.names(),
        shop.ledgers(),
        shop.more(),
    );
    let _ = shop.which_children();
    let _ = Shop::child(config, 7);
}

fn main() {
    let _ = uses;
}
