//! Starting a supervisor with its tree.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::child_spec::Planted;
use super::life::Plan;
use super::seat::ServerSeat;
use super::{Children, Flags, Startable, Supervisor, SupervisorError, SupervisorRef};
use crate::process::keep::Keep;
use crate::process::{create_server, panics};
use crate::server::Start;

/// The start of a supervisor: a future that is done when all its children have started, or one has
/// failed to and those before it were stopped. Nothing happens before it is first polled.
///
/// Cancel safe: dropped before it is done, the supervisor and what it has started are killed.
///
/// # Errors
/// See [`SupervisorError`].
#[must_use = "a supervisor is not started unless this is awaited"]
pub struct SupervisorStart<R> {
    name: &'static str,
    flags: Flags,
    link: bool,
    timeout: Option<Duration>,
    build: Option<Build<R>>,
    started: Option<(Start<Supervisor>, R)>,
    /// Until the process has begun to run: nobody starts it a second time.
    keep: Option<Keep>,
}

type Build<R> = Box<dyn FnOnce(&mut Children) -> R + Send>;

// Nothing in a start is pinned in place.
impl<R> Unpin for SupervisorStart<R> {}

impl Supervisor {
    /// A supervisor called `name`, for reports, whose children are those that `build` adds. What
    /// `build` returns is what the start gives: the children's refs, say.
    ///
    /// ```
    /// use std::time::Duration;
    /// use otp_core::{ChildSpec, Flags, Intensity, Strategy, Supervisor};
    /// # use otp_core::{CallSpec, Context, Options, ReplyTo, Server, ServerDecl, ServerRef, Start, NoContinue};
    /// # struct Till(u64);
    /// # impl ServerDecl for Till {
    /// #     const OPTIONS: Options = Options::new("Till");
    /// #     type Ref = ServerRef<Self>;
    /// #     type Shared = ();
    /// # }
    /// # impl Server for Till {
    /// #     type Args = u64;
    /// #     type InitError = std::convert::Infallible;
    /// #     type Message = ReplyTo<u64>;
    /// #     type Continue = NoContinue;
    /// #     async fn init(n: u64, _: &mut Context<Self>) -> Result<Option<Self>, Self::InitError> { Ok(Some(Till(n))) }
    /// #     async fn handle(&mut self, reply: ReplyTo<u64>, _: &mut Context<Self>) { reply.send(self.0); }
    /// # }
    /// # const TOTAL: CallSpec<Till, (), u64> = CallSpec::Queued("total", |(), reply| reply);
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let flags = Flags::new(Strategy::OneForOne, Intensity::new(3, Duration::from_secs(5)));
    /// let (shop, till) = Supervisor::start("Shop", flags, |children| {
    ///     let till = children.add(ChildSpec::new("till", || Start::<Till>::new(7)));
    ///     (children.supervisor(), till)
    /// })
    /// .await?;
    ///
    /// till.exit(otp_core::ExitReason::Kill);
    /// // The ref is that of the restarted till.
    /// # let end = till.monitor(); end.await;
    /// assert_eq!(till.call(&TOTAL, ()).await, Ok(7));
    /// shop.stop().await?;
    /// # Ok(()) }
    /// ```
    pub fn start<R>(
        name: &'static str,
        flags: Flags,
        build: impl FnOnce(&mut Children) -> R + Send + 'static,
    ) -> SupervisorStart<R> {
        SupervisorStart {
            name,
            flags,
            link: false,
            timeout: None,
            build: Some(Box::new(build)),
            started: None,
            keep: None,
        }
    }
}

impl<R> SupervisorStart<R> {
    /// Links the supervisor with the process that awaits this: its parent.
    pub fn link(mut self) -> Self {
        self.link = true;
        self
    }

    /// Waits for its children's starts for `timeout` at the most; what has started is killed then. Without
    /// it, for ever.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// A start of what was planned.
    fn of(plan: Arc<Plan>, timeout: Option<Duration>) -> Start<Supervisor> {
        let start = Start::new(plan);
        match timeout {
            Some(timeout) => start.timeout(timeout),
            None => start,
        }
    }

    fn begin(&mut self, build: Build<R>) -> Result<(), SupervisorError> {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return Err(SupervisorError::NoRuntime);
        };
        let server = create_server::<Supervisor>(runtime, true);
        self.keep = Some(Keep::new(&server));
        let mut children = Children::new(self.name, self.flags, server.clone());
        let value = panics::guard(|| build(&mut children)).map_err(SupervisorError::Down)?;
        let start = Self::of(children.finish(true), self.timeout).at(server);
        let start = if self.link { start.link() } else { start };
        self.started = Some((start, value));
        Ok(())
    }
}

impl<R> Future for SupervisorStart<R> {
    type Output = Result<R, SupervisorError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(build) = this.build.take() {
            this.begin(build)?;
        }
        let start = &mut this.started.as_mut().expect("not polled after its end").0;
        let polled = Pin::new(start).poll(cx);
        this.keep = None;
        let result = ready!(polled);
        let (_, value) = this.started.take().expect("still here");
        Poll::Ready(match result {
            Ok(_) => Ok(value),
            Err(error) => Err(error.into()),
        })
    }
}

impl<R: Clone + Send + Sync + 'static> Startable for SupervisorStart<R> {
    type Ref = R;

    fn plant(
        mut make: Box<dyn FnMut() -> Self + Send>,
        runtime: &tokio::runtime::Handle,
    ) -> Planted<R> {
        let start = make();
        let build = start
            .build
            .expect("a start that was not polled has its list");
        let server = create_server::<Supervisor>(runtime.clone(), true);
        let mut children = Children::new(start.name, start.flags, server.clone());
        let reference = build(&mut children);
        let plan = children.finish(false);
        let within = plan.planned.iter();
        let within = within.map(|child| Arc::clone(&child.seat)).collect();
        let make = move || Self::of(Arc::clone(&plan), start.timeout);
        Planted {
            seat: Arc::new(ServerSeat::at(server, Box::new(make), within)),
            reference,
        }
    }
}

impl<R> SupervisorStart<R> {
    /// The same, with the supervisor's own ref beside, and what will tell whether it gave up.
    pub(super) fn with_supervisor(self) -> SupervisorStart<(SupervisorRef, Arc<AtomicBool>, R)>
    where
        R: 'static,
    {
        let build = self
            .build
            .expect("a start that was not polled has its list");
        let mut start = Supervisor::start(self.name, self.flags, |children| {
            let value = build(children);
            (children.supervisor(), children.gave_up(), value)
        });
        start.link = self.link;
        start.timeout = self.timeout;
        start
    }
}

impl<R> fmt::Debug for SupervisorStart<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SupervisorStart").field(&self.name).finish()
    }
}
