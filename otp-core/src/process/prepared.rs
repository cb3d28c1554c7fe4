//! Processes that have their pid and do not run yet: they can be linked, watched and entered somewhere
//! first, and code can be run in their name.
//!
//! Owns nothing but the time between the making of a plain process and its first run.

use std::future::Future;
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;
use std::task::{self, Poll, ready};

use pin_project_lite::pin_project;

use super::cell::{self, ProcessRef, ServerRef};
use super::context::Context;
use super::current::{Frame, Stopwatch};
use super::plain::{self, IntoExit, Plain};
use super::run::{Mode, Stopping, span_of};
use super::{clock, panics};
use crate::{ExitReason, Pid};

/// A process that does not run yet. Dropped, it is killed.
#[must_use = "it is to be let run"]
pub(crate) struct Prepared {
    server: ServerRef<Plain>,
    gone: bool,
}

/// Makes a process that will run `future` on `runtime`, started by `starter`: a task, whose end is for
/// who watches it to report.
pub(crate) fn prepare<F>(
    runtime: tokio::runtime::Handle,
    starter: Option<Pid>,
    future: F,
) -> Prepared
where
    F: Future<Output: IntoExit> + Send + 'static,
{
    let server = plain::create_on(runtime, starter, future, |future, cx| Alone { future, cx });
    server.header().task.store(true, Ordering::Relaxed);
    Prepared {
        server,
        gone: false,
    }
}

/// What came of an [`attempt`](Prepared::attempt).
pub(crate) struct Attempt<R> {
    /// What the code answered, or its panic.
    pub(crate) result: Result<R, ExitReason>,
    /// Whether anybody may have learnt of the process.
    pub(crate) seen: bool,
    /// How long it held the thread, without what was nested in it.
    pub(crate) ticks: u64,
}

impl Prepared {
    pub(crate) fn process(&self) -> ProcessRef {
        self.server.process().clone()
    }

    /// Runs code on this stack as if it were the process's own; whom it wakes is the process.
    ///
    /// If nobody has seen the process meanwhile, nobody can tell that it was this one.
    pub(crate) fn attempt<R>(
        &mut self,
        code: impl FnOnce(&mut task::Context<'_>) -> R,
    ) -> Attempt<R> {
        let header = self.server.header_ptr();
        let span = span_of(self.server.header());
        let _entered = span.as_ref().map(tracing::Span::enter);
        // SAFETY: this handle holds the memory until after the last use.
        let waker = unsafe { cell::borrow_waker(header) };
        let mut cx = task::Context::from_waker(&waker);
        // Who runs it here waits for it.
        let now = clock::ticks();
        let mut frame = Frame::new(header, true);
        let watch = Stopwatch::start(now);
        let result = frame.enter(|| panics::guard(|| code(&mut cx)));
        Attempt {
            result,
            seen: frame.was_seen(),
            ticks: watch.stop(clock::ticks()),
        }
    }

    /// Lets it run.
    pub(crate) fn go(mut self) {
        self.gone = true;
        plain::go(&self.server);
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        let header = self.server.header_ptr();
        let mut stopping = Stopping {
            reason: ExitReason::Kill,
            by: None,
            ended: None,
        };
        let mode = Mode::Stopper(NonNull::from(&mut stopping).cast());
        // SAFETY: this owns the process since it was made, and gives it up here; the stop outlives the call.
        unsafe { (self.server.header().vtable.run)(header, mode) };
    }
}

pin_project! {
    /// The whole life of a process that takes no messages. Not an `async fn`, which would hold its
    /// argument twice.
    struct Alone<F> {
        #[pin]
        future: F,
        cx: &'static mut Context<Plain>,
    }
}

impl<F: Future<Output: IntoExit>> Future for Alone<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let this = self.project();
        let reason = ready!(this.future.poll(cx)).into_exit();
        if reason != ExitReason::Normal {
            this.cx.stop(reason);
        }
        Poll::Ready(())
    }
}
