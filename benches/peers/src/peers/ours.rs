//! Ours, with everything on that a user gets: bounded mailboxes, panics caught at the server,
//! deadlock check, links, monitors, statistics. Reads go through a table, past the server.

use futures_util::StreamExt;
use otp::prelude::*;
use otp::{
    ChildSpec, DynamicFlags, DynamicRef, DynamicSupervisor, Flags, Intensity, Restart, Strategy,
    Supervisor, SupervisorRef,
};

use super::{Done, Peer, READS_BY_CALL};
use crate::Result;

/// Servers written with otp-framework.
pub struct Ours;

impl Peer for Ours {
    type Counter = CounterRef;
    type Node = NodeRef;
    type Rates = RatesRef;
    type Tree = Tree;

    async fn task<F>(work: F) -> Result<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        Ok(Task::spawn(work).await?)
    }

    async fn stream<W, F>(at_a_time: usize, items: u64, work: W) -> Result<u64>
    where
        W: FnMut(u64) -> F + Send + 'static,
        F: Future<Output = u64> + Send + 'static,
    {
        let mut answers = Task::stream(0..items, work).max_concurrency(at_a_time);
        let mut sum = 0;
        while let Some(answer) = answers.next().await {
            sum += answer?;
        }
        Ok(sum)
    }
}

#[gen_server]
pub struct Counter {
    count: u64,
}

#[gen_server(allow(stateless_handler))]
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

    #[cast]
    pub fn crash(&mut self) {
        panic!("as asked");
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

    async fn crash(&self) -> Result<()> {
        Ok(CounterRef::crash(self).await?)
    }
}

pub enum Tree {
    Ordered(SupervisorRef, Vec<CounterRef>),
    Dynamic(DynamicRef<Counter>),
}

impl Tree {
    async fn ordered(strategy: Strategy, children: u64) -> Result<Self> {
        let flags = Flags::new(strategy, Intensity::NEVER);
        let (supervisor, children) = Supervisor::start("Counters", flags, move |list| {
            let child = |place| list.add(ChildSpec::new(place, || Counter::start(0)));
            let children = (0..children as usize).map(child).collect();
            (list.supervisor(), children)
        })
        .await?;
        Ok(Self::Ordered(supervisor, children))
    }
}

impl super::Tree<CounterRef> for Tree {
    async fn start(children: u64) -> Result<Self> {
        Self::ordered(Strategy::OneForOne, children).await
    }

    async fn start_group(children: u64) -> Result<Self> {
        Self::ordered(Strategy::OneForAll, children).await
    }

    async fn start_dynamic() -> Result<Self> {
        let flags = DynamicFlags::new(Intensity::NEVER).restart(Restart::Temporary);
        Ok(Self::Dynamic(
            DynamicSupervisor::start("Counters", flags).await?,
        ))
    }

    async fn start_child(&self, count: u64) -> Result<CounterRef> {
        match self {
            Self::Ordered(..) => Err("its children are declared".into()),
            Self::Dynamic(supervisor) => Ok(supervisor.start_child(count).await?),
        }
    }

    async fn child(&self, place: u64) -> Result<CounterRef> {
        match self {
            Self::Ordered(_, children) => Ok(children[place as usize].clone()),
            Self::Dynamic(_) => Err("its children have no places".into()),
        }
    }

    async fn stop(self) -> Result<()> {
        match self {
            Self::Ordered(supervisor, _) => Ok(supervisor.stop().await?),
            Self::Dynamic(supervisor) => Ok(supervisor.stop().await?),
        }
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
