//! The dynamic supervisor as a server: how it begins, what it is asked, how it ends.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::crowd::{Child, Crowd, kind_of};
use super::flags::{ChildTerms, DynamicFlags};
use super::handle::DynamicRef;
use super::leaving::stop_all;
use crate::process::{Context, NoContinue, Options, Server, ServerDecl, create_server, panics};
use crate::server::{ReplyTo, Start, take_name};
use crate::supervisor::inspect::Inspect;
use crate::supervisor::pace::Pace;
use crate::supervisor::seat::begin_start;
use crate::supervisor::stopping::{start_process, stop_process};
use crate::supervisor::{
    ChildCounts, ChildError, ChildInfo, ChildSpec, ChildSummary, Restart, SpecError,
    StartChildError, StartFailure, SupervisorError, reports,
};
use crate::{Exit, ExitReason, Pid};

/// A supervisor whose children are all servers of type `S`, and come and go: started by
/// [`DynamicRef::start_child`], at a cost that does not depend on how many there are.
///
/// Each is restarted alone. They are in no order, are called nothing, and are stopped all at once,
/// each in its own way and time.
///
/// `A` is what a child is started with: the arguments of its `init`, or what the closure of
/// [`start_with`](DynamicSupervisor::start_with) makes a start of. It is kept, and cloned for each
/// incarnation, unless the child is temporary.
pub struct DynamicSupervisor<S: Server, A = <S as Server>::Args> {
    pub(super) plan: Arc<Plan<S, A>>,
    pub(super) crowd: Crowd<S, A>,
    pub(super) pace: Pace,
}

/// What a dynamic supervisor is told once.
#[doc(hidden)]
pub struct Plan<S: Server, A> {
    pub(super) name: &'static str,
    pub(super) flags: DynamicFlags,
    pub(super) make: Box<dyn Fn(A) -> Start<S> + Send + Sync>,
    pub(super) copy: fn(&A) -> A,
}

/// What a dynamic supervisor is asked.
#[doc(hidden)]
pub enum Message<S: Server, A> {
    Ended(Exit),
    Retry(Pid),
    Start(NewChild<A>, ReplyTo<Result<S::Ref, StartChildError>>),
    Terminate(Pid, ReplyTo<Result<(), ChildError>>),
    Which(ReplyTo<Vec<ChildInfo>>),
    Count(ReplyTo<ChildCounts>),
    Spec(Pid, ReplyTo<Option<ChildSummary>>),
    Inspect(Inspect),
}

/// A child that is to be started.
#[doc(hidden)]
pub struct NewChild<A> {
    pub(super) own: A,
    pub(super) terms: Option<ChildTerms>,
}

/// What the supervisor is called, for its handles.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Called(pub(super) &'static str);

impl Default for Called {
    fn default() -> Self {
        Self("DynamicSupervisor")
    }
}

impl<S: Server> DynamicSupervisor<S>
where
    S::Args: Clone,
{
    /// A supervisor called `name`, for reports, of children that are started with the arguments of
    /// their `init`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use otp_core::{DynamicFlags, DynamicSupervisor, Intensity};
    /// # use otp_core::{CallSpec, Context, ExitReason, Options, ReplyTo, Server, ServerDecl, ServerRef, Start, NoContinue};
    /// # struct Session(u64);
    /// # impl ServerDecl for Session {
    /// #     const OPTIONS: Options = Options::new("Session");
    /// #     type Ref = ServerRef<Self>;
    /// #     type Shared = ();
    /// # }
    /// # impl Server for Session {
    /// #     type Args = u64;
    /// #     type InitError = std::convert::Infallible;
    /// #     type Message = ReplyTo<u64>;
    /// #     type Continue = NoContinue;
    /// #     async fn init(n: u64, _: &mut Context<Self>) -> Result<Option<Self>, Self::InitError> { Ok(Some(Session(n))) }
    /// #     async fn handle(&mut self, reply: ReplyTo<u64>, _: &mut Context<Self>) { reply.send(self.0); }
    /// # }
    /// # const USER: CallSpec<Session, (), u64> = CallSpec::Queued("user", |(), reply| reply);
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let flags = DynamicFlags::new(Intensity::new(100, Duration::from_secs(1)));
    /// let sessions = DynamicSupervisor::<Session>::start("sessions", flags).await?;
    ///
    /// let session = sessions.start_child(7).await?;
    /// assert_eq!(session.call(&USER, ()).await, Ok(7));
    /// // The ref is that of the restarted session.
    /// let end = session.monitor();
    /// session.exit(ExitReason::Kill);
    /// end.await;
    /// assert_eq!(session.call(&USER, ()).await, Ok(7));
    ///
    /// sessions.terminate_child(session.pid()).await?;
    /// assert_eq!(sessions.count_children().await?.specs, 0);
    /// sessions.stop().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`Start`]; its `init` fails with [`SpecError::NoPeriod`] for an intensity over no time.
    pub fn start(name: &'static str, flags: DynamicFlags) -> Start<Self> {
        Self::start_with(name, flags, Start::new)
    }

    /// It as a child of another supervisor, under its name as id.
    pub fn child(name: &'static str, flags: DynamicFlags) -> ChildSpec<Start<Self>> {
        ChildSpec::new(name, move || Self::start(name, flags))
    }
}

