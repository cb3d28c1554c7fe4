//! Processes that are no servers: one future from beginning to end, with a mailbox of its own.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::atomic::Ordering;
use std::task::Poll;

use super::behaviour::{NoContinue, Server, ServerDecl};
use super::cell::{Item, ProcessRef, ServerRef};
use super::context::Context;
use super::control::Signal;
use super::incarnation::Starter;
use super::monitor::Monitor;
use super::options::Options;
use super::state::Rest;
use super::step::Work;
use super::{cell::Stage, current, incarnation, links, runner};
use crate::link::MonitorRef;
use crate::{Down, Exit, ExitReason, NotAProcess, Pid};

/// The server that a plain process is to the engine. It is never made.
pub(crate) enum Plain {}

impl ServerDecl for Plain {
    const OPTIONS: Options = Options::plain();
    type Ref = ServerRef<Self>;
    type Shared = ();
}

impl Server for Plain {
    type Args = ();
    type InitError = Infallible;
    type Message = Box<dyn Any + Send>;
    type Continue = NoContinue;

    async fn init((): (), _: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        Ok(None)
    }

    async fn handle(&mut self, _: Self::Message, _: &mut Context<Self>) {}

    fn info(message: &mut dyn Any) -> Option<Self::Message> {
        // Down and Exit keep their place as signals; the rest comes boxed already.
        message.downcast_mut::<Option<Self::Message>>()?.take()
    }
}

/// What the future of a plain process may answer: the reason for which it ends.
#[diagnostic::on_unimplemented(
    message = "a process that nobody waits for cannot end with `{Self}`",
    label = "nobody gets this `{Self}`",
    note = "end it with `()`, a `Result` of that or an `ExitReason`; for a value that somebody awaits, use `spawn` of `Task` or of a task supervisor"
)]
pub trait IntoExit {
    /// The reason.
    fn into_exit(self) -> ExitReason;
}

impl IntoExit for () {
    fn into_exit(self) -> ExitReason {
        ExitReason::Normal
    }
}

impl IntoExit for ExitReason {
    fn into_exit(self) -> ExitReason {
        self
    }
}

impl<T: IntoExit, E: fmt::Display> IntoExit for Result<T, E> {
    fn into_exit(self) -> ExitReason {
        match self {
            Ok(done) => done.into_exit(),
            Err(error) => ExitReason::error(error),
        }
    }
}

/// A plain process, as its own code sees it: its mailbox, its links and monitors.
#[derive(Debug)]
pub struct Process {
    this: ProcessRef,
}

impl Process {
    /// Its pid.
    pub fn pid(&self) -> Pid {
        self.this.pid()
    }

    /// Waits for the next message of type `M` (`Down` and trapped `Exit`s among them). Messages of
    /// other types keep their place.
    ///
    /// Cancel safe: a message is taken only when it is returned.
    pub async fn receive<M: Any + Send>(&mut self) -> M {
        poll_fn(|_| self.try_receive().map_or(Poll::Pending, Poll::Ready)).await
    }

    /// The next message of type `M`, if one waits.
    pub fn try_receive<M: Any + Send>(&mut self) -> Option<M> {
        let body = self.this.downcast::<Plain>()?;
        loop {
            // Before the look: what comes after it wakes this process, which polls its future anew.
            body.mailbox.sleep();
            let item = body.mailbox.take_first(|item| match item {
                Item::Message(message) => message.is::<M>(),
                Item::Signal(signal) => match **signal {
                    Signal::Exit { .. } => is_type::<M, Exit>(),
                    Signal::Down(_) => is_type::<M, Down>(),
                },
            })?;
            let message: Box<dyn Any> = match item {
                Item::Message(message) => message,
                Item::Signal(signal) => match *signal {
                    Signal::Exit { exit, link } => {
                        if link.is_some_and(|link| !links::take_exit(&self.this, exit.pid, link)) {
                            continue;
                        }
                        Box::new(exit)
                    }
                    Signal::Down(down) => {
                        if !links::take_down(&self.this, down.reference) {
                            continue;
                        }
                        Box::new(down)
                    }
                },
            };
            return message.downcast().ok().map(|message| *message);
        }
    }

    /// Whether exits of linked processes come as [`Exit`] messages instead of ending this one: that
    /// of the process that spawned it too, which a server has no say in.
    pub fn trap_exit(&mut self, on: bool) {
        self.this.trap_exit.store(on, Ordering::Release);
    }

    /// As [`Context::link`](crate::Context::link).
    pub fn link(&mut self, other: Pid) {
        links::link(&self.this, other);
    }

    /// As [`Context::unlink`](crate::Context::unlink).
    pub fn unlink(&mut self, other: Pid) {
        links::unlink(&self.this, other);
    }

    /// As [`Context::monitor`](crate::Context::monitor).
    pub fn monitor(&mut self, other: Pid) -> MonitorRef {
        links::monitor(&self.this, other)
    }

