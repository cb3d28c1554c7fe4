//! What can go wrong with supervisors and their children.

use std::any::Any;
use std::sync::Arc;

use super::ChildId;
use crate::server::StartError;
use crate::{CallError, ExitReason, Pid};

/// Why a supervisor was not started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SupervisorError {
    /// What was declared cannot be.
    #[error("{supervisor}: {error}")]
    Spec {
        /// The supervisor's name.
        supervisor: &'static str,
        /// What is wrong.
        error: SpecError,
    },
    /// A child failed to start. Those that were started before it were stopped, in reverse order.
    #[error("{supervisor}: child `{child}` failed to start: {failure}")]
    Child {
        /// The supervisor's name.
        supervisor: &'static str,
        /// The child.
        child: ChildId,
        /// Why it was not started.
        failure: Box<StartFailure>,
    },
    /// Its children's list said that there is nothing to start.
    #[error("there is nothing to start")]
    Ignored,
    /// Its name is taken by this process.
    #[error("already started: {0} holds the name")]
    AlreadyStarted(Pid),
    /// It ended before its children were started, or the code that lists them panicked.
    #[error("ended at its start: {0}")]
    Down(ExitReason),
    /// It was not started in time.
    #[error("start took too long")]
    Timeout,
    /// It was started outside a tokio runtime.
    #[error(
        "a supervisor was started outside a tokio runtime: start it in `#[tokio::main]`, a task, or under `Runtime::enter`"
    )]
    NoRuntime,
    /// A link needs two processes, and the starter is none.
    #[error(transparent)]
    NotAProcess(#[from] crate::NotAProcess),
}

impl From<StartError<Self>> for SupervisorError {
    fn from(error: StartError<Self>) -> Self {
        match error {
            StartError::Init(error) => error,
            StartError::Ignored => Self::Ignored,
            StartError::AlreadyStarted(pid) => Self::AlreadyStarted(pid),
            StartError::Down(reason) => Self::Down(reason),
            StartError::Timeout => Self::Timeout,
            StartError::NotAProcess(error) => Self::NotAProcess(error),
            // A supervisor is started under no key.
            StartError::NoRuntime | StartError::NoRegistry => Self::NoRuntime,
        }
    }
}

/// Why what was declared of a supervisor cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// Two children are called the same.
    #[error("two children are called `{0}`")]
    DuplicateId(ChildId),
    /// A significant child that is always restarted never ends by itself.
    #[error("child `{0}` is significant and permanent: make it transient or temporary")]
    SignificantPermanent(ChildId),
    /// A significant child without automatic shutdown.
    #[error("child `{0}` is significant, but the supervisor has no automatic shutdown")]
    SignificantWithoutAutoShutdown(ChildId),
    /// An intensity over no time at all.
    #[error("the period of the restart intensity is zero")]
    NoPeriod,
    /// No partitions at all.
    #[error("there must be at least one partition")]
    NoPartitions,
}

/// Why a child was not started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartFailure {
    /// Its `init` failed; the text of the error.
    #[error("init failed: {0}")]
    Init(Arc<str>),
    /// Its `init` answered that there is nothing to start.
    #[error("init answered that there is nothing to start")]
    Ignored,
    /// It ended in its `init`, or the code that gives its arguments panicked.
    #[error("ended in init: {0}")]
    Down(ExitReason),
    /// Its name is taken by this process.
    #[error("already started: {0} holds the name")]
    AlreadyStarted(Pid),
    /// Its `init` took too long.
    #[error("init took too long")]
    Timeout,
    /// It is a supervisor, and failed itself.
    #[error("{0}")]
    Supervisor(Box<SupervisorError>),
}

pub(super) fn failure<E: std::fmt::Display + 'static>(error: StartError<E>) -> StartFailure {
    match error {
        StartError::Init(error) => match (&error as &dyn Any).downcast_ref::<SupervisorError>() {
            Some(error) => StartFailure::Supervisor(Box::new(error.clone())),
            None => StartFailure::Init(error.to_string().into()),
        },
        StartError::Ignored => StartFailure::Ignored,
        StartError::AlreadyStarted(pid) => StartFailure::AlreadyStarted(pid),
        StartError::Down(reason) => StartFailure::Down(reason),
        StartError::Timeout => StartFailure::Timeout,
        StartError::NoRegistry | StartError::NoRuntime | StartError::NotAProcess(_) => {
            StartFailure::Init(error.to_string().into())
        }
    }
}

/// Why a child could not be added to a running supervisor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartChildError {
    /// A child of that id runs, as this process.
    #[error("a child of that id runs already, as {0}")]
    AlreadyStarted(Pid),
    /// There is a child of that id, which does not run.
    #[error("there is a child of that id, which is not running: use `restart_child`")]
    AlreadyPresent,
    /// What was declared cannot be.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// It was not started.
    #[error("the child failed to start: {0}")]
    Failed(StartFailure),
    /// There are as many children as there may be.
    #[error("there are as many children as `max_children` allows")]
    MaxChildren,
    /// The supervisor gave no answer.
    #[error("the supervisor does not answer: {0}")]
    Supervisor(#[from] CallError),
}

/// Why a child was not terminated, restarted or deleted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChildError {
    /// There is no such child.
    #[error("there is no such child")]
    NotFound,
    /// It runs.
    #[error("the child is running")]
    Running,
    /// It is being restarted.
    #[error("the child is being restarted")]
    Restarting,
    /// It was not started. It stays known, and does not run.
    #[error("the child failed to start: {0}")]
    Failed(StartFailure),
    /// The supervisor gave no answer.
    #[error("the supervisor does not answer: {0}")]
    Supervisor(#[from] CallError),
}
