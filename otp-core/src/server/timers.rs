//! Timers: messages that come later, once or again and again.
//!
//! A timer is a tokio task that sleeps, so tokio's paused clock drives it. A server's own timers end
//! with the server.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::infos::deliver;
use crate::Pid;
use crate::process::{Context, HandleInfo, Server};

/// A timer that was set. Dropping it does not cancel it.
#[derive(Clone, Debug)]
pub struct Timer {
    task: AbortHandle,
    due: Instant,
    /// Fired or cancelled, whichever came first: exactly one of them wins.
    over: Arc<AtomicBool>,
}

impl Timer {
    /// Cancels it: the time that was left, or `None` if it has fired, in which case its message may be
    /// in the mailbox already. An interval is cancelled for good; the time is that to its first
    /// message.
    pub fn cancel(&self) -> Option<Duration> {
        let left = self.remaining()?;
        if self.over.swap(true, Ordering::AcqRel) {
            return None;
        }
        self.task.abort();
        Some(left)
    }

    /// The time left; `None` if it has fired, was cancelled, or its server has ended.
    pub fn remaining(&self) -> Option<Duration> {
        if self.task.is_finished() || self.over.load(Ordering::Acquire) {
            return None;
        }
        Some(self.due.saturating_duration_since(Instant::now()))
    }
}

impl<S: Server> Context<S> {
    /// Sends `message` to this server after `delay`: once, not earlier. The timer ends with the
    /// server.
    ///
    /// # Panics
    /// If the tokio runtime was built without its timer.
    pub fn send_after<M>(&mut self, delay: Duration, message: M) -> Timer
    where
        S: Server + HandleInfo<M>,
    {
        self.timer(delay, S::wrap(message))
    }

    /// Sends a clone of `message` to this server each `period`, the first after one period.
    ///
    /// # Panics
    /// If `period` is zero, or the tokio runtime was built without its timer.
    pub fn send_interval<M>(&mut self, period: Duration, message: M) -> Timer
    where
        S: Server + HandleInfo<M>,
        M: Clone + Send + 'static,
    {
        self.repeat(period, move || S::wrap(message.clone()))
    }

    /// Sends the message that `make` makes to this server each `period`, the first after one period.
    ///
    /// # Panics
    /// As [`Context::send_interval`].
    pub fn every(&mut self, period: Duration, make: fn() -> S::Message) -> Timer {
        self.repeat(period, make)
    }

    /// Sends the message that `make` makes to this server after `delay`.
    ///
    /// # Panics
    /// As [`Context::send_after`].
    pub fn after(&mut self, delay: Duration, make: fn() -> S::Message) -> Timer {
        self.timer(delay, make())
    }

    pub(crate) fn timer(&mut self, delay: Duration, message: S::Message) -> Timer {
        let due = Instant::now() + delay;
        let over = Arc::new(AtomicBool::new(false));
        let mark = Arc::clone(&over);
        let process = self.process();
        let task = self.run_beside(async move {
            tokio::time::sleep_until(due).await;
            if mark.swap(true, Ordering::AcqRel) {
                return;
            }
            deliver::<S>(&process, message).await;
        });
        Timer { task, due, over }
    }

    fn repeat(
        &mut self,
        period: Duration,
        make: impl Fn() -> S::Message + Send + 'static,
    ) -> Timer {
        assert!(!period.is_zero(), "an interval of no time");
        let due = Instant::now() + period;
        let process = self.process();
        let task = self.run_beside(async move {
            let mut ticks = tokio::time::interval_at(due, period);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                deliver::<S>(&process, make()).await;
            }
        });
        Timer {
            task,
            due,
            over: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Runs a task that ends with this server.
    pub(crate) fn run_beside(
        &mut self,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> AbortHandle {
        let runtime = self.body().header.runtime.clone();
        let tasks = self.desk().tasks();
        while tasks.try_join_next().is_some() {}
        tasks.spawn_on(task, &runtime)
    }
}

/// Sends `message` to `pid` after `delay`, as [`Pid::send`] does. Of no effect if the process has ended
/// by then, or its mailbox is full.
///
/// # Panics
/// Outside a tokio runtime with a timer.
pub fn send_after<M: Any + Send>(pid: Pid, delay: Duration, message: M) -> Timer {
    let due = Instant::now() + delay;
    let over = Arc::new(AtomicBool::new(false));
    let mark = Arc::clone(&over);
    let task = tokio::spawn(async move {
        tokio::time::sleep_until(due).await;
        if mark.swap(true, Ordering::AcqRel) {
            return;
        }
        let _ = pid.send(message);
    });
    Timer {
        task: task.abort_handle(),
        due,
        over,
    }
}

/// Sends a clone of `message` to `pid` each `period`, until the process has ended. What is late, since
/// the clock has jumped, is sent once, and the next one a period later.
///
/// # Panics
/// If `period` is zero, or outside a tokio runtime with a timer.
pub fn send_interval<M: Any + Send + Clone>(pid: Pid, period: Duration, message: M) -> Timer {
    assert!(!period.is_zero(), "an interval of no time");
    let due = Instant::now() + period;
    let task = tokio::spawn(async move {
        let mut ticks = tokio::time::interval_at(due, period);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if !pid.is_alive() {
                return;
            }
            let _ = pid.send(message.clone());
        }
    });
    Timer {
        task: task.abort_handle(),
        due,
        over: Arc::new(AtomicBool::new(false)),
    }
}
