//! Hand-written tokio: a task, its `mpsc` channel and a `oneshot` for each reply, as in tokio's own
//! tutorial; no supervision, no names, no monitors. Once bounded, once unbounded.

use std::collections::HashMap;
use std::marker::PhantomData;

use tokio::sync::{mpsc, oneshot};

use super::{Counter, Done, Node, Peer, Rates};
use crate::Result;

/// Hand-written servers with the mailbox `Q`.
pub struct Raw<Q>(PhantomData<Q>);

impl<Q: Queue> Peer for Raw<Q> {
    type Counter = CounterHandle<Q>;
    type Node = NodeHandle<Q>;
    type Rates = RatesHandle<Q>;
}

/// The kind of mailbox.
pub trait Queue: Sized + Send + Sync + 'static {
    /// Its sending half.
    type Sender<M: Send + 'static>: Clone + Send + Sync + 'static;
    /// Its receiving half.
    type Receiver<M: Send + 'static>: Send + 'static;

    /// A new one.
    fn channel<M: Send + 'static>() -> (Self::Sender<M>, Self::Receiver<M>);
    /// Sends; an error if the server is gone.
    fn send<M: Send + 'static>(
        sender: &Self::Sender<M>,
        message: M,
    ) -> impl Future<Output = Result<()>> + Send;
    /// Receives; `None` when no sender is left.
    fn receive<M: Send + 'static>(
        receiver: &mut Self::Receiver<M>,
    ) -> impl Future<Output = Option<M>> + Send;
}

/// `mpsc::channel(1024)`.
pub struct Bounded;

impl Queue for Bounded {
    type Sender<M: Send + 'static> = mpsc::Sender<M>;
    type Receiver<M: Send + 'static> = mpsc::Receiver<M>;

    fn channel<M: Send + 'static>() -> (Self::Sender<M>, Self::Receiver<M>) {
        mpsc::channel(1024)
    }

    async fn send<M: Send + 'static>(sender: &Self::Sender<M>, message: M) -> Result<()> {
        sender
            .send(message)
            .await
            .map_err(|_| "the server is gone".into())
    }

    async fn receive<M: Send + 'static>(receiver: &mut Self::Receiver<M>) -> Option<M> {
        receiver.recv().await
    }
}

/// `mpsc::unbounded_channel()`.
pub struct Unbounded;

impl Queue for Unbounded {
    type Sender<M: Send + 'static> = mpsc::UnboundedSender<M>;
    type Receiver<M: Send + 'static> = mpsc::UnboundedReceiver<M>;

    fn channel<M: Send + 'static>() -> (Self::Sender<M>, Self::Receiver<M>) {
        mpsc::unbounded_channel()
    }

    async fn send<M: Send + 'static>(sender: &Self::Sender<M>, message: M) -> Result<()> {
        sender
            .send(message)
            .map_err(|_| "the server is gone".into())
    }

    async fn receive<M: Send + 'static>(receiver: &mut Self::Receiver<M>) -> Option<M> {
        receiver.recv().await
    }
}

type Reply<T> = oneshot::Sender<T>;

/// A call: sends the message made with the reply's sender, and awaits the reply.
async fn call<Q: Queue, M: Send + 'static, T: Send>(
    sender: &Q::Sender<M>,
    message: impl FnOnce(Reply<T>) -> M + Send,
) -> Result<T> {
    let (reply, answer) = oneshot::channel();
    Q::send(sender, message(reply)).await?;
    Ok(answer.await?)
}

enum CounterMessage {
    Add(u64, Reply<u64>),
    Bump,
}

pub struct CounterHandle<Q: Queue>(Q::Sender<CounterMessage>);

impl<Q: Queue> Clone for CounterHandle<Q> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q: Queue> Counter for CounterHandle<Q> {
    async fn start(count: u64) -> Result<Self> {
        let (sender, mut mailbox) = Q::channel();
        let (ready, is_ready) = oneshot::channel();
        tokio::spawn(async move {
            let mut count = count;
            // The init runs in the server, and `start` returns after it, as for the others.
            let _ = ready.send(());
            while let Some(message) = Q::receive(&mut mailbox).await {
                match message {
                    CounterMessage::Add(n, reply) => {
                        count += n;
                        let _ = reply.send(count);
                    }
                    CounterMessage::Bump => count += 1,
                }
            }
        });
        is_ready.await?;
        Ok(Self(sender))
    }

    async fn add(&self, n: u64) -> Result<u64> {
        call::<Q, _, _>(&self.0, |reply| CounterMessage::Add(n, reply)).await
    }

    async fn bump(&self) -> Result<()> {
        Q::send(&self.0, CounterMessage::Bump).await
    }
}

enum NodeMessage<Q: Queue> {
    Link(NodeHandle<Q>, Reply<()>),
    Token(u64),
    Seen(Reply<u64>),
}

pub struct NodeHandle<Q: Queue>(Q::Sender<NodeMessage<Q>>);

impl<Q: Queue> Node for NodeHandle<Q> {
    async fn start(done: Done) -> Result<Self> {
        let (sender, mut mailbox) = Q::channel();
        tokio::spawn(async move {
            let mut next: Option<Self> = None;
            let mut seen = 0;
            while let Some(message) = Q::receive(&mut mailbox).await {
                match message {
                    NodeMessage::Link(node, reply) => {
                        next = Some(node);
                        let _ = reply.send(());
                    }
                    NodeMessage::Token(left) => {
                        seen += 1;
                        match &next {
                            Some(next) if left > 1 => next.token(left - 1).await.unwrap(),
                            _ => done.send(()).unwrap(),
                        }
                    }
                    NodeMessage::Seen(reply) => {
                        let _ = reply.send(seen);
                    }
                }
            }
        });
        Ok(Self(sender))
    }

    async fn link(&self, next: &Self) -> Result<()> {
        let next = Self(next.0.clone());
        call::<Q, _, _>(&self.0, |reply| NodeMessage::Link(next, reply)).await
    }

    async fn token(&self, left: u64) -> Result<()> {
        Q::send(&self.0, NodeMessage::Token(left)).await
    }

    async fn seen(&self) -> Result<u64> {
        call::<Q, _, _>(&self.0, NodeMessage::Seen).await
    }
}

enum RatesMessage {
    Publish(u64, u64, Reply<()>),
    Rate(u64, Reply<Option<u64>>),
}

pub struct RatesHandle<Q: Queue>(Q::Sender<RatesMessage>);

impl<Q: Queue> Clone for RatesHandle<Q> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q: Queue> Rates for RatesHandle<Q> {
    async fn start() -> Result<Self> {
        let (sender, mut mailbox) = Q::channel();
        tokio::spawn(async move {
            let mut rates = HashMap::new();
            while let Some(message) = Q::receive(&mut mailbox).await {
                match message {
                    RatesMessage::Publish(key, rate, reply) => {
                        rates.insert(key, rate);
                        let _ = reply.send(());
                    }
                    RatesMessage::Rate(key, reply) => {
                        let _ = reply.send(rates.get(&key).copied());
                    }
                }
            }
        });
        Ok(Self(sender))
    }

    async fn publish(&self, key: u64, rate: u64) -> Result<()> {
        call::<Q, _, _>(&self.0, |reply| RatesMessage::Publish(key, rate, reply)).await
    }

    async fn rate(&self, key: u64) -> Result<Option<u64>> {
        call::<Q, _, _>(&self.0, |reply| RatesMessage::Rate(key, reply)).await
    }
}