impl<S: Server, A: Clone + Send + 'static> DynamicSupervisor<S, A> {
    /// A supervisor called `name`, for reports, of children that are started by what `make` returns
    /// for what they are started with: to give arguments that are the same for all.
    ///
    /// `make` runs in the supervisor's process, for each incarnation of a child. A panic in it is a
    /// failed start.
    ///
    /// ```
    /// use otp_core::{DynamicFlags, DynamicSupervisor, Intensity};
    /// # use otp_core::{Context, Options, Server, ServerDecl, ServerRef, Start, NoContinue};
    /// # struct Seat;
    /// # impl ServerDecl for Seat {
    /// #     const OPTIONS: Options = Options::new("Seat");
    /// #     type Ref = ServerRef<Self>;
    /// #     type Shared = ();
    /// # }
    /// # impl Server for Seat {
    /// #     type Args = (String, u32);
    /// #     type InitError = std::convert::Infallible;
    /// #     type Message = ();
    /// #     type Continue = NoContinue;
    /// #     async fn init(_: (String, u32), _: &mut Context<Self>) -> Result<Option<Self>, Self::InitError> { Ok(Some(Seat)) }
    /// #     async fn handle(&mut self, (): (), _: &mut Context<Self>) {}
    /// # }
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let hall = "Hall 1".to_owned();
    /// let flags = DynamicFlags::new(Intensity::NEVER);
    /// let seats = DynamicSupervisor::<Seat, u32>::start_with("seats", flags, move |row| {
    ///     Start::<Seat>::new((hall.clone(), row))
    /// })
    /// .await?;
    /// let seat = seats.start_child(4).await?;
    /// # assert!(seat.is_alive());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As of [`start`](DynamicSupervisor::start).
    pub fn start_with(
        name: &'static str,
        flags: DynamicFlags,
        make: impl Fn(A) -> Start<S> + Send + Sync + 'static,
    ) -> Start<Self> {
        Start::new(Arc::new(Plan {
            name,
            flags,
            make: Box::new(make),
            copy: A::clone,
        }))
    }
}

#[diagnostic::do_not_recommend]
impl<S: Server, A: Send + 'static> ServerDecl for DynamicSupervisor<S, A> {
    const OPTIONS: Options = Options::new("DynamicSupervisor")
        .unbounded()
        .call_timeout(Duration::MAX)
        .supervises();
    type Ref = DynamicRef<S, A>;
    type Shared = Called;

    fn share(&self) -> Called {
        Called(self.plan.name)
    }
}

