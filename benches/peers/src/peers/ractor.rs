//! ractor: an actor with its message enum, `call!` and `cast!`, as in its own examples.

use std::collections::HashMap;

use ractor::{
    Actor, ActorId, ActorProcessingErr, ActorRef, RpcReplyPort, SupervisionEvent, call, cast,
};

use super::{Counter, Done, Node, Peer, Rates, Tree};
use crate::Result;

/// Servers written with ractor.
pub struct Ractor;

impl Peer for Ractor {
    type Counter = ActorRef<CounterMessage>;
    type Node = ActorRef<NodeMessage>;
    type Rates = ActorRef<RatesMessage>;
    type Tree = ActorRef<SupervisorMessage>;
}

struct CounterActor;

pub enum CounterMessage {
    Add(u64, RpcReplyPort<u64>),
    Bump,
    Crash,
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
            CounterMessage::Crash => panic!("as asked"),
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

    async fn crash(&self) -> Result<()> {
        Ok(cast!(self, CounterMessage::Crash)?)
    }
}

/// Starts a child again that has failed, and knows the handle of the last one.
struct SupervisorActor;

type ChildReply = RpcReplyPort<ActorRef<CounterMessage>>;

pub enum SupervisorMessage {
    Child(u64, ChildReply),
    /// Answered when the child has another id than this.
    Restarted(u64, ActorId, ChildReply),
}

pub struct Children {
    list: Vec<ActorRef<CounterMessage>>,
    waiting: Vec<(ActorId, ChildReply)>,
}

impl Actor for SupervisorActor {
    type Msg = SupervisorMessage;
    type State = Children;
    type Arguments = u64;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        children: u64,
    ) -> Result<Self::State, ActorProcessingErr> {
        let mut list = Vec::new();
        for _ in 0..children {
            let (child, _task) =
                Actor::spawn_linked(None, CounterActor, 0, myself.get_cell()).await?;
            list.push(child);
        }
        Ok(Children {
            list,
            waiting: Vec::new(),
        })
    }

    async fn handle(
        &self,
        _myself: ActorRef<Self::Msg>,
        message: Self::Msg,
        children: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SupervisorMessage::Child(place, reply) => {
                reply.send(children.list[place as usize].clone())?;
            }
            SupervisorMessage::Restarted(place, old, reply) => {
                let child = &children.list[place as usize];
                if child.get_id() == old {
                    children.waiting.push((old, reply));
                } else {
                    reply.send(child.clone())?;
                }
            }
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Self::Msg>,
        event: SupervisionEvent,
        children: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        let SupervisionEvent::ActorFailed(failed, _) = event else {
            return Ok(());
        };
        let failed = failed.get_id();
        if let Some(child) = children
            .list
            .iter_mut()
            .find(|child| child.get_id() == failed)
        {
            let (new, _task) =
                Actor::spawn_linked(None, CounterActor, 0, myself.get_cell()).await?;
            *child = new.clone();
            for (_, reply) in children.waiting.extract_if(.., |(old, _)| *old == failed) {
                reply.send(new.clone())?;
            }
        }
        Ok(())
    }
}

impl Tree<ActorRef<CounterMessage>> for ActorRef<SupervisorMessage> {
    async fn start(children: u64) -> Result<Self> {
        let (supervisor, _task) = Actor::spawn(None, SupervisorActor, children).await?;
        Ok(supervisor)
    }

    async fn start_group(_: u64) -> Result<Self> {
        Err("no strategies".into())
    }

    async fn start_dynamic() -> Result<Self> {
        <Self as Tree<_>>::start(0).await
    }

    async fn start_child(&self, count: u64) -> Result<ActorRef<CounterMessage>> {
        let (child, _task) =
            Actor::spawn_linked(None, CounterActor, count, self.get_cell()).await?;
        Ok(child)
    }

    async fn child(&self, place: u64) -> Result<ActorRef<CounterMessage>> {
        Ok(call!(self, SupervisorMessage::Child, place)?)
    }

    async fn restarted(
        &self,
        place: u64,
        old: &ActorRef<CounterMessage>,
    ) -> Result<ActorRef<CounterMessage>> {
        Ok(call!(
            self,
            SupervisorMessage::Restarted,
            place,
            old.get_id()
        )?)
    }

    async fn stop(self) -> Result<()> {
        self.stop_children_and_wait(None, None).await;
        Ok(self.stop_and_wait(None, None).await?)
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
