//! What can be asked of a running task supervisor.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::TaskSupervisor;
use super::crew::Crew;
use super::life::{Message, Opening};
use crate::process::cell::ProcessRef;
use crate::process::{ServerRef, current, links};
use crate::supervisor::tree_of;
use crate::task::home::{self, Home};
use crate::{
    CallError, CallSpec, ChildCounts, ChildError, ChildInfo, ExitReason, IntoExit, Items, Pid,
    StartChildError, Task, TaskError, TaskStream, Tree,
};

const START: CallSpec<TaskSupervisor, Opening, Result<Pid, StartChildError>> =
    CallSpec::Queued("start_child", Message::Start);
const TERMINATE: CallSpec<TaskSupervisor, Pid, Result<(), ChildError>> =
    CallSpec::Queued("terminate_child", Message::Terminate);
const WHICH: CallSpec<TaskSupervisor, (), Vec<ChildInfo>> =
    CallSpec::Queued("which_children", |(), reply| Message::Which(reply));
const COUNT: CallSpec<TaskSupervisor, (), ChildCounts> =
    CallSpec::Queued("count_children", |(), reply| Message::Count(reply));

/// A handle on a [`TaskSupervisor`]: what every server's handle has, and its tasks.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TaskSupervisorRef {
    server: ServerRef<TaskSupervisor>,
}

impl TaskSupervisorRef {
    /// Runs `future` as a process of its own, a child of this supervisor. Its crash is no crash of the
    /// caller's: the [`Task`] answers it as a value. The task is not ended by the caller's end either.
    ///
    /// It begins at once, beside the caller, on the supervisor's runtime. With the supervisor gone (or
    /// just being restarted), or as many tasks as there may be, `future` is dropped, and the task
    /// answers [`TaskError::NotStarted`].
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        home::spawn(self, future)
    }

    /// As [`spawn`](Self::spawn), linked with the process that this is called in too: if the task crashes
    /// or is ended, so is the caller, and the other way round (unless they trap exits). A task that has
    /// its value has no link with the caller any more.
    ///
    /// Outside a process, the task answers [`TaskError::NotAProcess`].
    pub fn spawn_linked<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        home::spawn_linked(self, future)
    }

    /// Runs `work` on a thread that may block or compute for long, as a child of this supervisor.
    ///
    /// The thread cannot be stopped: if the task is ended before, `work` goes on, and its value is
    /// dropped; a supervisor that stops does not wait for it. Work that has not begun by then does not
    /// begin. Otherwise as [`spawn`](Self::spawn).
    pub fn spawn_blocking<F, T>(&self, work: F) -> Task<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        home::spawn_blocking(self, work)
    }

    /// Runs `work` for each of `items` as a task under this supervisor, some at a time: a stream of what
    /// they answer. See [`TaskStream`].
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use futures_util::StreamExt;
    /// use otp_core::TaskSupervisor;
    ///
    /// let jobs = TaskSupervisor::start("jobs").await?;
    /// let squares = jobs.stream(1..=3_u32, |n| async move { n * n }).max_concurrency(2);
    /// assert_eq!(squares.collect::<Vec<_>>().await, [Ok(1), Ok(4), Ok(9)]);
    /// # Ok(()) }
    /// ```
    pub fn stream<I, F, Fut>(&self, items: I, work: F) -> TaskStream<Items<I::IntoIter>, F, Fut>
    where
        I: IntoIterator,
        F: FnMut(I::Item) -> Fut,
        Fut: Future<Output: Send> + Send + 'static,
    {
        self.stream_of(Items::new(items), work)
    }

    /// As [`stream`](Self::stream), for the items of a stream.
    pub fn stream_of<S, F, Fut>(&self, source: S, work: F) -> TaskStream<S, F, Fut>
    where
        S: futures_core::Stream,
        F: FnMut(S::Item) -> Fut,
        Fut: Future<Output: Send> + Send + 'static,
    {
        TaskStream::new(Arc::new(self.clone()), false, source, work)
    }

    /// Runs `future` as a process of its own, a child of this supervisor, whose end nobody waits for.
    ///
    /// It waits its turn at the supervisor, and for its next incarnation if it is being restarted. Cancel
    /// safe: dropped before it is done, the task may have been started or not.
    ///
    /// # Errors
    /// [`StartChildError::MaxChildren`]; [`StartChildError::Supervisor`] if the supervisor is gone. Then
    /// `future` was dropped.
    pub async fn start_child<F>(&self, future: F) -> Result<Pid, StartChildError>
    where
        F: Future<Output: IntoExit> + Send + 'static,
    {
        let starter = current::pid();
        let open = move |crew: &Crew, supervisor: &ProcessRef| {
            let home = Inside { crew, supervisor };
            let (pid, admitted) = home::start(&home, starter, None, future);
            match admitted {
                Ok(()) => Ok(pid),
                Err(TaskError::NotStarted(error)) => Err(error),
                Err(_) => Err(gone(supervisor)),
            }
        };
        self.server.call(&START, Opening(Box::new(open))).await?
    }

    /// Stops a task within the shutdown time of the supervisor and waits for its end.
    ///
    /// # Errors
    /// [`ChildError::NotFound`] if no such task runs here (any more), [`ChildError::Supervisor`].
    pub async fn terminate_child(&self, pid: Pid) -> Result<(), ChildError> {
        self.server.call(&TERMINATE, pid).await?
    }

    /// The tasks that run, the last started first; each with the function it is written in as its type.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn which_children(&self) -> Result<Vec<ChildInfo>, CallError> {
        self.server.call(&WHICH, ()).await
    }

    /// How many tasks run.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn count_children(&self) -> Result<ChildCounts, CallError> {
        self.server.call(&COUNT, ()).await
    }

    /// The supervisor with its tasks; printed, it is drawn as a tree.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn tree(&self) -> Result<Tree, CallError> {
        tree_of("TaskSupervisor", self.server.process()).await
    }
}

