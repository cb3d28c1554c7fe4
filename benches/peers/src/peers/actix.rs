//! actix: clients and servers on one arbiter's thread, `send` and `do_send`, as in its own
//! documentation. It is the fastest way to use actix, and no other thread can take part in it.

use std::cell::Cell;
use std::collections::HashMap;

use actix::{Actor, Addr, Context, Handler, Message, System};
use tokio::task::JoinHandle;

use super::{Counter, Done, NoTree, Node, Peer, Rates};
use crate::Result;

/// Servers written with actix.
pub struct Actix;

impl Peer for Actix {
    type Counter = Addr<CounterActor>;
    type Node = Addr<NodeActor>;
    type Rates = Addr<RatesActor>;
    type Tree = NoTree;

    fn run<F>(main: F) -> Result<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let system = System::new();
        let output = system.block_on(async { actix::spawn(main).await })?;
        std::mem::forget(system);
        Ok(output)
    }

    fn spawn<F>(client: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        actix::spawn(client)
    }
}

thread_local! {
    /// Counters created, and counters whose `started` has run: actix has no start that waits.
    static CREATED: Cell<u64> = const { Cell::new(0) };
    static STARTED: Cell<u64> = const { Cell::new(0) };
}

pub struct CounterActor {
    count: u64,
}

impl Actor for CounterActor {
    type Context = Context<Self>;

    fn started(&mut self, _cx: &mut Self::Context) {
        STARTED.set(STARTED.get() + 1);
    }
}

#[derive(Message)]
#[rtype(result = "u64")]
struct Add(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct Bump;

impl Handler<Add> for CounterActor {
    type Result = u64;

    fn handle(&mut self, Add(n): Add, _cx: &mut Self::Context) -> u64 {
        self.count += n;
        self.count
    }
}

impl Handler<Bump> for CounterActor {
    type Result = ();

    fn handle(&mut self, _: Bump, _cx: &mut Self::Context) {
        self.count += 1;
    }
}

impl Counter for Addr<CounterActor> {
    async fn start(count: u64) -> Result<Self> {
        CREATED.set(CREATED.get() + 1);
        Ok(CounterActor { count }.start())
    }

    async fn all_started() {
        while STARTED.get() < CREATED.get() {
            tokio::task::yield_now().await;
        }
    }

    async fn add(&self, n: u64) -> Result<u64> {
        Ok(self.send(Add(n)).await?)
    }

    async fn bump(&self) -> Result<()> {
        self.do_send(Bump);
        Ok(())
    }
}

pub struct NodeActor {
    next: Option<Addr<NodeActor>>,
    seen: u64,
    done: Done,
}

impl Actor for NodeActor {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Link(Addr<NodeActor>);

#[derive(Message)]
#[rtype(result = "()")]
struct Token(u64);

#[derive(Message)]
#[rtype(result = "u64")]
struct Seen;

impl Handler<Link> for NodeActor {
    type Result = ();

    fn handle(&mut self, Link(next): Link, _cx: &mut Self::Context) {
        self.next = Some(next);
    }
}

impl Handler<Token> for NodeActor {
    type Result = ();

    fn handle(&mut self, Token(left): Token, _cx: &mut Self::Context) {
        self.seen += 1;
        match &self.next {
            Some(next) if left > 1 => next.do_send(Token(left - 1)),
            _ => self.done.send(()).unwrap(),
        }
    }
}

impl Handler<Seen> for NodeActor {
    type Result = u64;

    fn handle(&mut self, _: Seen, _cx: &mut Self::Context) -> u64 {
        self.seen
    }
}

impl Node for Addr<NodeActor> {
    async fn start(done: Done) -> Result<Self> {
        Ok(NodeActor {
            next: None,
            seen: 0,
            done,
        }
        .start())
    }

    async fn link(&self, next: &Self) -> Result<()> {
        Ok(self.send(Link(next.clone())).await?)
    }

    async fn token(&self, left: u64) -> Result<()> {
        self.do_send(Token(left));
        Ok(())
    }

    async fn seen(&self) -> Result<u64> {
        Ok(self.send(Seen).await?)
    }
}

pub struct RatesActor {
    rates: HashMap<u64, u64>,
}

impl Actor for RatesActor {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Publish(u64, u64);

#[derive(Message)]
#[rtype(result = "Option<u64>")]
struct Rate(u64);

impl Handler<Publish> for RatesActor {
    type Result = ();

    fn handle(&mut self, Publish(key, rate): Publish, _cx: &mut Self::Context) {
        self.rates.insert(key, rate);
    }
}

impl Handler<Rate> for RatesActor {
    type Result = Option<u64>;

    fn handle(&mut self, Rate(key): Rate, _cx: &mut Self::Context) -> Option<u64> {
        self.rates.get(&key).copied()
    }
}

impl Rates for Addr<RatesActor> {
    async fn start() -> Result<Self> {
        Ok(RatesActor {
            rates: HashMap::new(),
        }
        .start())
    }

    async fn publish(&self, key: u64, rate: u64) -> Result<()> {
        Ok(self.send(Publish(key, rate)).await?)
    }

    async fn rate(&self, key: u64) -> Result<Option<u64>> {
        Ok(self.send(Rate(key)).await?)
    }
}
