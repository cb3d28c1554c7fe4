//! Supervisors of some servers that are all alike, of which a key says which one is meant.
//!
//! The supervisor is an ordered one, with the children's numbers as ids. This module owns the way from
//! a key to a child, and how many children there are to choose from.

mod handle;
mod key;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

use super::{
    Backoff, ChildSpec, Flags, Intensity, Restart, Shutdown, SpecError, Startable, Strategy,
    Supervisor, SupervisorStart,
};
use crate::process::Server;
use crate::server::Start;
use handle::Parts;
pub use handle::{PartitionRef, ResizeError};
pub use key::{PartitionKey, partition_by_hash};

/// What holds for a partition supervisor and its partitions.
///
/// ```
/// use std::time::Duration;
/// use otp_core::{Intensity, PartitionFlags, Shutdown};
///
/// const SHARDS: PartitionFlags = PartitionFlags::new(Intensity::new(3, Duration::from_secs(5)))
///     .shutdown(Shutdown::After(Duration::from_secs(1)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct PartitionFlags {
    flags: Flags,
    restart: Restart,
    shutdown: Option<Shutdown>,
}

impl PartitionFlags {
    /// The limit of restarts has no default. Partitions are restarted alone, are permanent, and have
    /// 5 s to stop (supervisors: as long as it takes). There is no backoff.
    pub const fn new(intensity: Intensity) -> Self {
        Self {
            flags: Flags::new(Strategy::OneForOne, intensity),
            restart: Restart::Permanent,
            shutdown: None,
        }
    }

    /// The same with another strategy.
    #[must_use]
    pub const fn strategy(mut self, strategy: Strategy) -> Self {
        self.flags.strategy = strategy;
        self
    }

    /// The same with another rule for when a partition is restarted. A temporary one that has ended is
    /// forgotten: its keys find nobody.
    #[must_use]
    pub const fn restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// The same with another way to stop a partition.
    #[must_use]
    pub const fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = Some(shutdown);
        self
    }

    /// The same with a pause before each restart.
    #[must_use]
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.flags = self.flags.backoff(backoff);
        self
    }

    /// The same, with the supervisor's name taken by it: there is one of that name at a time.
    #[must_use]
    pub const fn registered(mut self) -> Self {
        self.flags = self.flags.registered();
        self
    }

    fn spec<T: Startable>(
        self,
        index: usize,
        make: impl FnMut() -> T + Send + 'static,
    ) -> ChildSpec<T> {
        let spec = ChildSpec::new(index, make).restart(self.restart);
        match self.shutdown {
            Some(shutdown) => spec.shutdown(shutdown),
            None => spec,
        }
    }
}

/// A supervisor of servers that are all alike, to spread work that one of them could not keep up with:
/// each key belongs to one of them. Started by [`PartitionSupervisor::start`].
#[derive(Debug)]
#[non_exhaustive]
pub struct PartitionSupervisor;

impl PartitionSupervisor {
    /// A supervisor called `name`, for reports, of so many partitions: as many as there are cores
    /// without a number. Their ids are their numbers, from 0; `make` is given the number, and runs for
    /// each incarnation.
    ///
    /// ```
    /// use std::time::Duration;
    /// use otp_core::{Intensity, PartitionFlags, PartitionSupervisor};
    /// # use otp_core::{CallSpec, Context, Options, ReplyTo, Server, ServerDecl, ServerRef, Start, NoContinue};
    /// # struct Shard(usize);
    /// # impl ServerDecl for Shard {
    /// #     const OPTIONS: Options = Options::new("Shard");
    /// #     type Ref = ServerRef<Self>;
    /// #     type Shared = ();
    /// # }
    /// # impl Server for Shard {
    /// #     type Args = usize;
    /// #     type InitError = std::convert::Infallible;
    /// #     type Message = ReplyTo<usize>;
    /// #     type Continue = NoContinue;
    /// #     async fn init(n: usize, _: &mut Context<Self>) -> Result<Option<Self>, Self::InitError> { Ok(Some(Shard(n))) }
    /// #     async fn handle(&mut self, reply: ReplyTo<usize>, _: &mut Context<Self>) { reply.send(self.0); }
    /// # }
    /// # const NUMBER: CallSpec<Shard, (), usize> = CallSpec::Queued("number", |(), reply| reply);
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let flags = PartitionFlags::new(Intensity::new(3, Duration::from_secs(5)));
    /// let shards = PartitionSupervisor::start("shards", Some(4), flags, |index| {
    ///     Start::<Shard>::new(index)
    /// })
    /// .await?;
    ///
    /// assert_eq!(shards.of(&6).call(&NUMBER, ()).await, Ok(2));
    /// assert_eq!(shards.of("a user"), shards.of("a user"));
    /// shards.stop().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`SupervisorStart`]; [`SpecError::NoPartitions`] for a number of zero.
    pub fn start<S: Server>(
        name: &'static str,
        partitions: Option<usize>,
        flags: PartitionFlags,
        make: impl Fn(usize) -> Start<S> + Send + Sync + 'static,
    ) -> SupervisorStart<PartitionRef<S>> {
        Self::start_shared(name, partitions, flags, Arc::new(make))
    }

    /// It as a child of another supervisor, under its name as id.
    pub fn child<S: Server>(
        name: &'static str,
        partitions: Option<usize>,
        flags: PartitionFlags,
        make: impl Fn(usize) -> Start<S> + Send + Sync + 'static,
    ) -> ChildSpec<SupervisorStart<PartitionRef<S>>> {
        let make = Arc::new(make);
        ChildSpec::new(name, move || {
            Self::start_shared(name, partitions, flags, Arc::clone(&make))
        })
    }

    fn start_shared<S: Server>(
        name: &'static str,
        partitions: Option<usize>,
        flags: PartitionFlags,
        make: Arc<impl Fn(usize) -> Start<S> + Send + Sync + 'static>,
    ) -> SupervisorStart<PartitionRef<S>> {
        let partitions =
            partitions.unwrap_or_else(|| available_parallelism().map_or(1, usize::from));
        Supervisor::start(name, flags.flags, move |children| {
            if partitions == 0 {
                children.refuse(SpecError::NoPartitions);
            }
            let live = Arc::new(AtomicUsize::new(0));
            let refs = (0..partitions).map(|index| {
                let (make, live) = (Arc::clone(&make), Arc::clone(&live));
                children.add(flags.spec(index, move || {
                    // Whoever starts it, it is there from now on: the supervisor itself, when it is
                    // restarted, starts them all.
                    live.fetch_max(index + 1, Ordering::Relaxed);
                    make(index)
                }))
            });
            let refs = refs.collect();
            PartitionRef::new(children.supervisor(), Parts::new(refs, live))
        })
    }
}
