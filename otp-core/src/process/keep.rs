//! Keeping a process: what its supervisor holds, so that an incarnation can follow another.
//!
//! Refs stay as they are between two incarnations: messages wait. A process that nobody keeps (any
//! more) ends for good at its end; one that is down already, at once.

use super::cell::{ProcessRef, ServerRef};
use super::{Server, links};

/// Holds a process for its incarnations.
#[derive(Debug)]
pub(crate) struct Keep(ProcessRef);

impl Keep {
    /// For a process that was made to be kept.
    pub(crate) fn new<S: Server>(server: &ServerRef<S>) -> Self {
        Self(server.process().clone())
    }

    /// No incarnation is to follow for now: what waits for one learns why the last has ended, at once
    /// or, if it is about to, when it has.
    pub(crate) fn refuse(&self) {
        if links::refuse(&self.0) {
            self.0.refuse();
        }
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        if links::let_go(&self.0) && self.0.state.unpark(true) {
            // SAFETY: the run state was taken just now, and this has a count of the memory.
            unsafe { (self.0.vtable.bury)(self.0.as_ptr()) }
        }
    }
}
