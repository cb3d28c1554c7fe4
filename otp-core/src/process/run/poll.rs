//! One piece of work of a process: begun, polled in place, and the time that it takes.

use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{self, Poll, ready};

use super::{Progress, Run};
use crate::ExitReason;
use crate::process::account::{self, QUICK, count, is_long};
use crate::process::behaviour::Server;
use crate::process::cell::{self, Cell, Stage};
use crate::process::context::Context;
use crate::process::current::Stopwatch;
use crate::process::options::Donate;
use crate::process::reports::report_slow;
use crate::process::step::Work;
use crate::process::{clock, panics};

impl<S, I, F, N, M> Run<'_, S, I, F, N, M>
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    /// Begins a piece of work, which is done as far as it gets without waiting.
    pub(super) fn begin(&mut self, work: Work<S>) -> Progress {
        self.budget = self.budget.saturating_sub(1);
        self.poll(Some(work))
    }

    /// Goes on with the future in progress, if there is one.
    pub(super) fn go_on(&mut self) -> Progress {
        self.poll(None)
    }

    /// Polls the future in progress, or that of `work`.
    fn poll(&mut self, work: Option<Work<S>>) -> Progress {
        #[cfg(feature = "test-kit")]
        let work = match self.fail_on_demand(work) {
            Ok(work) => work,
            Err(failed) => return failed,
        };
        let cell = self.cell;
        // SAFETY: the run holds the cell's memory, by its caller.
        let waker: ManuallyDrop<task::Waker> = unsafe { cell::borrow_waker(self.header) };
        let mut cx = task::Context::from_waker(&waker);
        let watch = Stopwatch::start(self.clock);
        let polled = panics::guard(|| {
            // A handler that does not wait does all its work when its future is made, so that is as much
            // a part of it as the future is.
            if let Some(work) = work {
                // SAFETY: this run owns the process, and there is work only where no future is in
                // progress.
                unsafe { make_future(cell, work) }
            }
            // SAFETY: this run owns the stage. The futures are pinned: they are polled and dropped in
            // place, in a cell that never moves.
            match unsafe { &mut *cell.stage.get() } {
                Stage::Empty => Poll::Ready(None),
                // `fail_on_demand` has taken that.
                #[cfg(feature = "test-kit")]
                Stage::Held(_) => Poll::Ready(None),
                Stage::Init(future) => {
                    // SAFETY: as above.
                    let future = unsafe { Pin::new_unchecked(future) };
                    Poll::Ready(Some(ready!(future.poll(&mut cx))))
                }
                Stage::Step(future) => {
                    // SAFETY: as above.
                    let future = unsafe { Pin::new_unchecked(future) };
                    ready!(future.poll(&mut cx));
                    Poll::Ready(None)
                }
            }
        });
        let now = clock::ticks();
        self.account(watch.stop(now));
        self.clock = now;
        match polled {
            Ok(Poll::Pending) => {
                // SAFETY: this run owns the process.
                unsafe { *cell.body.handler.get() = self.handler };
                Progress::Pending
            }
            Ok(Poll::Ready(init)) => {
                self.empty_stage(None);
                match init {
                    None if cell.body.header.vtable.options.plain => {
                        let reason = self.desk().rare().exit.take();
                        self.finish(&reason.unwrap_or(ExitReason::Normal));
                        Progress::Ended
                    }
                    None => {
                        count(&cell.body.header);
                        Progress::Done
                    }
                    Some(init) => self.after_init(init),
                }
            }
            Err(reason) => self.after_panic(reason),
        }
    }

    /// Notes how long the handler held its thread.
    fn account(&mut self, ticks: u64) {
        let changed = account::account(&self.cell.body.header, ticks);
        if ticks >= QUICK {
            report_slow(&self.cell.body.header, self.handler, ticks);
        }
        if changed || self.cell.body.header.state.is_reserved() {
            self.reserve();
        }
    }

    /// Whether callers may donate, after all that is known.
    pub(super) fn reserve(&mut self) {
        let header = &self.cell.body.header;
        let reserved = is_long(header)
            || S::OPTIONS.donate == Donate::Never
            || header.vtable.options.plain
            || self.desk().is_reserved();
        if reserved != header.state.is_reserved() {
            header.state.set_reserved(reserved);
        }
    }
}

/// Makes the future of `work`, in its place.
///
/// # Safety
/// The caller owns the process, and none of its futures is in progress.
#[inline]
unsafe fn make_future<S, I, F, N, M>(cell: &Cell<S, I, F, N, M>, work: Work<S>)
where
    S: Server,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F,
{
    // SAFETY: by the caller, so that nothing borrows the server, the context or the stage. The first two
    // outlive the future: `finish` drops it before them, and nothing moves the cell.
    unsafe {
        if let Some(server) = &mut *cell.body.server.get() {
            let context = &mut *cell.body.context.get();
            *cell.stage.get() = Stage::Step((cell.make)(server, context, work));
        }
    }
}
