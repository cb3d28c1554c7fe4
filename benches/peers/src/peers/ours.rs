//! Ours, with everything on that a user gets: bounded mailboxes, panics caught at the server,
//! deadlock check, links, monitors, statistics. Reads go through a table, past the server.

use otp::prelude::*;

use super::{Done, Peer, READS_BY_CALL};
use crate::Result;

/// Servers written with otp-framework.
pub struct Ours;

impl Peer for Ours {
    type Counter = CounterRef;
    type Node = NodeRef;
    type Rates = RatesRef;
}

#[gen_server]
pub struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(count: u64) -> Self {
        Self { count }
    }

    #[call]
    pub fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[cast]
    pub fn bump(&mut self) {
        self.count += 1;
    }
}

impl super::Counter for CounterRef {
    async fn start(count: u64) -> Result<Self> {
        Ok(Counter::start(count).await?)
    }

    async fn add(&self, n: u64) -> Result<u64> {
        Ok(CounterRef::add(self, n).await?)
    }

    async fn bump(&self) -> Result<()> {
        Ok(CounterRef::bump(self).await?)
    }
}

#[gen_server]
pub struct Node {
    next: Option<NodeRef>,
    seen: u64,
    done: Done,
}

#[gen_server]
impl Node {
    #[init]
    fn new(done: Done) -> Self {
        Self {
            next: None,
            seen: 0,
            done,
        }
    }

    #[call]
    pub fn link_to(&mut self, next: NodeRef) {
        self.next = Some(next);
    }

    #[cast]
    pub async fn token(&mut self, left: u64) {
        self.seen += 1;
        match &self.next {
            Some(next) if left > 1 => next.token(left - 1).await.unwrap(),
            _ => self.done.send(()).unwrap(),
        }
    }

    #[call]
    pub fn seen(&self) -> u64 {
        self.seen
    }
}

impl super::Node for NodeRef {
    async fn start(done: Done) -> Result<Self> {
        Ok(Node::start(done).await?)
    }

    async fn link(&self, next: &Self) -> Result<()> {
        Ok(self.link_to(next.clone()).await?)
    }

    async fn token(&self, left: u64) -> Result<()> {
        Ok(NodeRef::token(self, left).await?)
    }

    async fn seen(&self) -> Result<u64> {
        Ok(NodeRef::seen(self).await?)
    }
}

#[gen_server]
pub struct Rates {
    #[table]
    by_key: Table<u64, u64>,
    updates: u64,
}

#[gen_server]
impl Rates {
    #[init]
    fn new() -> Self {
        Self {
            by_key: Table::new(),
            updates: 0,
        }
    }

    #[call]
    pub fn publish(&mut self, key: u64, rate: u64) {
        self.updates += 1;
        self.by_key.insert(key, rate);
    }

    #[read]
    pub fn rate(by_key: &TableReader<u64, u64>, key: u64) -> Option<u64> {
        by_key.get(&key)
    }
}

impl super::Rates for RatesRef {
    // Lock-free, without a message: as many more reads as ETS gets.
    const READS: u64 = 40 * READS_BY_CALL;

    async fn start() -> Result<Self> {
        Ok(Rates::start().await?)
    }

    async fn publish(&self, key: u64, rate: u64) -> Result<()> {
        Ok(RatesRef::publish(self, key, rate).await?)
    }

    async fn rate(&self, key: u64) -> Result<Option<u64>> {
        Ok(RatesRef::rate(self, key))
    }
}