/// A supervisor, for code that it runs.
struct Inside<'a> {
    crew: &'a Crew,
    supervisor: &'a ProcessRef,
}

impl Home for Inside<'_> {
    fn runtime(&self) -> Handle {
        self.supervisor.runtime.clone()
    }

    fn supervisor(&self) -> Option<&'static str> {
        self.crew.name()
    }

    fn room(&self) -> Result<(), TaskError> {
        self.crew
            .room()
            .map_err(|error| not_started(error, self.supervisor))
    }

    fn admit(
        &self,
        task: &ProcessRef,
        function: &'static str,
        anyway: bool,
    ) -> Result<(), TaskError> {
        self.crew
            .admit(self.supervisor, task, function, anyway)
            .map_err(|error| not_started(error, self.supervisor))
    }
}

impl Home for TaskSupervisorRef {
    fn runtime(&self) -> Handle {
        self.server.header().runtime.clone()
    }

    fn supervisor(&self) -> Option<&'static str> {
        self.server.shared().name()
    }

    fn room(&self) -> Result<(), TaskError> {
        self.server
            .shared()
            .room()
            .map_err(|error| not_started(error, self.server.process()))
    }

    fn admit(
        &self,
        task: &ProcessRef,
        function: &'static str,
        anyway: bool,
    ) -> Result<(), TaskError> {
        let supervisor = &self.server.process();
        self.server
            .shared()
            .admit(supervisor, task, function, anyway)
            .map_err(|error| not_started(error, supervisor))
    }
}

fn not_started(error: Option<StartChildError>, supervisor: &ProcessRef) -> TaskError {
    TaskError::NotStarted(error.unwrap_or_else(|| gone(supervisor)))
}

fn gone(supervisor: &ProcessRef) -> StartChildError {
    let reason = links::exit_of(supervisor).unwrap_or(ExitReason::NoProc);
    StartChildError::Supervisor(CallError::Down(reason))
}

impl From<ServerRef<TaskSupervisor>> for TaskSupervisorRef {
    fn from(server: ServerRef<TaskSupervisor>) -> Self {
        Self { server }
    }
}

impl Deref for TaskSupervisorRef {
    type Target = ServerRef<TaskSupervisor>;

    fn deref(&self) -> &ServerRef<TaskSupervisor> {
        &self.server
    }
}

impl fmt::Debug for TaskSupervisorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.server, f)
    }
}