    /// As [`Context::demonitor`](crate::Context::demonitor).
    pub fn demonitor(&mut self, monitor: MonitorRef) {
        links::demonitor(&self.this, monitor);
    }
}

fn is_type<A: Any, B: Any>() -> bool {
    std::any::TypeId::of::<A>() == std::any::TypeId::of::<B>()
}

/// The type of what never comes, which has no name in stable Rust but as the answer of a function.
type Never = <fn() -> ! as Answer>::Of;

#[allow(
    unreachable_pub,
    reason = "a private trait would be less visible than what it names"
)]
pub trait Answer {
    type Of;
}

impl<T> Answer for fn() -> T {
    type Of = T;
}

/// A process that loops for ever, or ends in a panic.
#[allow(private_interfaces)] // how the type is named is nobody's business
impl IntoExit for Never {
    fn into_exit(self) -> ExitReason {
        self
    }
}

/// Starts a process that runs `body` to its end. It is not linked to anybody.
///
/// The process ends with what `body` answers (see [`IntoExit`]), with the panic if it panics, or with
/// the reason of a signal.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use otp_core::{ExitReason, spawn};
///
/// let echo = spawn(|mut me| async move { println!("got {}", me.receive::<u32>().await) });
/// let end = echo.monitor();
/// echo.send(7_u32).unwrap();
/// assert_eq!(end.await.reason, ExitReason::Normal);
/// # });
/// ```
///
/// # Panics
/// Outside a tokio runtime, as `tokio::spawn` does.
pub fn spawn<B, F>(body: B) -> Pid
where
    B: FnOnce(Process) -> F + Send + 'static,
    F: Future<Output: IntoExit> + Send + 'static,
{
    let (process, pid) = create(body);
    go(&process);
    pid
}

/// As [`spawn`], linked to the process that this is called in.
///
/// # Errors
/// [`NotAProcess`] outside a process: nothing is started.
///
/// # Panics
/// As [`spawn`].
pub fn spawn_link<B, F>(body: B) -> Result<Pid, NotAProcess>
where
    B: FnOnce(Process) -> F + Send + 'static,
    F: Future<Output: IntoExit> + Send + 'static,
{
    let parent = current::process().ok_or(NotAProcess)?;
    let (process, pid) = create(body);
    links::link(&parent, pid);
    go(&process);
    Ok(pid)
}

/// As [`spawn`], with a [`Monitor`] from the beginning.
///
/// # Panics
/// As [`spawn`].
pub fn spawn_monitor<B, F>(body: B) -> (Pid, Monitor)
where
    B: FnOnce(Process) -> F + Send + 'static,
    F: Future<Output: IntoExit> + Send + 'static,
{
    let (process, pid) = create(body);
    let monitor = Monitor::new(pid);
    go(&process);
    (pid, monitor)
}

fn create<B, F>(body: B) -> (ServerRef<Plain>, Pid)
where
    B: FnOnce(Process) -> F + Send + 'static,
    F: Future<Output: IntoExit> + Send + 'static,
{
    let runtime = tokio::runtime::Handle::current();
    let server = create_on(runtime, current::pid(), body, life);
    let pid = server.body().header.pid();
    (server, pid)
}

/// Makes the cell of a process that will run what `make` makes of `opening`.
pub(super) fn create_on<O, F>(
    runtime: tokio::runtime::Handle,
    starter: Option<Pid>,
    opening: O,
    make: fn(O, &'static mut Context<Plain>) -> F,
) -> ServerRef<Plain>
where
    O: Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let server = incarnation::create::<Plain, NoInit, _, _, _>(
        runtime,
        false,
        // SAFETY: what `begin` gives away below is an `O`.
        move |cx, opening| Stage::Step(make(unsafe { opening.cast::<O>().read() }, cx)),
        // There is no server to make a step for.
        |server: &'static mut Plain, cx, _: Work<Plain>| {
            let _: &mut Context<Plain> = cx;
            match *server {}
        },
    );
    let starter = Starter {
        pid: starter,
        link: None,
    };
    incarnation::begin(&server, starter, opening);
    server
}

type NoInit = std::future::Ready<Result<Option<Plain>, Infallible>>;

async fn life<B, F>(body: B, cx: &'static mut Context<Plain>)
where
    B: FnOnce(Process) -> F + Send + 'static,
    F: Future<Output: IntoExit> + Send + 'static,
{
    let this = cx.process();
    let reason = body(Process { this }).await.into_exit();
    if reason != ExitReason::Normal {
        cx.stop(reason);
    }
}

/// The first run is a runner's: a spawned process runs beside its maker from the beginning.
pub(super) fn go(server: &ServerRef<Plain>) {
    if server.body().header.state.release(Rest::More) {
        runner::put(server.header_ptr());
    }
}
