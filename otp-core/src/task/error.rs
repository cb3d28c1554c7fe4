//! Why there is no value of a task.

use crate::{ExitReason, NotAProcess, StartChildError};

/// Why there is no value of a task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// The task ended without a value: it panicked ([`ExitReason::Panic`]), or was ended. With
    /// [`ExitReason::NoProc`], its value was taken before.
    #[error("the task ended without a value: {0}")]
    Down(ExitReason),
    /// There is no value in time. A [`Task`](crate::Task) goes on; an item of a stream was killed.
    #[error("no value in time")]
    Timeout,
    /// Its supervisor did not take it; it never ran.
    #[error("the task was not started: {0}")]
    NotStarted(StartChildError),
    /// It was to be linked, and there is no process to link it with; it never ran.
    #[error("the task was not started: {0}")]
    NotAProcess(#[from] NotAProcess),
}