#[diagnostic::do_not_recommend]
impl<S: Server, A: Send + 'static> Server for DynamicSupervisor<S, A> {
    type Args = Arc<Plan<S, A>>;
    type InitError = SupervisorError;
    type Message = Message<S, A>;
    type Continue = NoContinue;

    async fn init(
        plan: Arc<Plan<S, A>>,
        cx: &mut Context<Self>,
    ) -> Result<Option<Self>, SupervisorError> {
        cx.trap_exit(true);
        let supervisor = plan.name;
        if plan.flags.ignored {
            return Ok(None);
        }
        if plan.flags.intensity.within.is_zero() {
            let error = SpecError::NoPeriod;
            return Err(SupervisorError::Spec { supervisor, error });
        }
        if plan.flags.registered
            && let Err(holder) = take_name(&cx.me(), supervisor)
        {
            return Err(SupervisorError::AlreadyStarted(holder));
        }
        Ok(Some(Self {
            crowd: Crowd::new(cx.pid()),
            pace: Pace::new(plan.flags.intensity, plan.flags.backoff),
            plan,
        }))
    }

    async fn handle(&mut self, message: Message<S, A>, cx: &mut Context<Self>) {
        match message {
            Message::Ended(exit) => self.ended(exit, cx).await,
            Message::Retry(retry) => self.retry(retry, cx).await,
            Message::Start(child, reply) => {
                let answer = self.start_child(child, cx).await;
                reply.send(answer);
            }
            Message::Terminate(pid, reply) => {
                let answer = self.terminate_child(pid).await;
                reply.send(answer);
            }
            Message::Which(reply) => reply.send(self.crowd.infos()),
            Message::Count(reply) => reply.send(self.crowd.counts()),
            Message::Spec(pid, reply) => {
                let child = self.crowd.get(pid);
                reply.send(child.map(|child| child.summary(&self.plan.flags)));
            }
            Message::Inspect(Inspect(reply)) => reply.send(self.crowd.inspected()),
        }
    }

    async fn terminate(&mut self, reason: &ExitReason, cx: &mut Context<Self>) {
        reports::stops(self.plan.name, reason);
        stop_all(self.plan.name, &mut self.crowd, &self.plan.flags, cx).await;
    }

    fn info(message: &mut dyn Any) -> Option<Message<S, A>> {
        if let Some(exit) = message.downcast_mut::<Option<Exit>>() {
            return exit.take().map(Message::Ended);
        }
        let inspect = message.downcast_mut::<Option<Inspect>>()?;
        inspect.take().map(Message::Inspect)
    }

    fn describe(message: &Message<S, A>) -> &'static str {
        match message {
            Message::Ended(_) => "Exit",
            Message::Retry(_) => "retry",
            Message::Start(..) => "start_child",
            Message::Terminate(..) => "terminate_child",
            Message::Which(_) => "which_children",
            Message::Count(_) => "count_children",
            Message::Spec(..) => "get_childspec",
            Message::Inspect(_) => "tree",
        }
    }
}

impl<S: Server, A: Send + 'static> DynamicSupervisor<S, A> {
    async fn start_child(
        &mut self,
        new: NewChild<A>,
        cx: &mut Context<Self>,
    ) -> Result<S::Ref, StartChildError> {
        let flags = &self.plan.flags;
        if self.crowd.len() >= flags.max_children {
            return Err(StartChildError::MaxChildren);
        }
        let terms = new.terms.unwrap_or_default().over(flags.terms);
        // What a temporary child is started with is its own alone.
        let (own, kept) = if terms.restart == Restart::Temporary {
            (new.own, None)
        } else {
            let own = panics::guard(|| (self.plan.copy)(&new.own))
                .map_err(|reason| StartChildError::Failed(StartFailure::Down(reason)))?;
            (own, Some(new.own))
        };
        let runtime = cx.body().header.runtime.clone();
        let server = create_server::<S>(runtime, kept.is_some());
        let child = Child::new(server, kept, new.terms);
        let begin = || begin_start(|| (self.plan.make)(own), &child.server);
        let process = child.server.process();
        let shutdown = terms.shutdown(kind_of::<S>());
        match start_process(process, begin, shutdown, cx).await {
            Ok(pid) => {
                reports::started(self.plan.name, &child.subject(pid, &self.plan.flags));
                let reference = child.server.clone().into();
                self.crowd.add(pid, child);
                Ok(reference)
            }
            Err(failure) => {
                let subject = child.subject(process.pid(), &self.plan.flags);
                reports::start_failed(self.plan.name, &subject, &failure);
                Err(StartChildError::Failed(failure))
            }
        }
    }

    async fn terminate_child(&mut self, pid: Pid) -> Result<(), ChildError> {
        let child = self.crowd.get(pid).ok_or(ChildError::NotFound)?;
        if !child.is_restarting() {
            let process = child.server.process();
            let shutdown = child.terms(&self.plan.flags).shutdown(kind_of::<S>());
            let reason = stop_process(process, pid, shutdown).await;
            if let Some(child) = self.crowd.get(pid) {
                let subject = child.subject(pid, &self.plan.flags);
                reports::stopped(self.plan.name, &subject, shutdown, &reason);
            }
        }
        self.crowd.remove(pid);
        Ok(())
    }
}

impl<S: Server, A> fmt::Debug for DynamicSupervisor<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DynamicSupervisor")
            .field(&self.plan.name)
            .finish()
    }
}
