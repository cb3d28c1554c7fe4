//! Where tasks are at home: on a runtime alone, or under a supervisor that takes them in.

use std::future::Future;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::body::{self, Body};
use super::origin::Origin;
use super::outcome::Outcome;
use super::{Task, TaskError};
use crate::process::cell::ProcessRef;
use crate::process::{IntoExit, Prepared, current, links, prepare};
use crate::{NotAProcess, Pid};

/// Who takes tasks in.
pub(crate) trait Home: Send + Sync {
    fn runtime(&self) -> Handle;

    /// What the tasks are supervised by, for reports.
    fn supervisor(&self) -> Option<&'static str>;

    /// Whether there is room for one more.
    fn room(&self) -> Result<(), TaskError>;

    /// Takes a task in before it runs. `anyway`: there was room when it began.
    fn admit(
        &self,
        task: &ProcessRef,
        function: &'static str,
        anyway: bool,
    ) -> Result<(), TaskError>;
}

/// The runtime alone: tasks without a supervisor.
pub(super) struct Free(pub(super) Handle);

impl Home for Free {
    fn runtime(&self) -> Handle {
        self.0.clone()
    }

    fn supervisor(&self) -> Option<&'static str> {
        None
    }

    fn room(&self) -> Result<(), TaskError> {
        Ok(())
    }

    fn admit(&self, _: &ProcessRef, _: &'static str, _: bool) -> Result<(), TaskError> {
        Ok(())
    }
}

/// Starts a task that runs `future`.
pub(crate) fn spawn<F>(home: &(impl Home + ?Sized), future: F) -> Task<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let (origin, outcome) = begin::<F, _>(home);
    let body = Body::new(future, Arc::clone(&outcome), None);
    let prepared = prepare(home.runtime(), origin.starter, body);
    run(home, prepared, origin, outcome, None)
}

/// As [`spawn`], linked with the process that this is called in.
pub(crate) fn spawn_linked<F>(home: &(impl Home + ?Sized), future: F) -> Task<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let (origin, outcome) = begin::<F, _>(home);
    let owner = current::process();
    let pid = owner.as_ref().map(|owner| owner.pid());
    let body = Body::new(future, Arc::clone(&outcome), pid);
    let prepared = prepare(home.runtime(), origin.starter, body);
    if owner.is_none() {
        return Task::refused(prepared.process().pid(), outcome, NotAProcess.into());
    }
    run(home, prepared, origin, outcome, owner.as_ref())
}

/// Starts a task that runs `work` on a thread that may block.
pub(crate) fn spawn_blocking<F, T>(home: &(impl Home + ?Sized), work: F) -> Task<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let (origin, outcome) = begin::<F, _>(home);
    let body = body::blocking(work, Arc::clone(&outcome));
    let prepared = prepare(home.runtime(), origin.starter, body);
    run(home, prepared, origin, outcome, None)
}

/// Starts a task that nobody waits for. `owner`: who it is linked with. The pid is that of a task that was
/// taken in or of one that never ran.
pub(crate) fn start<F>(
    home: &(impl Home + ?Sized),
    starter: Option<Pid>,
    owner: Option<&ProcessRef>,
    future: F,
) -> (Pid, Result<(), TaskError>)
where
    F: Future<Output: IntoExit> + Send + 'static,
{
    let origin = Origin::of::<F>(starter, home.supervisor());
    let prepared = prepare(home.runtime(), starter, future);
    let process = prepared.process();
    if let Err(error) = home.admit(&process, origin.function, false) {
        return (process.pid(), Err(error));
    }
    links::watch_from_birth(&process, Arc::new(origin));
    if let Some(owner) = owner {
        links::link_with(owner, process.pid(), Some(&process));
    }
    prepared.go();
    (process.pid(), Ok(()))
}

fn begin<F, T>(home: &(impl Home + ?Sized)) -> (Origin, Arc<Outcome<T>>) {
    let origin = Origin::of::<F>(current::pid(), home.supervisor());
    (origin, Outcome::new(origin))
}

fn run<T: Send + 'static>(
    home: &(impl Home + ?Sized),
    prepared: Prepared,
    origin: Origin,
    outcome: Arc<Outcome<T>>,
    owner: Option<&ProcessRef>,
) -> Task<T> {
    let process = prepared.process();
    let pid = process.pid();
    if let Err(error) = home.admit(&process, origin.function, false) {
        return Task::refused(pid, outcome, error);
    }
    let watch = Arc::clone(&outcome);
    links::watch_from_birth(&process, watch);
    if let Some(owner) = owner {
        links::link_with(owner, pid, Some(&process));
    }
    prepared.go();
    Task::new(pid, outcome)
}
