//! Answers that have not been given yet: those that a process keeps, and those of a bare machine.

use std::fmt;
use std::sync::Arc;

use super::behaviour::StateMachine;
use super::server::MachineContext;
use crate::process::reply::Slot;
use crate::{CallError, ReplyTo};

/// A caller that is answered later: if the machine has a process, it is answered when that ends at the latest.
pub fn held<M: StateMachine, R: Send + 'static>(
    cx: Option<&mut MachineContext<M>>,
    reply: ReplyTo<R>,
) -> ReplyTo<R> {
    match cx {
        Some(cx) => cx.hold(reply),
        None => reply,
    }
}

/// An answer to come: the machine has postponed the call, or keeps its `ReplyTo`.
///
/// Dropped, the answer is dropped when it comes.
#[must_use = "the answer is taken by `take`"]
pub struct Pending<R>(Arc<Slot<Result<R, CallError>>>);

impl<R> Pending<R> {
    pub(super) fn new() -> (ReplyTo<R>, Self) {
        let slot = Slot::new();
        (ReplyTo::new(Arc::clone(&slot)), Self(slot))
    }

    /// The answer, if it has been given; once.
    pub fn take(&self) -> Option<Result<R, CallError>> {
        self.0.try_take()
    }
}

impl<R> Drop for Pending<R> {
    fn drop(&mut self) {
        drop(self.0.close());
    }
}

impl<R> fmt::Debug for Pending<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}
