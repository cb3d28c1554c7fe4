//! Whom a key stands for.

use crate::Pid;
use crate::process::cell::ProcessRef;
use crate::process::{Server, ServerRef};

/// An incarnation, and what it put beside its key.
pub(super) struct Entry<V> {
    pub(super) pid: Pid,
    pub(super) process: ProcessRef,
    pub(super) value: V,
}

impl<V> Entry<V> {
    /// The server, if it is that incarnation still.
    pub(super) fn server<S: Server>(&self) -> Option<S::Ref> {
        if self.process.pid() != self.pid || self.process.state.is_down() {
            return None;
        }
        ServerRef::upgrade(self.process.downcast::<S>()?).map(S::Ref::from)
    }
}

impl<V: Clone> Clone for Entry<V> {
    fn clone(&self) -> Self {
        Self {
            pid: self.pid,
            process: self.process.clone(),
            value: self.value.clone(),
        }
    }
}
