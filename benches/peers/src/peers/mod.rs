//! The peers: what each must offer for the workloads to run on it, and the list of them.

mod actix;
pub mod beam;
mod kameo;
#[cfg(feature = "ours")]
mod ours;
mod ractor;
mod raw;

use std::str::FromStr;

use futures_util::{StreamExt, stream};
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::Result;
use crate::child::Job;
use crate::work;

/// Told by the server of a ring that gets the token for the last time.
pub type Done = mpsc::UnboundedSender<()>;

/// The smallest count of reads, for each reader, that reads through messages are measured with.
const READS_BY_CALL: u64 = 50_000;

/// One way to write servers. The workloads are written once, over this.
pub trait Peer: 'static {
    /// A server that counts.
    type Counter: Counter;
    /// A server of a ring.
    type Node: Node;
    /// A server that many read from.
    type Rates: Rates;
    /// A supervisor of counters.
    type Tree: Tree<Self::Counter>;

    /// Runs `main` as a task of a new runtime.
    fn run<F>(main: F) -> Result<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let output = runtime.block_on(runtime.spawn(main))?;
        // The process ends next; waiting for its tasks to be dropped would only take time.
        std::mem::forget(runtime);
        Ok(output)
    }

    /// Spawns a task and awaits its value.
    fn task<F>(work: F) -> impl Future<Output = Result<F::Output>> + Send
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        async { Ok(tokio::spawn(work).await?) }
    }

    /// The sum of what `work` answers for each item, so many at a time.
    fn stream<W, F>(
        at_a_time: usize,
        items: u64,
        work: W,
    ) -> impl Future<Output = Result<u64>> + Send
    where
        W: FnMut(u64) -> F + Send + 'static,
        F: Future<Output = u64> + Send + 'static,
    {
        async move {
            let mut answers = stream::iter(0..items).map(work).buffered(at_a_time);
            let mut sum = 0;
            while let Some(answer) = answers.next().await {
                sum += answer;
            }
            Ok(sum)
        }
    }

    /// Starts a client.
    fn spawn<F>(client: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        tokio::spawn(client)
    }
}

/// The handle of a server that counts.
pub trait Counter: Clone + Send + Sync + Sized + 'static {
    /// Starts one; where the peer can say so, returns when its init has run.
    fn start(count: u64) -> impl Future<Output = Result<Self>> + Send;

    /// Returns when the init of every counter started so far has run; for a peer whose `start`
    /// cannot wait for it.
    fn all_started() -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Call: adds `n` and answers the new count.
    fn add(&self, n: u64) -> impl Future<Output = Result<u64>> + Send;

    /// Cast: adds one.
    fn bump(&self) -> impl Future<Output = Result<()>> + Send;

    /// Cast: panics; for a peer that restarts what panicked.
    fn crash(&self) -> impl Future<Output = Result<()>> + Send {
        async { Err("nothing restarts it".into()) }
    }
}

/// A supervisor, and the counters under it. What a peer does not have, no workload asks of it.
pub trait Tree<C: Counter>: Send + Sync + Sized + 'static {
    /// Starts one with so many counters, which start from 0 and are restarted one by one.
    fn start(children: u64) -> impl Future<Output = Result<Self>> + Send;

    /// The same, and if one fails, all are restarted.
    fn start_group(children: u64) -> impl Future<Output = Result<Self>> + Send;

    /// Starts one without children, for any number of them, which are not restarted.
    fn start_dynamic() -> impl Future<Output = Result<Self>> + Send;

    /// Starts a counter under it; returns when its init has run.
    fn start_child(&self, count: u64) -> impl Future<Output = Result<C>> + Send;

    /// A child's handle, in the order of start.
    fn child(&self, place: u64) -> impl Future<Output = Result<C>> + Send;

    /// The handle of the child that came after the one with the handle `old`; where a handle is not
    /// the child's for ever, waits for it.
    fn restarted(&self, _place: u64, old: &C) -> impl Future<Output = Result<C>> + Send {
        async { Ok(old.clone()) }
    }

    /// Stops all children and returns when they have ended.
    fn stop(self) -> impl Future<Output = Result<()>> + Send;
}

