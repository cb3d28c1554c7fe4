//! A task, for who awaits it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::process::Monitor;
use crate::process::reply::Slot;
use crate::{ExitReason, Pid, StartChildError};

/// Why there is no value of a task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// The task ended without a value: it panicked, or was ended.
    #[error("the task ended without a value: {0}")]
    Down(ExitReason),
    /// The task has no value yet. It goes on.
    #[error("no value in time")]
    Timeout,
    /// Its supervisor did not take it; it never ran.
    #[error("the task was not started: {0}")]
    NotStarted(StartChildError),
}

/// A task: a future of what it answers, ready when its process has ended.
///
/// The task runs whether this is polled or not. Cancel safe: a wait for `&mut task` that is dropped,
/// in a `select!` or by a timeout, leaves the task going, and it can be awaited again. With this handle
/// dropped, nobody learns the value.
///
/// # Errors
/// [`TaskError::Down`] if the task panicked, was ended, or has been awaited to its end already;
/// [`TaskError::NotStarted`].
#[must_use = "nobody learns what the task answers: await it, or use `start_child`"]
pub struct Task<T> {
    pid: Pid,
    value: Arc<Slot<T>>,
    end: Option<Monitor>,
    refused: Option<StartChildError>,
}

// Nothing in a task's handle is pinned in place.
impl<T> Unpin for Task<T> {}

impl<T> Task<T> {
    pub(super) fn new(pid: Pid, value: Arc<Slot<T>>) -> Self {
        Self {
            pid,
            value,
            end: Some(Monitor::new(pid)),
            refused: None,
        }
    }

    pub(super) fn refused(pid: Pid, value: Arc<Slot<T>>, error: StartChildError) -> Self {
        Self {
            pid,
            value,
            end: None,
            refused: Some(error),
        }
    }

    /// The task's process.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits for `after` at the most. The task goes on when that is over, and can be awaited again, or
    /// shut down.
    ///
    /// # Errors
    /// [`TaskError::Timeout`], or as awaiting it.
    pub async fn timeout(&mut self, after: Duration) -> Result<T, TaskError> {
        let waited = tokio::time::timeout(after, &mut *self).await;
        waited.unwrap_or(Err(TaskError::Timeout))
    }

    /// Asks the task to end, and kills it if it has not after 5 s. `Ok(None)`: it ended as asked; its
    /// value, if it had one already.
    ///
    /// Cancel safe: what was asked stays asked; only the kill may be missed.
    ///
    /// # Errors
    /// [`TaskError::Down`] with any other end, also that of a task which had ended before without a
    /// value; [`TaskError::NotStarted`].
    pub async fn shutdown(self) -> Result<Option<T>, TaskError> {
        self.shutdown_within(Duration::from_secs(5)).await
    }

    /// As [`shutdown`](Self::shutdown), with another time.
    ///
    /// # Errors
    /// As [`shutdown`](Self::shutdown).
    pub async fn shutdown_within(mut self, time: Duration) -> Result<Option<T>, TaskError> {
        self.pid.exit(ExitReason::Shutdown);
        let mut end = self.timeout(time).await;
        if let Err(TaskError::Timeout) = end {
            self.pid.exit(ExitReason::Kill);
            end = self.await;
        }
        match end {
            Ok(value) => Ok(Some(value)),
            Err(TaskError::Down(ExitReason::Shutdown)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Kills the task. `Ok(None)`: that ended it; its value, if it had one already.
    ///
    /// # Errors
    /// As [`shutdown`](Self::shutdown).
    pub async fn kill(self) -> Result<Option<T>, TaskError> {
        self.pid.exit(ExitReason::Kill);
        match self.await {
            Ok(value) => Ok(Some(value)),
            Err(TaskError::Down(ExitReason::Killed)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(error) = self.refused.clone() {
            return Poll::Ready(Err(TaskError::NotStarted(error)));
        }
        let Some(end) = &mut self.end else {
            return Poll::Ready(Err(TaskError::Down(ExitReason::NoProc)));
        };
        let down = ready!(Pin::new(end).poll(cx));
        self.end = None;
        let value = self.value.try_take();
        Poll::Ready(value.ok_or(TaskError::Down(down.reason)))
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&self.pid).finish()
    }
}
