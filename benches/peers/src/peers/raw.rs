//! Hand-written tokio: a task, its `mpsc` channel and a `oneshot` for each reply, as in tokio's own
//! tutorial; no supervision, no names, no monitors. Once bounded, once unbounded.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::{AbortHandle, JoinSet};

use super::{Counter, Done, Node, Peer, Rates, Tree};
use crate::Result;

/// Hand-written servers with the mailbox `Q`.
pub struct Raw<Q>(PhantomData<Q>);

impl<Q: Queue> Peer for Raw<Q> {
    type Counter = CounterHandle<Q>;
    type Node = NodeHandle<Q>;
    type Rates = RatesHandle<Q>;
    type Tree = RawTree<Q>;
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
    Crash,
}

async fn count<Q: Queue>(mailbox: &mut Q::Receiver<CounterMessage>, mut count: u64) {
    while let Some(message) = Q::receive(mailbox).await {
        match message {
            CounterMessage::Add(n, reply) => {
                count += n;
                let _ = reply.send(count);
            }
            CounterMessage::Bump => count += 1,
            CounterMessage::Crash => panic!("as asked"),
        }
    }
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
            // The init runs in the server, and `start` returns after it, as for the others.
            let _ = ready.send(());
            self::count::<Q>(&mut mailbox, count).await;
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

    async fn crash(&self) -> Result<()> {
        Q::send(&self.0, CounterMessage::Crash).await
    }
}

/// A loop that starts its tasks again when one has panicked. Their channels are kept.
pub struct RawTree<Q: Queue> {
    supervisor: AbortHandle,
    children: Vec<CounterHandle<Q>>,
}

impl<Q: Queue> Tree<CounterHandle<Q>> for RawTree<Q> {
    /// All are restarted together: it is for one child.
    async fn start(children: u64) -> Result<Self> {
        <Self as Tree<_>>::start_group(children).await
    }

    async fn start_group(children: u64) -> Result<Self> {
        let mut senders = Vec::new();
        let mut mailboxes = Vec::new();
        for _ in 0..children {
            let (sender, mailbox) = Q::channel();
            senders.push(CounterHandle(sender));
            mailboxes.push(Arc::new(Mutex::new(mailbox)));
        }
        let supervisor = tokio::spawn(async move {
            loop {
                let mut tasks = JoinSet::new();
                for mailbox in &mailboxes {
                    let mailbox = Arc::clone(mailbox);
                    tasks.spawn(async move { count::<Q>(&mut *mailbox.lock().await, 0).await });
                }
                match tasks.join_next().await {
                    Some(Err(error)) if error.is_panic() => tasks.shutdown().await,
                    _ => return,
                }
            }
        });
        Ok(Self {
            supervisor: supervisor.abort_handle(),
            children: senders,
        })
    }

    async fn start_dynamic() -> Result<Self> {
        Err("the tasks are all started at once".into())
    }

    async fn start_child(&self, _: u64) -> Result<CounterHandle<Q>> {
        Err("the tasks are all started at once".into())
    }

    async fn child(&self, place: u64) -> Result<CounterHandle<Q>> {
        Ok(self.children[place as usize].clone())
    }

    async fn stop(self) -> Result<()> {
        self.supervisor.abort();
        Ok(())
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
