//! The answer to a call of a bare machine that has not been given yet.

use std::fmt;
use std::sync::Arc;

use crate::process::reply::Slot;
use crate::{CallError, ReplyTo};

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
