//! Starting a server, and waiting for its init.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::Sleep;

use crate::process::Monitor;
use crate::process::cell::ProcessRef;
use crate::process::desk::Answer;
use crate::process::reply::Slot;
use crate::process::{
    Handshake, Outcome, Server, ServerRef, Starter, create_server, current, donate, links, names,
    revive,
};
use crate::{ExitReason, NotAProcess, Pid};

/// Why a server was not started. `E` is what its `init` fails with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError<E> {
    /// Its `init` failed.
    #[error("init failed: {0}")]
    Init(E),
    /// Its `init` answered that there is nothing to start.
    #[error("init answered that there is nothing to start")]
    Ignored,
    /// The name is taken, by this process. The `init` was not run.
    #[error("already started: {0} holds the name")]
    AlreadyStarted(Pid),
    /// The process ended before its `init` had returned: it panicked, or was ended.
    #[error("ended in init: {0}")]
    Down(ExitReason),
    /// Its `init` took too long. The process was killed, and its name is free.
    #[error("init took too long")]
    Timeout,
    /// The registry that was to know it is not running. The `init` was not run.
    #[error("the registry that was to know it is down")]
    NoRegistry,
    /// A server needs a tokio runtime to live on, and was started outside of one.
    #[error(
        "a server was started outside a tokio runtime: start it in `#[tokio::main]`, a task, or under `Runtime::enter`"
    )]
    NoRuntime,
    /// A link needs two processes, and the starter is none.
    #[error(transparent)]
    NotAProcess(#[from] NotAProcess),
}

/// A start: a future of the server's handle, done when `init` has returned. Nothing happens before
/// it is first polled.
///
/// Cancel safe: dropped before it is done, the process is killed and its name is free.
///
/// # Errors
/// See [`StartError`]. When an error is returned, the process has ended and its name is free.
#[must_use = "a server is not started unless this is awaited"]
pub struct Start<S: Server> {
    args: Option<S::Args>,
    /// The server whose next incarnation this is, if it is not a new one. While `init` waits, the one that
    /// is started.
    server: Option<ServerRef<S>>,
    link: bool,
    /// What it is to be known by before its `init` begins.
    claims: Vec<Box<dyn Claim>>,
    timeout: Option<Duration>,
    monitored: bool,
    monitor: Option<Monitor>,
    waiting: Option<Waiting<S::InitError>>,
}

/// A key that a server takes before its `init` begins, and has until its end.
pub(crate) trait Claim: Send {
    /// Whether it looks free; said before there is a process.
    fn check(&self) -> Result<(), ClaimError>;

    /// Takes it, for a process of the type that it was made for.
    fn take(self: Box<Self>, process: &ProcessRef) -> Result<(), ClaimError>;
}

/// Why a key was not taken.
pub(crate) enum ClaimError {
    Taken(Pid),
    /// There is nobody to take it from.
    Nowhere,
}

impl<E> From<ClaimError> for StartError<E> {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Taken(holder) => Self::AlreadyStarted(holder),
            ClaimError::Nowhere => Self::NoRegistry,
        }
    }
}

/// A start whose `init` waits. Dropped before it is done, the process is killed.
struct Waiting<E> {
    process: ProcessRef,
    slot: Arc<Slot<Answer<E>>>,
    sleep: Option<Pin<Box<Sleep>>>,
    timed_out: bool,
    done: bool,
}

// Nothing in a start is pinned in place.
impl<S: Server> Unpin for Start<S> {}

impl<S: Server> Start<S> {
    /// A start with these arguments of `init`.
    pub fn new(args: S::Args) -> Self {
        Self {
            args: Some(args),
            server: None,
            link: false,
            claims: Vec::new(),
            timeout: None,
            monitored: false,
            monitor: None,
            waiting: None,
        }
    }

    /// Links the server with the process that awaits this, before its `init` begins: its parent.
    pub fn link(mut self) -> Self {
        self.link = true;
        self
    }

