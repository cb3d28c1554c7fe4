//! Stopping a server, and waiting for its end.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::Sleep;

use super::wait::active_circle;
use crate::ExitReason;
use crate::process::control::Control;
use crate::process::reply::Slot;
use crate::process::{Server, ServerRef};

/// Why a stop did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StopError {
    /// It had ended already.
    #[error("the server had ended already")]
    NoProc,
    /// It ended, with another reason than the one asked for.
    #[error("the server ended with another reason: {0}")]
    Other(ExitReason),
    /// It has not ended in time. It is still asked to.
    #[error("the server has not ended in time")]
    Timeout,
    /// The server itself would wait for its own end: use `cx.stop(..)` there.
    #[error("a server cannot wait for its own end: use `cx.stop(..)` in its handlers")]
    CallingSelf,
}

/// A stop: a future of the server's end. Nothing happens before it is first polled.
///
/// Done, the process has ended, its name is free, its links and monitors are told. It waits for ever
/// unless it is given a [`timeout`](Stop::timeout).
///
/// Cancel safe: dropped after its first poll, the server still stops.
///
/// # Errors
/// See [`StopError`].
#[must_use = "a server is not stopped unless this is awaited"]
pub struct Stop<S: Server> {
    server: ServerRef<S>,
    reason: ExitReason,
    timeout: Option<Duration>,
    done: Option<Arc<Slot<ExitReason>>>,
    sleep: Option<Pin<Box<Sleep>>>,
}

// Nothing in a stop is pinned in place.
impl<S: Server> Unpin for Stop<S> {}

impl<S: Server> Stop<S> {
    pub(super) fn new(server: ServerRef<S>, reason: ExitReason) -> Self {
        Self {
            server,
            reason,
            timeout: None,
            done: None,
            sleep: None,
        }
    }

    /// Waits for `timeout` at the most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<S: Server> Future for Stop<S> {
    type Output = Result<(), StopError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let done = if let Some(done) = &this.done {
            done
        } else {
            if active_circle(this.server.header()).is_some() {
                return Poll::Ready(Err(StopError::CallingSelf));
            }
            let done = Slot::new();
            let stop = Control::Stop {
                reason: this.reason.clone(),
                done: Arc::clone(&done),
            };
            if this.server.process().push_control(stop).is_some() {
                return Poll::Ready(Err(StopError::NoProc));
            }
            this.sleep = this
                .timeout
                .map(|timeout| Box::pin(tokio::time::sleep(timeout)));
            this.done.insert(done)
        };
        if let Poll::Ready(reason) = done.poll_take(cx.waker()) {
            return Poll::Ready(if reason == this.reason {
                Ok(())
            } else {
                Err(StopError::Other(reason))
            });
        }
        if let Some(sleep) = &mut this.sleep {
            ready!(sleep.as_mut().poll(cx));
            return Poll::Ready(Err(StopError::Timeout));
        }
        Poll::Pending
    }
}

impl<S: Server> fmt::Debug for Stop<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop")
            .field("server", &self.server)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}