/// The supervisor of a peer that has none.
pub enum NoTree {}

impl<C: Counter> Tree<C> for NoTree {
    async fn start(_: u64) -> Result<Self> {
        Err("no supervisor".into())
    }

    async fn start_group(_: u64) -> Result<Self> {
        Err("no supervisor".into())
    }

    async fn start_dynamic() -> Result<Self> {
        Err("no supervisor".into())
    }

    async fn start_child(&self, _: u64) -> Result<C> {
        match *self {}
    }

    async fn child(&self, _: u64) -> Result<C> {
        match *self {}
    }

    async fn stop(self) -> Result<()> {
        match self {}
    }
}

/// The handle of a server of a ring.
pub trait Node: Send + Sync + Sized + 'static {
    /// Starts one that knows no next yet.
    fn start(done: Done) -> impl Future<Output = Result<Self>> + Send;

    /// Call: names the next of the ring.
    fn link(&self, next: &Self) -> impl Future<Output = Result<()>> + Send;

    /// Cast: passes the token on for `left` hops, this one included, then says that it is done.
    fn token(&self, left: u64) -> impl Future<Output = Result<()>> + Send;

    /// Call: how many times the token came by.
    fn seen(&self) -> impl Future<Output = Result<u64>> + Send;
}

/// The handle of a server whose data many read.
pub trait Rates: Clone + Send + Sync + Sized + 'static {
    /// How often each reader reads. Reads that send no message are so fast that they need more for
    /// a run of a readable length.
    const READS: u64 = READS_BY_CALL;

    /// Starts one without data.
    fn start() -> impl Future<Output = Result<Self>> + Send;

    /// Call: sets one rate.
    fn publish(&self, key: u64, rate: u64) -> impl Future<Output = Result<()>> + Send;

    /// Reads one rate, by the fastest way that the peer documents.
    fn rate(&self, key: u64) -> impl Future<Output = Result<Option<u64>>> + Send;
}

/// A peer's name on the command line and in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerName {
    /// The subject of the comparison.
    Ours,
    /// Hand-written tokio, mailbox bounded.
    Raw,
    /// Hand-written tokio, mailbox unbounded.
    RawUnb,
    /// The crate ractor.
    Ractor,
    /// The crate kameo.
    Kameo,
    /// The crate actix.
    Actix,
    /// Erlang's `gen_server`.
    Beam,
}

impl PeerName {
    /// All of them, in the table's order.
    pub const ALL: [Self; 7] = [
        Self::Ours,
        Self::Raw,
        Self::RawUnb,
        Self::Ractor,
        Self::Kameo,
        Self::Actix,
        Self::Beam,
    ];

    /// Those that this binary holds.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(|&peer| peer != Self::Ours || cfg!(feature = "ours"))
    }

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Raw => "raw",
            Self::RawUnb => "raw-unb",
            Self::Ractor => "ractor",
            Self::Kameo => "kameo",
            Self::Actix => "actix",
            Self::Beam => "beam",
        }
    }
}

impl FromStr for PeerName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let peer = Self::ALL
            .into_iter()
            .find(|peer| peer.name() == name)
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::name).join(", ");
                format!("no peer `{name}`: one of {known}")
            })?;
        if peer == Self::Ours && !cfg!(feature = "ours") {
            return Err("`ours` is not in this binary: build it with `--features ours`".to_owned());
        }
        Ok(peer)
    }
}

/// Measures in this process.
pub fn measure(job: Job) -> Result<f64> {
    match job.peer {
        #[cfg(feature = "ours")]
        PeerName::Ours => work::measure::<ours::Ours>(job),
        #[cfg(not(feature = "ours"))]
        PeerName::Ours => Err("built without the feature `ours`".into()),
        PeerName::Raw => work::measure::<raw::Raw<raw::Bounded>>(job),
        PeerName::RawUnb => work::measure::<raw::Raw<raw::Unbounded>>(job),
        PeerName::Ractor => work::measure::<ractor::Ractor>(job),
        PeerName::Kameo => work::measure::<kameo::Kameo>(job),
        PeerName::Actix => work::measure::<actix::Actix>(job),
        PeerName::Beam => Err("the BEAM is a process of its own".into()),
    }
}
