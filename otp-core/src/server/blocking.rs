//! Waiting with a thread instead of a task.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::task::coop;

/// More than any task's cooperative budget.
const MORE_THAN_BUDGET: u32 = 256;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs `future` on this thread; `None` if it takes longer than `timeout`.
pub(super) fn block_on<F: Future>(future: F, timeout: Duration) -> Option<F::Output> {
    let deadline = Instant::now().checked_add(timeout);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return Some(output);
        }
        match deadline {
            None => thread::park(),
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return None;
                }
                thread::park_timeout(left);
            }
        }
    }
}

/// Whether this thread may block: it is not one that polls tasks. Threads of `spawn_blocking` may.
///
/// Tokio does not say so, but it gives a cooperative budget to whatever it polls, and none to what
/// may block: a thread on which the budget never runs out may block.
pub(super) fn may_block() -> bool {
    if crate::process::current::pid().is_some() {
        return false;
    }
    if tokio::runtime::Handle::try_current().is_err() {
        return true;
    }
    let mut cx = Context::from_waker(Waker::noop());
    // Dropped last and without progress made, the first gives back what the others took.
    let Poll::Ready(_restore) = coop::poll_proceed(&mut cx) else {
        return false;
    };
    for _ in 0..MORE_THAN_BUDGET {
        match coop::poll_proceed(&mut cx) {
            Poll::Ready(step) => step.made_progress(),
            Poll::Pending => return false,
        }
    }
    true
}
