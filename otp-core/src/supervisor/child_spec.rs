//! Child specs: what a child is called, how it is started, when it is restarted, how it is stopped.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::ChildId;
use super::info::ChildKind;
use super::seat::{Seat, ServerSeat};
use crate::ExitReason;
use crate::process::{Server, ServerDecl};
use crate::server::Start;

/// When a child is started again after its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Restart {
    /// Always.
    #[default]
    Permanent,
    /// After any end but an orderly one ([`ExitReason::is_clean`](crate::ExitReason::is_clean)).
    Transient,
    /// Never; it is forgotten when it has ended.
    Temporary,
}

impl Restart {
    /// Whether a child is started again after it ended by itself for this reason.
    pub(super) fn follows(self, reason: &ExitReason) -> bool {
        match self {
            Self::Permanent => true,
            Self::Transient => !reason.is_clean(),
            Self::Temporary => false,
        }
    }
}

/// How a child is stopped by its supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shutdown {
    /// It is killed; its `terminate` does not run.
    BrutalKill,
    /// It is asked to end with [`ExitReason::Shutdown`](crate::ExitReason::Shutdown), and killed if it
    /// has not ended after this time. Its `terminate` runs, whether or not it traps exits (in OTP: only
    /// if it does).
    After(Duration),
    /// It is asked to end, and waited for as long as that takes.
    Infinity,
}

impl Shutdown {
    /// After which time it is killed, if it was asked to end before; `None`: at once, or never.
    pub(crate) fn time(self) -> Option<Duration> {
        match self {
            Self::After(time) => Some(time),
            Self::BrutalKill | Self::Infinity => None,
        }
    }
}

/// A type that can be a child's: every server is one, and so is every tree of `supervisor!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a child",
    label = "neither a server nor a tree",
    note = "a child's type has `#[gen_server]` on it, or is declared by `supervisor! {{ .. }}`"
)]
pub trait Supervisable {
    /// The handle on such a child.
    type Ref;
}

impl<S: ServerDecl> Supervisable for S {
    type Ref = S::Ref;
}

/// A type behind which a server runs: every server itself, and every state machine.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server",
    label = "no `#[gen_server]` on the struct `{Self}`, and no `#[state_machine]` on the enum",
    note = "`dynamic`, `partition` and `registry` are of servers or of state machines"
)]
pub trait Served {
    /// The server.
    type Server: Server;
}

impl<S: Server> Served for S {
    type Server = S;
}

/// What a child is started by: the [`Start`] of a server (`Counter::start(0)`), or the
/// [`SupervisorStart`](super::SupervisorStart) of a tree.
#[diagnostic::on_unimplemented(
    message = "a child is not started by a `{Self}`",
    label = "expected what `start(..)` returns, not awaited",
    note = "write `ChildSpec::new(\"counter\", || Counter::start(0))`, without `.await`"
)]
pub trait Startable: Sized + Send + 'static {
    /// The handle on the child. It stays the same from one incarnation to the next.
    type Ref: Clone + Send + Sync + 'static;

    #[doc(hidden)]
    fn plant(
        make: Box<dyn FnMut() -> Self + Send>,
        runtime: &tokio::runtime::Handle,
    ) -> Planted<Self::Ref>;
}

/// A child that was given its place, and is not started.
#[doc(hidden)]
pub struct Planted<R> {
    pub(super) seat: Arc<dyn Seat>,
    pub(super) reference: R,
}

impl<S: Server> Startable for Start<S> {
    type Ref = S::Ref;

    fn plant(
        make: Box<dyn FnMut() -> Self + Send>,
        runtime: &tokio::runtime::Handle,
    ) -> Planted<S::Ref> {
        let (seat, server) = ServerSeat::new(make, runtime, Vec::new());
        Planted {
            seat: Arc::new(seat),
            reference: server.into(),
        }
    }
}

/// A child: what it is called, how it is started, when it is restarted, how it is stopped.
///
/// By default it is permanent, has 5 s to stop (a supervisor: as long as it takes), and is not
/// significant.
///
/// `make` is run for each incarnation. A panic in it is a failed start.
///
/// ```
/// use std::time::Duration;
/// use otp_core::{ChildSpec, Restart, Shutdown};
/// # use otp_core::{Context, Options, Server, ServerDecl, ServerRef, Start, NoContinue};
/// # struct Till;
/// # impl ServerDecl for Till {
/// #     const OPTIONS: Options = Options::new("Till");
/// #     type Ref = ServerRef<Self>;
/// #     type Shared = ();
/// # }
/// # impl Server for Till {
/// #     type Args = u64;
/// #     type InitError = std::convert::Infallible;
/// #     type Message = ();
/// #     type Continue = NoContinue;
/// #     async fn init(_: u64, _: &mut Context<Self>) -> Result<Option<Self>, Self::InitError> { Ok(Some(Till)) }
/// #     async fn handle(&mut self, (): (), _: &mut Context<Self>) {}
/// # }
/// let till = ChildSpec::new("till", || Start::<Till>::new(7))
///     .restart(Restart::Transient)
///     .shutdown(Shutdown::After(Duration::from_secs(10)));
/// ```
#[must_use = "a child spec starts nothing by itself"]
pub struct ChildSpec<T> {
    pub(super) id: ChildId,
    pub(super) make: Box<dyn FnMut() -> T + Send>,
    pub(super) terms: Terms,
}

/// What a supervisor knows of a child beside how it is started.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Terms {
    pub(super) restart: Restart,
    pub(super) shutdown: Option<Shutdown>,
    pub(super) significant: bool,
}

impl Terms {
    pub(super) fn shutdown(&self, kind: ChildKind) -> Shutdown {
        self.shutdown.unwrap_or(match kind {
            ChildKind::Worker => Shutdown::After(Duration::from_secs(5)),
            ChildKind::Supervisor => Shutdown::Infinity,
        })
    }
}

impl<T: Startable> ChildSpec<T> {
    /// A child called `id`, started by what `make` returns.
    pub fn new(id: impl Into<ChildId>, make: impl FnMut() -> T + Send + 'static) -> Self {
        Self {
            id: id.into(),
            make: Box::new(make),
            terms: Terms::default(),
        }
    }

    /// The same under another id.
    pub fn id(mut self, id: impl Into<ChildId>) -> Self {
        self.id = id.into();
        self
    }

    /// When it is restarted.
    pub fn restart(mut self, restart: Restart) -> Self {
        self.terms.restart = restart;
        self
    }

    /// How it is stopped.
    pub fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.terms.shutdown = Some(shutdown);
        self
    }

    /// Whether its own end may end the supervisor; see [`AutoShutdown`](super::AutoShutdown).
    pub fn significant(mut self, significant: bool) -> Self {
        self.terms.significant = significant;
        self
    }
}

impl<T> fmt::Debug for ChildSpec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildSpec")
            .field("id", &self.id)
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}
