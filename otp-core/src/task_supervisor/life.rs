//! The task supervisor as a server: what it is asked, and how it takes its tasks with it.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::TaskSupervisorRef;
use super::crew::Crew;
use crate::process::cell::ProcessRef;
use crate::process::control::Signal;
use crate::process::{Context, Monitor, NoContinue, Options, Server, ServerDecl};
use crate::server::{ReplyTo, Start};
use crate::supervisor::reports::Ends;
use crate::supervisor::{Inspect, stop_process};
use crate::{
    ChildCounts, ChildError, ChildInfo, Down, Exit, ExitReason, Pid, Shutdown, StartChildError,
};

/// A supervisor of tasks: futures that run as processes of their own. Started by
/// [`TaskSupervisor::start`], spoken to by [`TaskSupervisorRef`].
///
/// A task is not restarted: one that is to be is a child of an ordered supervisor, see
/// [`Task::child`](crate::Task::child). When the supervisor stops, all tasks are asked to end at once and have
/// 5 s for it together (see [`TaskFlags::shutdown`]); when it is killed, they are killed. A task ends at
/// its next `.await` when it is asked to; one that traps exits ([`trap_exit`](crate::trap_exit)) may use
/// the time to finish.
pub struct TaskSupervisor {
    name: &'static str,
    flags: TaskFlags,
    crew: Arc<Crew>,
}

/// What holds for all tasks of a task supervisor.
///
/// ```
/// use otp_core::{Shutdown, TaskFlags};
///
/// const FLAGS: TaskFlags = TaskFlags::new().max_children(100).shutdown(Shutdown::BrutalKill);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TaskFlags {
    pub(super) max_children: usize,
    shutdown: Shutdown,
}

impl TaskFlags {
    /// Any number of tasks, which have 5 s to end.
    pub const fn new() -> Self {
        Self {
            max_children: usize::MAX,
            shutdown: Shutdown::After(Duration::from_secs(5)),
        }
    }

    /// The same with at most so many tasks at a time.
    #[must_use]
    pub const fn max_children(mut self, max_children: usize) -> Self {
        self.max_children = max_children;
        self
    }

    /// The same with another way to stop the tasks.
    #[must_use]
    pub const fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = shutdown;
        self
    }
}

impl Default for TaskFlags {
    fn default() -> Self {
        Self::new()
    }
}

impl TaskSupervisor {
    /// A start of a task supervisor called `name`, for reports.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use otp_core::{TaskError, TaskSupervisor};
    ///
    /// let jobs = TaskSupervisor::start("jobs").await?;
    /// let sum = jobs.spawn(async { 1 + 1 });
    /// assert_eq!(sum.await, Ok(2));
    ///
    /// let broken = jobs.spawn(async { [1, 2].iter().skip(2).next().copied().unwrap() });
    /// assert!(matches!(broken.await, Err(TaskError::Down(_))));
    /// # Ok(()) }
    /// ```
    pub fn start(name: &'static str) -> Start<Self> {
        Self::start_with(name, TaskFlags::new())
    }

    /// As [`start`](Self::start), with flags.
    pub fn start_with(name: &'static str, flags: TaskFlags) -> Start<Self> {
        Start::new((name, flags))
    }
}

/// What a task supervisor is asked.
#[doc(hidden)]
pub enum Message {
    Ended(Exit),
    Start(Opening, ReplyTo<Result<Pid, StartChildError>>),
    Terminate(Pid, ReplyTo<Result<(), ChildError>>),
    Which(ReplyTo<Vec<ChildInfo>>),
    Count(ReplyTo<ChildCounts>),
    Inspect(Inspect),
}

/// Starts a task under the crew of this supervisor.
#[doc(hidden)]
pub struct Opening(pub(super) Box<Begin>);

pub(super) type Begin = dyn FnOnce(&Crew, &ProcessRef) -> Result<Pid, StartChildError> + Send;

#[diagnostic::do_not_recommend]
impl ServerDecl for TaskSupervisor {
    const OPTIONS: Options = Options::new("TaskSupervisor")
        .unbounded()
        .call_timeout(Duration::MAX)
        .supervises();
    type Ref = TaskSupervisorRef;
    type Shared = Arc<Crew>;

    fn share(&self) -> Arc<Crew> {
        Arc::clone(&self.crew)
    }
}

