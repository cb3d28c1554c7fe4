//! Runners: the tokio tasks that run processes which have something to do.
//!
//! A runner is put on the process's runtime when there is work and ends when there is none. A process
//! that comes to work while a runner runs another on the same thread waits in that thread's slot for
//! the runner to be free, as a task that is woken by another does in tokio: no task, no wake-up of
//! another thread. There is room for one; a second sends the first on its way as a task.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::cell::{Header, ProcessRef};
use super::run::{Mode, SHARE};
use super::{clock, current};

thread_local! {
    /// The runtime of the runner that runs on this thread.
    static ACTIVE: Cell<Option<tokio::runtime::Id>> = const { Cell::new(None) };
    /// The process that this runner takes next.
    static NEXT: Cell<Option<ProcessRef>> = const { Cell::new(None) };
    /// When this runner has had its share.
    static UNTIL: Cell<u64> = const { Cell::new(0) };
    /// Processes whose runtime is gone, while one of them is ended on this thread.
    static ABANDONED: Cell<Option<Vec<ProcessRef>>> = const { Cell::new(None) };
}

/// Puts a runner on its way to a process that was just moved to scheduled.
///
/// The caller must hold the process's memory.
pub(super) fn put(header: NonNull<Header>) {
    // SAFETY: by the caller.
    let process = unsafe { ProcessRef::share(header) };
    if ACTIVE.get() == Some(process.runtime_id) {
        put_back(process);
    } else {
        spawn(process);
    }
}

/// Runs `process` now, on top of the running one, if it waits in the thread's slot: for one that would
/// wait for it next. Not after the runner's share: then other tasks have their turn first.
pub(crate) fn run_next(process: &ProcessRef) {
    let Some(next) = NEXT.take() else { return };
    if next != *process || clock::ticks() > UNTIL.get() || !current::may_nest() {
        return NEXT.set(Some(next));
    }
    // SAFETY: the process is scheduled, and this is the runner that was scheduled for it.
    if unsafe { (next.vtable.run)(next.as_ptr(), Mode::Runner) } {
        put_back(next);
    }
}

fn put_back(process: ProcessRef) {
    if let Some(earlier) = NEXT.replace(Some(process)) {
        spawn(earlier);
    }
}

fn spawn(process: ProcessRef) {
    let runtime = process.runtime.clone();
    drop(runtime.spawn(Runner(Some(process))));
}

struct Runner(Option<ProcessRef>);

impl Future for Runner {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let until = clock::ticks() + SHARE;
        UNTIL.set(until);
        while let Some(process) = self.0.take() {
            let outer = ACTIVE.replace(Some(process.runtime_id));
            // SAFETY: the process is scheduled, and this is the runner that was scheduled for it.
            let again = unsafe { (process.vtable.run)(process.as_ptr(), Mode::Runner) };
            ACTIVE.set(outer);
            let next = NEXT.take();
            if again {
                self.0 = Some(process);
                if let Some(next) = next {
                    spawn(next);
                }
            } else {
                drop(process);
                self.0 = next;
            }
            if self.0.is_some() && (again || clock::ticks() > until) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        let Some(process) = self.0.take() else { return };
        // One that ends here may hold the last handle of another, and that one of the next: they end
        // after each other, not on top of each other's stack.
        if let Some(mut line) = ABANDONED.take() {
            line.push(process);
            ABANDONED.set(Some(line));
            return;
        }
        ABANDONED.set(Some(Vec::new()));
        let mut next = Some(process);
        while let Some(process) = next {
            // SAFETY: the process is still scheduled for this runner; the runtime dropped it.
            unsafe { (process.vtable.abandon)(process.as_ptr()) }
            let mut line = ABANDONED.take().unwrap_or_default();
            next = line.pop();
            if next.is_some() {
                ABANDONED.set(Some(line));
            }
        }
    }
}