    /// Waits for `init` for `timeout` at the most. Without it, for ever.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Also gives a monitor of the server, from before its `init` on.
    pub fn monitored(mut self) -> StartMonitor<S> {
        self.monitored = true;
        StartMonitor(self)
    }

    /// Has it known by a key.
    pub(crate) fn claim(mut self, claim: Box<dyn Claim>) -> Self {
        self.claims.push(claim);
        self
    }

    /// Starts the next incarnation of `server`, which must be parked.
    pub(crate) fn at(mut self, server: ServerRef<S>) -> Self {
        self.server = Some(server);
        self
    }

    fn begin(&mut self, args: S::Args) -> Poll<Result<S::Ref, StartError<S::InitError>>> {
        let place = match self.server.take() {
            Some(server) => Ok(server),
            None => match tokio::runtime::Handle::try_current() {
                Ok(runtime) => Err(runtime),
                Err(_) => return Poll::Ready(Err(StartError::NoRuntime)),
            },
        };
        let starter = self.check()?;
        let server = match place {
            Ok(server) => server,
            Err(runtime) => create_server(runtime, false),
        };
        match self.run(&server, starter, args) {
            Poll::Ready(Ok(())) => Poll::Ready(Ok(server.into())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// As the first poll, as the next incarnation of `server`, which must be parked. What is pending then
    /// is polled as any start.
    pub(crate) fn begin_at(
        &mut self,
        server: &ServerRef<S>,
    ) -> Poll<Result<(), StartError<S::InitError>>> {
        let Some(args) = self.args.take() else {
            return Poll::Pending;
        };
        let starter = self.check()?;
        self.run(server, starter, args)
    }

    /// What can be said before there is a process. Returns the starter.
    fn check(&self) -> Result<Option<Pid>, StartError<S::InitError>> {
        let starter = starter(self.link, S::OPTIONS.name)?;
        for claim in &self.claims {
            claim.check()?;
        }
        Ok(starter)
    }

    /// Begins the incarnation and runs its `init`, as far as it gets without waiting.
    fn run(
        &mut self,
        server: &ServerRef<S>,
        starter: Option<Pid>,
        args: S::Args,
    ) -> Poll<Result<(), StartError<S::InitError>>> {
        let link = self.link.then(links::number);
        let by = Starter { pid: starter, link };
        if !revive(server, by, args) {
            return Poll::Ready(Err(StartError::Down(ExitReason::NoProc)));
        }
        let process = server.process();
        if let Err(error) = self.take_keys(server) {
            donate::discard(process, starter);
            return Poll::Ready(Err(error));
        }
        if let Some(number) = link {
            link_to_starter(process, number);
        }
        if self.monitored {
            self.monitor = Some(server.monitor());
        }
        match donate::start(server) {
            Handshake::Answered(Ok(())) => Poll::Ready(Ok(())),
            Handshake::Answered(Err(outcome)) => Poll::Ready(Err(error(outcome))),
            Handshake::Open => Poll::Ready(Err(StartError::Down(ExitReason::Killed))),
            Handshake::Waiting(slot) => {
                self.waiting = Some(Waiting::new(process, slot, self.timeout));
                self.server = Some(server.clone());
                Poll::Pending
            }
        }
    }

    /// Takes its name and all that it is to be known by.
    fn take_keys(&mut self, server: &ServerRef<S>) -> Result<(), StartError<S::InitError>> {
        if let Some(name) = S::OPTIONS.name {
            take_name(server, name).map_err(StartError::AlreadyStarted)?;
        }
        while let Some(claim) = self.claims.pop() {
            claim.take(server.process())?;
        }
        Ok(())
    }
}

/// The process that starts one with this `name`, if there is nothing against that.
fn starter<E>(link: bool, name: Option<&'static str>) -> Result<Option<Pid>, StartError<E>> {
    let starter = current::pid();
    if link && starter.is_none() {
        return Err(StartError::NotAProcess(NotAProcess));
    }
    if let Some(holder) = name.and_then(names::holder) {
        return Err(StartError::AlreadyStarted(holder));
    }
    Ok(starter)
}

fn link_to_starter(process: &ProcessRef, number: u64) {
    current::with(|starter| {
        if let Some(starter) = starter {
            links::link_child(starter, process.pid(), number);
        }
    });
}

/// Registers the server; the name stands for a handle from then on.
pub(crate) fn take_name<S: Server>(server: &ServerRef<S>, name: &'static str) -> Result<(), Pid> {
    names::register(name, server.pid())?;
    links::set_name(server.header(), name);
    mem::forget(server.clone());
    Ok(())
}

fn error<E>(outcome: Outcome<E>) -> StartError<E> {
    match outcome {
        Outcome::Error(error) => StartError::Init(error),
        Outcome::Ignored => StartError::Ignored,
        Outcome::Down(reason) => StartError::Down(reason),
    }
}

impl<S: Server> Future for Start<S> {
    type Output = Result<S::Ref, StartError<S::InitError>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if let Some(args) = this.args.take()
            && let Poll::Ready(result) = this.begin(args)
        {
            return Poll::Ready(result);
        }
        let waiting = this
            .waiting
            .as_mut()
            .expect("a start is not polled after its end");
        ready!(waiting.poll(cx))?;
        let server = this.server.take().expect("kept while it was waited for");
        Poll::Ready(Ok(server.into()))
    }
}

impl<E> Waiting<E> {
    fn new(process: &ProcessRef, slot: Arc<Slot<Answer<E>>>, timeout: Option<Duration>) -> Self {
        Self {
            process: process.clone(),
            slot,
            sleep: timeout.map(|time| Box::pin(tokio::time::sleep(time))),
            timed_out: false,
            done: false,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StartError<E>>> {
        let answer = match self.slot.poll_take(cx.waker()) {
            Poll::Ready(answer) => answer,
            Poll::Pending => {
                let sleep = self.sleep.as_mut().map(|sleep| sleep.as_mut().poll(cx));
                if let Some(Poll::Ready(())) = sleep {
                    // What is left is to wait for its end.
                    self.sleep = None;
                    self.timed_out = true;
                    self.process.pid().exit(ExitReason::Kill);
                }
                return Poll::Pending;
            }
        };
        self.done = true;
        Poll::Ready(match answer {
            Ok(()) | Err(Outcome::Down(ExitReason::Killed)) if self.timed_out => {
                Err(StartError::Timeout)
            }
            Ok(()) => Ok(()),
            Err(outcome) => Err(error(outcome)),
        })
    }
}

impl<E> Drop for Waiting<E> {
    fn drop(&mut self) {
        if !self.done {
            self.process.pid().exit(ExitReason::Kill);
        }
    }
}

impl<S: Server> fmt::Debug for Start<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Start").field(&S::OPTIONS.type_name).finish()
    }
}

/// A start that gives a [`Monitor`] beside the handle. It behaves as [`Start`].
#[must_use = "a server is not started unless this is awaited"]
#[derive(Debug)]
pub struct StartMonitor<S: Server>(Start<S>);

impl<S: Server> StartMonitor<S> {
    /// As [`Start::timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        Self(self.0.timeout(timeout))
    }

    /// As [`Start::link`].
    pub fn link(self) -> Self {
        Self(self.0.link())
    }
}

impl<S: Server> Future for StartMonitor<S> {
    type Output = Result<(S::Ref, Monitor), StartError<S::InitError>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let start = &mut self.0;
        let server = std::task::ready!(Pin::new(&mut *start).poll(cx))?;
        let monitor = start.monitor.take().expect("made with the process");
        Poll::Ready(Ok((server, monitor)))
    }
}
