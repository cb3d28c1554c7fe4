//! Waiting for many tasks together, within one time.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::{Task, TaskError};
use crate::ExitReason;

/// What becomes of the tasks that have not ended when [`yield_many`] has waited long enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unready {
    /// They go on, and can be asked again.
    #[default]
    GoOn,
    /// They go on, and nobody will learn their values.
    Ignore,
    /// They are killed, and dead when the wait returns.
    Kill,
}

/// How [`yield_many`] waits.
///
/// ```
/// use std::time::Duration;
/// use otp_core::{Unready, YieldMany};
///
/// let first = YieldMany::within(Duration::from_secs(1)).limit(1).unready(Unready::Kill);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct YieldMany {
    within: Duration,
    limit: usize,
    unready: Unready,
}

impl YieldMany {
    /// For all tasks, for so long at the most.
    pub const fn within(time: Duration) -> Self {
        Self {
            within: time,
            limit: usize::MAX,
            unready: Unready::GoOn,
        }
    }

    /// The same, but for as many tasks at the most. [`unready`](Self::unready) is not applied when they
    /// are there.
    #[must_use]
    pub const fn limit(mut self, tasks: usize) -> Self {
        self.limit = tasks;
        self
    }

    /// What becomes of the others when the time is over.
    #[must_use]
    pub const fn unready(mut self, unready: Unready) -> Self {
        self.unready = unready;
        self
    }
}

/// The values of all tasks, in their order, within one time for all together.
///
/// Cancel safe: the tasks go on.
///
/// ```
/// # #[tokio::main] async fn main() {
/// use std::time::Duration;
/// use otp_core::{Task, await_many};
///
/// let squares = (1..=3_u32).map(|n| Task::spawn(async move { n * n }));
/// assert_eq!(await_many(squares, Duration::from_secs(5)).await, Ok(vec![1, 4, 9]));
/// # }
/// ```
///
/// # Errors
/// The error of the first task that has one, at once; [`TaskError::Timeout`]. The others go on, and nobody
/// learns their values.
pub async fn await_many<T>(
    tasks: impl IntoIterator<Item = Task<T>>,
    within: Duration,
) -> Result<Vec<T>, TaskError> {
    let mut tasks: Vec<Task<T>> = tasks.into_iter().collect();
    let mut values: Vec<Option<T>> = tasks.iter().map(|_| None).collect();
    let mut left = tasks.len();
    let all = poll_fn(|cx| {
        for (task, value) in tasks.iter_mut().zip(&mut values) {
            if value.is_none()
                && let Poll::Ready(result) = Pin::new(task).poll(cx)
            {
                match result {
                    Ok(done) => *value = Some(done),
                    Err(error) => return Poll::Ready(Err(error)),
                }
                left -= 1;
            }
        }
        match left {
            0 => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    });
    match tokio::time::timeout(within, all).await {
        Ok(result) => result?,
        Err(_) => return Err(TaskError::Timeout),
    }
    Ok(values.into_iter().flatten().collect())
}

/// What has become of each task, in their order: `None` for one that has not ended.
///
/// Cancel safe in this sense: what was given out to nobody is lost, and the tasks go on.
///
/// ```
/// # #[tokio::main] async fn main() {
/// use std::time::Duration;
/// use otp_core::{Task, Unready, YieldMany, yield_many};
///
/// let mut tasks = [Task::spawn(async { 1 }), Task::spawn(std::future::pending())];
/// let wait = YieldMany::within(Duration::from_millis(20)).unready(Unready::Kill);
/// assert_eq!(yield_many(&mut tasks, wait).await, [Some(Ok(1)), None]);
/// # }
/// ```
pub async fn yield_many<T>(
    tasks: &mut [Task<T>],
    wait: YieldMany,
) -> Vec<Option<Result<T, TaskError>>> {
    let mut results: Vec<_> = tasks.iter().map(|_| None).collect();
    let wanted = wait.limit.min(tasks.len());
    let enough = poll_fn(|cx| {
        let mut there = 0;
        for (task, result) in tasks.iter_mut().zip(&mut results) {
            if result.is_none()
                && let Poll::Ready(end) = Pin::new(task).poll(cx)
            {
                *result = Some(end);
            }
            there += usize::from(result.is_some());
        }
        if there < wanted {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    });
    let in_time = tokio::time::timeout(wait.within, enough).await.is_ok();
    if in_time || wait.unready == Unready::GoOn {
        return results;
    }
    let late = tasks.iter_mut().zip(&results);
    for (task, _) in late.filter(|(_, result)| result.is_none()) {
        match wait.unready {
            Unready::GoOn => {}
            Unready::Ignore => task.forget(),
            Unready::Kill => task.signal(ExitReason::Kill),
        }
    }
    if wait.unready == Unready::Kill {
        for (task, result) in tasks.iter_mut().zip(&mut results) {
            // One that had its value when it was killed has it.
            if result.is_none()
                && let Ok(value) = task.await
            {
                *result = Some(Ok(value));
            }
        }
    }
    results
}
