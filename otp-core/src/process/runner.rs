//! Runners: the tokio tasks that run processes which have something to do.
//!
//! A runner is put on the process's runtime when there is work and ends when there is none.

use std::future::Future;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::cell::{Header, ProcessRef};
use super::run::Mode;

/// Puts a runner on its way to a process that was just moved to scheduled.
///
/// The caller must hold the process's memory.
pub(super) fn put(header: NonNull<Header>) {
    // SAFETY: by the caller.
    let process = unsafe { ProcessRef::share(header) };
    let runtime = process.runtime.clone();
    drop(runtime.spawn(Runner(Some(process))));
}

struct Runner(Option<ProcessRef>);

impl Future for Runner {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(process) = self.0.take() else {
            return Poll::Ready(());
        };
        // SAFETY: the process is scheduled, and this is the runner that was scheduled for it.
        let again = unsafe { (process.vtable.run)(process.as_ptr(), Mode::Runner) };
        if !again {
            return Poll::Ready(());
        }
        self.0 = Some(process);
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        if let Some(process) = self.0.take() {
            // SAFETY: the process is still scheduled for this runner; the runtime dropped it.
            unsafe { (process.vtable.abandon)(process.as_ptr()) }
        }
    }
}
