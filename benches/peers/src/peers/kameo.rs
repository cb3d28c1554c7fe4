//! kameo: a struct that is the state, one `Message` impl for each message, `ask` and `tell`, with
//! the default mailbox (bounded, 64), as in its own documentation.

use std::collections::HashMap;

use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::message::{Context, Message};

use super::{Counter, Done, Node, Peer, Rates};
use crate::Result;

/// Servers written with kameo.
pub struct Kameo;

impl Peer for Kameo {
    type Counter = ActorRef<CounterActor>;
    type Node = ActorRef<NodeActor>;
    type Rates = ActorRef<RatesActor>;
}

#[derive(Actor)]
pub struct CounterActor {
    count: u64,
}

pub struct Add(u64);
pub struct Bump;

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