#[diagnostic::do_not_recommend]
impl Server for TaskSupervisor {
    type Args = (&'static str, TaskFlags);
    type InitError = Infallible;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(
        (name, flags): Self::Args,
        cx: &mut Context<Self>,
    ) -> Result<Option<Self>, Infallible> {
        cx.trap_exit(true);
        Ok(Some(Self {
            name,
            flags,
            crew: Arc::new(Crew::new(name, flags)),
        }))
    }

    async fn handle(&mut self, message: Message, cx: &mut Context<Self>) {
        match message {
            Message::Ended(exit) => drop(self.crew.remove(exit.pid)),
            Message::Start(Opening(open), reply) => reply.send(open(&self.crew, &cx.process())),
            Message::Terminate(pid, reply) => {
                let answer = self.terminate_child(pid).await;
                reply.send(answer);
            }
            Message::Which(reply) => {
                let all = self.crew.inspect().into_iter();
                reply.send(all.map(|task| task.info).collect());
            }
            Message::Count(reply) => {
                let running = self.crew.len();
                reply.send(ChildCounts {
                    specs: running,
                    active: running,
                    supervisors: 0,
                    workers: running,
                });
            }
            Message::Inspect(Inspect(reply)) => reply.send(self.crew.inspect()),
        }
    }

    async fn terminate(&mut self, _: &ExitReason, cx: &mut Context<Self>) {
        let tasks = self.crew.close();
        let monitors = tasks.iter().map(|task| Monitor::new(task.0));
        let shutdown = self.flags.shutdown;
        let mut open = Open {
            monitors: monitors.collect(),
            ends: Ends::default(),
            asked: shutdown != Shutdown::BrutalKill,
        };
        let signal = |reason: &ExitReason| {
            for (pid, process) in &tasks {
                let exit = Exit {
                    pid: cx.pid(),
                    reason: reason.clone(),
                };
                process.signal(*pid, Signal::Exit { exit, link: None });
            }
        };
        let mut late = true;
        if open.asked {
            signal(&ExitReason::Shutdown);
            let time = shutdown.time().unwrap_or(Duration::MAX);
            late = tokio::time::timeout(time, open.all()).await.is_err();
        }
        if late {
            signal(&ExitReason::Kill);
            open.all().await;
        }
        open.ends.report(self.name);
    }

    fn info(message: &mut dyn Any) -> Option<Message> {
        if let Some(exit) = message.downcast_mut::<Option<Exit>>() {
            return exit.take().map(Message::Ended);
        }
        let inspect = message.downcast_mut::<Option<Inspect>>()?;
        inspect.take().map(Message::Inspect)
    }

    fn describe(message: &Message) -> &'static str {
        match message {
            Message::Ended(_) => "Exit",
            Message::Start(..) => "start_child",
            Message::Terminate(..) => "terminate_child",
            Message::Which(_) => "which_children",
            Message::Count(_) => "count_children",
            Message::Inspect(_) => "tree",
        }
    }
}

/// The tasks whose ends are still to come, and how the others ended.
struct Open {
    monitors: Vec<Monitor>,
    ends: Ends,
    /// Whether they were asked to end, and not killed right away.
    asked: bool,
}

impl Open {
    /// Waits for all; where it was dropped, it goes on when called again.
    async fn all(&mut self) {
        while let Some(end) = self.monitors.last_mut() {
            let Down { pid, reason, .. } = end.await;
            self.monitors.pop();
            let as_asked = match reason {
                ExitReason::NoProc => true,
                ExitReason::Killed => !self.asked,
                _ => reason.is_clean(),
            };
            self.ends.note(pid, reason, as_asked);
        }
    }
}

impl TaskSupervisor {
    async fn terminate_child(&self, pid: Pid) -> Result<(), ChildError> {
        let process = self.crew.get(pid).ok_or(ChildError::NotFound)?;
        stop_process(&process, pid, self.flags.shutdown).await;
        // Its exit is on its way, and will mean nothing any more.
        if self.crew.remove(pid) {
            Ok(())
        } else {
            Err(ChildError::NotFound)
        }
    }
}

/// Also when the supervisor is killed, or its runtime is shut down: no task stays behind.
impl Drop for TaskSupervisor {
    fn drop(&mut self) {
        for (pid, _) in self.crew.close() {
            pid.exit(ExitReason::Kill);
        }
    }
}

impl fmt::Debug for TaskSupervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TaskSupervisor").field(&self.name).finish()
    }
}
