//! kameo: a struct that is the state, one `Message` impl for each message, `ask` and `tell`, with
//! the default mailbox (bounded, 64), as in its own documentation.

use std::collections::HashMap;
use std::time::Duration;

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::error::Infallible;
use kameo::message::{Context, Message};
use kameo::supervision::{RestartPolicy, SupervisionStrategy};

use super::{Counter, Done, Node, Peer, Rates, Tree};
use crate::Result;

/// Servers written with kameo.
pub struct Kameo;

impl Peer for Kameo {
    type Counter = ActorRef<CounterActor>;
    type Node = ActorRef<NodeActor>;
    type Rates = ActorRef<RatesActor>;
    type Tree = KameoTree;
}

#[derive(Actor, Clone)]
pub struct CounterActor {
    count: u64,
}

pub struct Add(u64);
pub struct Bump;
pub struct Crash;

impl Message<Add> for CounterActor {
    type Reply = u64;

    async fn handle(&mut self, Add(n): Add, _cx: &mut Context<Self, u64>) -> u64 {
        self.count += n;
        self.count
    }
}

impl Message<Bump> for CounterActor {
    type Reply = ();

    async fn handle(&mut self, _: Bump, _cx: &mut Context<Self, ()>) {
        self.count += 1;
    }
}

impl Message<Crash> for CounterActor {
    type Reply = ();

    async fn handle(&mut self, _: Crash, _cx: &mut Context<Self, ()>) {
        panic!("as asked");
    }
}

impl Counter for ActorRef<CounterActor> {
    async fn start(count: u64) -> Result<Self> {
        let actor = CounterActor::spawn(CounterActor { count });
        actor.wait_for_startup().await;
        Ok(actor)
    }

    async fn add(&self, n: u64) -> Result<u64> {
        Ok(self.ask(Add(n)).await?)
    }

    async fn bump(&self) -> Result<()> {
        Ok(self.tell(Bump).await?)
    }

    async fn crash(&self) -> Result<()> {
        Ok(self.tell(Crash).await?)
    }
}

/// A supervisor; its strategy is a property of its type.
pub struct Supervisor<const TOGETHER: bool>;

impl<const TOGETHER: bool> Actor for Supervisor<TOGETHER> {
    type Args = ();
    type Error = Infallible;

    fn supervision_strategy() -> SupervisionStrategy {
        if TOGETHER {
            SupervisionStrategy::OneForAll
        } else {
            SupervisionStrategy::OneForOne
        }
    }

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

async fn supervised<const TOGETHER: bool>(
    supervisor: &ActorRef<Supervisor<TOGETHER>>,
    count: u64,
    policy: RestartPolicy,
) -> ActorRef<CounterActor> {
    let child = CounterActor::supervise(supervisor, CounterActor { count })
        .restart_policy(policy)
        .restart_limit(u32::MAX, Duration::from_secs(1))
        .spawn()
        .await;
    child.wait_for_startup().await;
    child
}

pub struct KameoTree {
    alone: ActorRef<Supervisor<false>>,
    together: ActorRef<Supervisor<true>>,
    children: Vec<ActorRef<CounterActor>>,
}

impl KameoTree {
    fn new() -> Self {
        Self {
            alone: Supervisor::spawn(()),
            together: Supervisor::spawn(()),
            children: Vec::new(),
        }
    }
}

impl Tree<ActorRef<CounterActor>> for KameoTree {
    async fn start(children: u64) -> Result<Self> {
        let mut tree = Self::new();
        for _ in 0..children {
            let child = supervised(&tree.alone, 0, RestartPolicy::Permanent).await;
            tree.children.push(child);
        }
        Ok(tree)
    }

    async fn start_group(children: u64) -> Result<Self> {
        let mut tree = Self::new();
        for _ in 0..children {
            let child = supervised(&tree.together, 0, RestartPolicy::Permanent).await;
            tree.children.push(child);
        }
        Ok(tree)
    }

    async fn start_dynamic() -> Result<Self> {
        Ok(Self::new())
    }

    async fn start_child(&self, count: u64) -> Result<ActorRef<CounterActor>> {
        Ok(supervised(&self.alone, count, RestartPolicy::Never).await)
    }

    async fn child(&self, place: u64) -> Result<ActorRef<CounterActor>> {
        Ok(self.children[place as usize].clone())
    }

    async fn stop(self) -> Result<()> {
        self.alone.stop_gracefully().await?;
        self.together.stop_gracefully().await?;
        self.alone.wait_for_shutdown().await;
        self.together.wait_for_shutdown().await;
        Ok(())
    }
}

#[derive(Actor)]
pub struct NodeActor {
    next: Option<ActorRef<NodeActor>>,
    seen: u64,
    done: Done,
}

pub struct Link(ActorRef<NodeActor>);
pub struct Token(u64);
pub struct Seen;

impl Message<Link> for NodeActor {
    type Reply = ();

    async fn handle(&mut self, Link(next): Link, _cx: &mut Context<Self, ()>) {
        self.next = Some(next);
    }
}

impl Message<Token> for NodeActor {
    type Reply = ();

    async fn handle(&mut self, Token(left): Token, _cx: &mut Context<Self, ()>) {
        self.seen += 1;
        match &self.next {
            Some(next) if left > 1 => next.tell(Token(left - 1)).await.unwrap(),
            _ => self.done.send(()).unwrap(),
        }
    }
}

impl Message<Seen> for NodeActor {
    type Reply = u64;

    async fn handle(&mut self, _: Seen, _cx: &mut Context<Self, u64>) -> u64 {
        self.seen
    }
}

impl Node for ActorRef<NodeActor> {
    async fn start(done: Done) -> Result<Self> {
        Ok(NodeActor::spawn(NodeActor {
            next: None,
            seen: 0,
            done,
        }))
    }

    async fn link(&self, next: &Self) -> Result<()> {
        Ok(self.ask(Link(next.clone())).await?)
    }

    async fn token(&self, left: u64) -> Result<()> {
        Ok(self.tell(Token(left)).await?)
    }

    async fn seen(&self) -> Result<u64> {
        Ok(self.ask(Seen).await?)
    }
}

#[derive(Actor)]
pub struct RatesActor {
    rates: HashMap<u64, u64>,
}

pub struct Publish(u64, u64);
pub struct Rate(u64);

impl Message<Publish> for RatesActor {
    type Reply = ();

    async fn handle(&mut self, Publish(key, rate): Publish, _cx: &mut Context<Self, ()>) {
        self.rates.insert(key, rate);
    }
}

impl Message<Rate> for RatesActor {
    type Reply = Option<u64>;

    async fn handle(
        &mut self,
        Rate(key): Rate,
        _cx: &mut Context<Self, Option<u64>>,
    ) -> Option<u64> {
        self.rates.get(&key).copied()
    }
}

impl Rates for ActorRef<RatesActor> {
    async fn start() -> Result<Self> {
        Ok(RatesActor::spawn(RatesActor {
            rates: HashMap::new(),
        }))
    }

    async fn publish(&self, key: u64, rate: u64) -> Result<()> {
        Ok(self.ask(Publish(key, rate)).await?)
    }

    async fn rate(&self, key: u64) -> Result<Option<u64>> {
        Ok(self.ask(Rate(key)).await?)
    }
}
