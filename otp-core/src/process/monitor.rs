//! Monitors held outside any process: a future instead of a message.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::links;
use super::reply::Slot;
use crate::Pid;
use crate::link::{Down, MonitorRef};

/// A monitor held outside any process: a future of the process's [`Down`].
///
/// Dropping it ends the monitor. Cancel safe: polled or not, the `Down` is kept until it is taken.
#[must_use = "a monitor does nothing unless it is awaited"]
#[derive(Debug)]
pub struct Monitor {
    pid: Pid,
    number: u64,
    slot: Arc<Slot<Down>>,
    taken: bool,
}

impl Monitor {
    pub(crate) fn new(pid: Pid) -> Self {
        let monitor = Self {
            pid,
            number: links::number(),
            slot: Slot::new(),
            taken: false,
        };
        links::monitor_outside(pid, monitor.number, &monitor.slot);
        monitor
    }

    /// Its name, as in the [`Down`] that it resolves to.
    pub fn reference(&self) -> MonitorRef {
        MonitorRef(self.number)
    }
}

impl Future for Monitor {
    type Output = Down;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Down> {
        let down = std::task::ready!(self.slot.poll_take(cx.waker()));
        self.taken = true;
        Poll::Ready(down)
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        if !self.taken {
            links::demonitor_outside(self.pid, self.number);
        }
    }
}
