//! What the process of a task runs: the user's future, whose value goes to who waits.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use tokio::task::AbortHandle;

use super::outcome::Outcome;
use crate::process::{current, links, panics};
use crate::{ExitReason, Pid};

pin_project! {
    /// Runs a future for its value.
    pub(crate) struct Body<F: Future> {
        #[pin]
        future: F,
        outcome: Arc<Outcome<F::Output>>,
        owner: Option<Pid>,
    }
}

impl<F: Future> Body<F> {
    /// `owner`: the process that it is linked with.
    pub(crate) fn new(future: F, outcome: Arc<Outcome<F::Output>>, owner: Option<Pid>) -> Self {
        Self {
            future,
            outcome,
            owner,
        }
    }
}

impl<F: Future> Future for Body<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        let value = ready!(this.future.poll(cx));
        release(*this.owner);
        this.outcome.put(value);
        Poll::Ready(())
    }
}

/// A task that has its value means nothing to its owner's links any more: no exit of it comes.
pub(crate) fn release(owner: Option<Pid>) {
    if let Some(owner) = owner
        && let Some(this) = current::process()
    {
        links::unlink(&this, owner);
    }
}

/// Runs `work` on a thread that may block. The thread cannot be stopped: if the task is ended before,
/// the value is dropped.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    outcome: Arc<Outcome<T>>,
) -> ExitReason {
    let thread = tokio::task::spawn_blocking(move || panics::guard(work));
    let _not_begun = AbortOnDrop(thread.abort_handle());
    match thread.await {
        Ok(Ok(value)) => {
            outcome.put(value);
            ExitReason::Normal
        }
        Ok(Err(panic)) => panic,
        Err(_) => ExitReason::RuntimeGone,
    }
}

/// Work that waits for a thread does not begin when nobody waits for it.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
