//! Starting tasks that have no supervisor.

use std::future::Future;

use tokio::runtime::Handle;

use super::Task;
use super::home::{self, Free};
use super::light::Light;
use super::stream::{Items, TaskStream};
use crate::process::{IntoExit, current, may_be_unnamed};
use crate::{NotAProcess, Pid};

impl<T: Send + 'static> Task<T> {
    /// Runs `future` as a process of its own. Its crash is a value where the task is awaited, and hits
    /// nobody; it is not ended by the caller's end either.
    ///
    /// The process is made when anybody can tell: one that has its value without waiting, and that nobody
    /// asked for, costs little more than a task of tokio's. One that waits is polled once more when it
    /// becomes a process. What never was one is not among the `otp_slow_handlers` that are counted.
    ///
    /// ```
    /// # #[tokio::main] async fn main() {
    /// use otp_core::{Task, self_pid};
    ///
    /// assert_eq!(Task::spawn(async { 6 * 7 }).await, Ok(42));
    ///
    /// let task = Task::spawn(async { self_pid() });
    /// let pid = task.pid();
    /// assert_eq!(task.await, Ok(Some(pid)));
    /// # }
    /// ```
    ///
    /// # Panics
    /// Outside a tokio runtime, as `tokio::spawn` does.
    pub fn spawn<F>(future: F) -> Self
    where
        F: Future<Output = T> + Send + 'static,
    {
        let runtime = Handle::current();
        if may_be_unnamed() {
            Light::spawn(runtime, future)
        } else {
            home::spawn(&Free(runtime), future)
        }
    }

    /// Runs `future` as a process of its own, linked with the process that this is called in: a server's
    /// handler, or another task. If one crashes or is ended, so is the other (unless it traps exits). A
    /// task that has its value has no link any more.
    ///
    /// Outside a process, the task answers [`TaskError::NotAProcess`](crate::TaskError::NotAProcess).
    ///
    /// ```
    /// # #[tokio::main] async fn main() {
    /// use otp_core::{Task, TaskError};
    ///
    /// let both = Task::spawn(async {
    ///     let left = Task::spawn_linked(async { 1 });
    ///     let right = Task::spawn_linked(async { 2 });
    ///     Ok::<_, TaskError>(left.await? + right.await?)
    /// });
    /// assert_eq!(both.await, Ok(Ok(3)));
    /// # }
    /// ```
    ///
    /// # Panics
    /// As [`spawn`](Self::spawn).
    pub fn spawn_linked<F>(future: F) -> Self
    where
        F: Future<Output = T> + Send + 'static,
    {
        home::spawn_linked(&Free(Handle::current()), future)
    }

    /// Runs `work` on a thread that may block or compute for long, as a process of its own.
    ///
    /// The thread cannot be stopped: if the process is ended before, `work` goes on, and its value is
    /// dropped; one that has not begun by then does not begin. Code in `work` is in no process.
    ///
    /// ```
    /// # #[tokio::main] async fn main() {
    /// use otp_core::Task;
    ///
    /// let sum = Task::spawn_blocking(|| (1..=1_000_000_u64).sum::<u64>());
    /// assert_eq!(sum.await, Ok(500_000_500_000));
    /// # }
    /// ```
    ///
    /// # Panics
    /// As [`spawn`](Self::spawn).
    pub fn spawn_blocking<F>(work: F) -> Self
    where
        F: FnOnce() -> T + Send + 'static,
    {
        home::spawn_blocking(&Free(Handle::current()), work)
    }
}

impl Task<()> {
    /// Runs `future` as a process whose end nobody waits for. A crash is reported.
    ///
    /// # Panics
    /// Outside a tokio runtime, as `tokio::spawn` does.
    pub fn start<F>(future: F) -> Pid
    where
        F: Future<Output: IntoExit> + Send + 'static,
    {
        let home = Free(Handle::current());
        home::start(&home, current::pid(), None, future).0
    }

    /// As [`start`](Self::start), linked with the process that this is called in.
    ///
    /// # Errors
    /// [`NotAProcess`] outside a process: nothing is started.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn start_linked<F>(future: F) -> Result<Pid, NotAProcess>
    where
        F: Future<Output: IntoExit> + Send + 'static,
    {
        let owner = current::process().ok_or(NotAProcess)?;
        let home = Free(Handle::current());
        Ok(home::start(&home, Some(owner.pid()), Some(&owner), future).0)
    }

    /// Runs `work` for each of `items` as a task, some at a time: a stream of what they answer. See
    /// [`TaskStream`].
    ///
    /// # Panics
    /// As [`spawn`](Task::spawn).
    pub fn stream<I, F, Fut>(items: I, work: F) -> TaskStream<Items<I::IntoIter>, F, Fut>
    where
        I: IntoIterator,
        F: FnMut(I::Item) -> Fut,
        Fut: Future<Output: Send> + Send + 'static,
    {
        Task::stream_of(Items::new(items), work)
    }

    /// As [`stream`](Self::stream), for the items of a stream.
    ///
    /// # Panics
    /// As [`spawn`](Task::spawn).
    pub fn stream_of<S, F, Fut>(source: S, work: F) -> TaskStream<S, F, Fut>
    where
        S: futures_core::Stream,
        F: FnMut(S::Item) -> Fut,
        Fut: Future<Output: Send> + Send + 'static,
    {
        TaskStream::new(
            std::sync::Arc::new(Free(Handle::current())),
            false,
            source,
            work,
        )
    }
}
