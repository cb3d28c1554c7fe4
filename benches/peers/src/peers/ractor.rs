//! ractor: an actor with its message enum, `call!` and `cast!`, as in its own examples.

use std::collections::HashMap;

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call, cast};

use super::{Counter, Done, Node, Peer, Rates};
use crate::Result;

/// Servers written with ractor.
pub struct Ractor;

impl Peer for Ractor {
    type Counter = ActorRef<CounterMessage>;
    type Node = ActorRef<NodeMessage>;
    type Rates = ActorRef<RatesMessage>;
}

struct CounterActor;

pub enum CounterMessage {
    Add(u64, RpcReplyPort<u64>),
    Bump,
}

impl Actor for CounterActor {
    type Msg = CounterMessage;
    type State = u64;
    type Arguments = u64;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        count: u64,
    ) -> Result<u64, ActorProcessingErr> {
        Ok(count)
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        count: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            CounterMessage::Add(n, reply) => {
                *count += n;
                reply.send(*count)?;
            }
            CounterMessage::Bump => *count += 1,
        }
        Ok(())
    }
}

impl Counter for ActorRef<CounterMessage> {
    async fn start(count: u64) -> Result<Self> {
        let (actor, _task) = Actor::spawn(None, CounterActor, count).await?;
        Ok(actor)
    }

    async fn add(&self, n: u64) -> Result<u64> {
        Ok(call!(self, CounterMessage::Add, n)?)
    }

    async fn bump(&self) -> Result<()> {
        Ok(cast!(self, CounterMessage::Bump)?)
    }
}

struct NodeActor;

pub struct NodeState {
    next: Option<ActorRef<NodeMessage>>,
    seen: u64,
    done: Done,
}

pub enum NodeMessage {
    Link(ActorRef<NodeMessage>, RpcReplyPort<()>),
    Token(u64),
    Seen(RpcReplyPort<u64>),
}

impl Actor for NodeActor {
    type Msg = NodeMessage;
    type State = NodeState;
    type Arguments = Done;

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        done: Done,
    ) -> Result<NodeState, ActorProcessingErr> {
        Ok(NodeState {
            next: None,
            seen: 0,
            done,
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        state: &mut NodeState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            NodeMessage::Link(next, reply) => {
                state.next = Some(next);
                reply.send(())?;
            }
            NodeMessage::Token(left) => {
                state.seen += 1;
                match &state.next {
                    Some(next) if left > 1 => cast!(next, NodeMessage::Token(left - 1))?,
                    _ => state.done.send(())?,
                }
            }
            NodeMessage::Seen(reply) => reply.send(state.seen)?,
        }
        Ok(())
    }
}

impl Node for ActorRef<NodeMessage> {
    async fn start(done: Done) -> Result<Self> {
        let (actor, _task) = Actor::spawn(None, NodeActor, done).await?;
        Ok(actor)
    }

    async fn link(&self, next: &Self) -> Result<()> {
        Ok(call!(self, NodeMessage::Link, next.clone())?)
    }

    async fn token(&self, left: u64) -> Result<()> {
        cast!(self, NodeMessage::Token(left)).map_err(|error| error.to_string().into())
    }

    async fn seen(&self) -> Result<u64> {
        Ok(call!(self, NodeMessage::Seen)?)
    }
}

struct RatesActor;

pub enum RatesMessage {
    Publish(u64, u64, RpcReplyPort<()>),
    Rate(u64, RpcReplyPort<Option<u64>>),
}

impl Actor for RatesActor {
    type Msg = RatesMessage;
    type State = HashMap<u64, u64>;
    type Arguments = ();

    async fn pre_start(
        &self,
        _myself: ActorRef<Self::Msg>,
        (): (),
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(HashMap::new())
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        rates: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            RatesMessage::Publish(key, rate, reply) => {
                rates.insert(key, rate);
                reply.send(())?;
            }
            RatesMessage::Rate(key, reply) => reply.send(rates.get(&key).copied())?,
        }
        Ok(())
    }
}

impl Rates for ActorRef<RatesMessage> {
    async fn start() -> Result<Self> {
        let (actor, _task) = Actor::spawn(None, RatesActor, ()).await?;
        Ok(actor)
    }

    async fn publish(&self, key: u64, rate: u64) -> Result<()> {
        Ok(call!(self, RatesMessage::Publish, key, rate)?)
    }

    async fn rate(&self, key: u64) -> Result<Option<u64>> {
        Ok(call!(self, RatesMessage::Rate, key)?)
    }
}
