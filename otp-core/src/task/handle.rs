//! A task, for who awaits it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::TaskError;
use super::light::Light;
use super::outcome::Outcome;
use crate::{ExitReason, Pid, Shutdown};

/// A task: a future of what it answers, ready when its process has ended.
///
/// | | the task crashes | the caller ends | for |
/// | --- | --- | --- | --- |
/// | [`Task::spawn`] | an `Err` where it is awaited | the task goes on | what may fail by itself |
/// | [`Task::spawn_linked`] | the caller crashes too | the task ends too | parts of one piece of work |
/// | [`Task::spawn_blocking`] | an `Err` where it is awaited | the task goes on | computing, blocking I/O |
/// | [`Task::start`] | a line in the log | the task goes on | what nobody waits for |
/// | [`Task::stream`] | an `Err` in its place | the tasks end too | many of the same kind |
///
/// The same under a supervisor, which knows its tasks and takes them with it:
/// [`TaskSupervisorRef`](crate::TaskSupervisorRef).
///
/// The task runs whether this is polled or not. There is no default timeout: see
/// [`timeout`](Self::timeout). Cancel safe: a wait for `&mut task` that is dropped, in a `select!` or by
/// a timeout, leaves the task going, and it can be awaited again. With this handle dropped, nobody learns
/// the value.
///
/// ```
/// # #[tokio::main] async fn main() {
/// use otp_core::{ExitReason, Task, TaskError};
///
/// let sum = Task::spawn(async { 1 + 1 });
/// assert_eq!(sum.await, Ok(2));
///
/// let broken = Task::spawn(async { "x".parse::<u8>().unwrap() });
/// assert!(matches!(broken.await, Err(TaskError::Down(ExitReason::Panic { .. }))));
/// # }
/// ```
///
/// # Errors
/// [`TaskError::Down`] if the task panicked, was ended, or has been awaited to its end already;
/// [`TaskError::NotStarted`] and [`TaskError::NotAProcess`].
#[must_use = "nobody learns what this task answers, nor that it crashed: `.await` it, or start what nobody waits for by `Task::start` or `start_child`"]
pub struct Task<T> {
    run: Run<T>,
    refused: Option<TaskError>,
    /// Whether the end was given out: there is nothing left to forget.
    told: bool,
}

/// What a task is run by.
enum Run<T> {
    /// A process from the beginning.
    Process(Pid, Arc<Outcome<T>>),
    /// A process if it has to be.
    Light(Arc<Light<T>>),
}

// Nothing in a task's handle is pinned in place.
impl<T> Unpin for Task<T> {}

impl<T> Task<T> {
    pub(super) fn new(pid: Pid, outcome: Arc<Outcome<T>>) -> Self {
        Self {
            run: Run::Process(pid, outcome),
            refused: None,
            told: false,
        }
    }

    pub(super) fn light(light: Arc<Light<T>>) -> Self {
        Self {
            run: Run::Light(light),
            refused: None,
            told: false,
        }
    }

    pub(super) fn refused(pid: Pid, outcome: Arc<Outcome<T>>, error: TaskError) -> Self {
        Self {
            run: Run::Process(pid, outcome),
            refused: Some(error),
            told: false,
        }
    }

    fn outcome(&self) -> &Outcome<T> {
        match &self.run {
            Run::Process(_, outcome) => outcome,
            Run::Light(light) => light.outcome(),
        }
    }

    /// Sends an exit signal to the task, if it has not ended.
    pub(super) fn signal(&self, reason: ExitReason) {
        let pid = match &self.run {
            Run::Process(pid, _) => Some(*pid),
            Run::Light(light) => light.living(),
        };
        if let Some(pid) = pid {
            pid.exit(reason);
        }
    }

    /// The task's process. That of a task which has ended names nobody.
    pub fn pid(&self) -> Pid {
        match &self.run {
            Run::Process(pid, _) => *pid,
            Run::Light(light) => light.pid(),
        }
    }

    /// Waits for `after` at the most. The task goes on when that is over, and can be awaited again, or
    /// shut down. A value that is there is given even by a timeout of zero.
    ///
    /// ```
    /// # #[tokio::main] async fn main() {
    /// use std::time::Duration;
    /// use otp_core::{Shutdown, Task, TaskError};
    ///
    /// let mut slow = Task::spawn(tokio::time::sleep(Duration::from_secs(600)));
    /// assert_eq!(slow.timeout(Duration::from_millis(1)).await, Err(TaskError::Timeout));
    /// assert_eq!(slow.shutdown(Shutdown::BrutalKill).await, Ok(None));
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`TaskError::Timeout`], or as awaiting it.
    pub async fn timeout(&mut self, after: Duration) -> Result<T, TaskError> {
        let waited = self.yield_for(after).await;
        waited.unwrap_or(Err(TaskError::Timeout))
    }

    /// Waits for `after` at the most; `None` if the task has not ended by then. It can be asked again.
    pub async fn yield_for(&mut self, after: Duration) -> Option<Result<T, TaskError>> {
        tokio::time::timeout(after, self).await.ok()
    }

    /// Ends the task and waits for its end. `Ok(None)`: it ended as asked; its value, if it had one
    /// already.
    ///
    /// [`Shutdown::After`] asks it to end, which it does at its next `.await` unless it traps exits
    /// ([`trap_exit`](crate::trap_exit)), and kills it after that time. [`Shutdown::Infinity`] never kills
    /// it. [`Shutdown::BrutalKill`] kills it at once.
    ///
    /// Cancel safe: what was asked stays asked; only the kill may be missed.
    ///
    /// # Errors
    /// [`TaskError::Down`] with any other end: that of a task which had ended before without a value,
    /// [`ExitReason::Killed`] for one that had to be killed after its time, [`ExitReason::NoProc`] for
    /// one whose value was taken before. [`TaskError::NotStarted`], [`TaskError::NotAProcess`].
    pub async fn shutdown(mut self, how: Shutdown) -> Result<Option<T>, TaskError> {
        let asked = match how {
            Shutdown::BrutalKill => ExitReason::Killed,
            Shutdown::After(_) | Shutdown::Infinity => ExitReason::Shutdown,
        };
        if how == Shutdown::BrutalKill {
            self.signal(ExitReason::Kill);
        } else {
            self.signal(ExitReason::Shutdown);
        }
        let mut end = None;
        if let Shutdown::After(time) = how {
            end = self.yield_for(time).await;
            if end.is_none() {
                self.signal(ExitReason::Kill);
            }
        }
        let end = match end {
            Some(end) => end,
            None => self.await,
        };
        match end {
            Ok(value) => Ok(Some(value)),
            Err(TaskError::Down(reason)) if reason == asked => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// As [`ignore`](Self::ignore), for a handle that stays.
    pub(super) fn forget(&mut self) {
        drop(self.outcome().ignore());
    }

    /// Waits no more: gives what there is now, and drops what comes later. The task goes on.
    pub fn ignore(self) -> Option<Result<T, TaskError>> {
        match &self.refused {
            Some(error) => Some(Err(error.clone())),
            None => self.outcome().ignore(),
        }
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, TaskError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(error) = &self.refused {
            return Poll::Ready(Err(error.clone()));
        }
        let polled = self.outcome().poll(cx.waker());
        self.told |= polled.is_ready();
        polled
    }
}

/// Nobody will ask for the value: it is not kept for nobody.
impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        if self.refused.is_none() && !self.told {
            drop(self.outcome().ignore());
        }
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&self.pid()).finish()
    }
}
