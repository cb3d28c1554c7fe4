//! What can be asked of a running task supervisor.

use std::fmt;
use std::future::Future;
use std::ops::Deref;

use super::TaskSupervisor;
use super::crew::Crew;
use super::life::{Message, Opening};
use super::task::Task;
use crate::process::cell::ProcessRef;
use crate::process::reply::Slot;
use crate::process::{Prepared, ServerRef, current, links, prepare};
use crate::supervisor::tree_of;
use crate::{
    CallError, CallSpec, ChildCounts, ChildError, ChildInfo, ExitReason, IntoExit, Pid,
    StartChildError, Tree,
};

const START: CallSpec<TaskSupervisor, Opening, Result<Pid, StartChildError>> =
    CallSpec::queued("start_child", Message::Start);
const TERMINATE: CallSpec<TaskSupervisor, Pid, Result<(), ChildError>> =
    CallSpec::queued("terminate_child", Message::Terminate);
const WHICH: CallSpec<TaskSupervisor, (), Vec<ChildInfo>> =
    CallSpec::queued("which_children", |(), reply| Message::Which(reply));
const COUNT: CallSpec<TaskSupervisor, (), ChildCounts> =
    CallSpec::queued("count_children", |(), reply| Message::Count(reply));

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
    /// answers [`TaskError::NotStarted`](crate::TaskError::NotStarted).
    pub fn spawn<F>(&self, future: F) -> Task<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let value = Slot::new();
        let answer = std::sync::Arc::clone(&value);
        let supervisor = self.server.process();
        let body = async move {
            let _ = answer.answer(future.await);
        };
        let prepared = prepare(supervisor.runtime.clone(), current::pid(), body);
        let pid = prepared.process().pid();
        let task = match admit::<F>(self.server.shared().as_ref(), &supervisor, &prepared) {
            Ok(()) => Task::new(pid, value),
            Err(error) => Task::refused(pid, value, error),
        };
        prepared.go();
        task
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
            let prepared = prepare(supervisor.runtime.clone(), starter, future);
            let admitted = admit::<F>(crew, supervisor, &prepared);
            let pid = prepared.process().pid();
            prepared.go();
            admitted.map(|()| pid)
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
        tree_of("TaskSupervisor", &self.server.process()).await
    }
}

/// Has the task taken in, or killed before it runs.
fn admit<F: Future>(
    crew: &Crew,
    supervisor: &ProcessRef,
    task: &Prepared,
) -> Result<(), StartChildError> {
    crew.admit::<F>(supervisor, task).map_err(|error| {
        task.process().pid().exit(ExitReason::Kill);
        let gone = || links::exit_of(supervisor).unwrap_or(ExitReason::NoProc);
        error.unwrap_or_else(|| StartChildError::Supervisor(CallError::Down(gone())))
    })
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
