//! Whom a key stands for.

use crate::Pid;
use crate::process::cell::BodyRef;
use crate::process::{Server, ServerRef};

/// An incarnation, and what it put beside its key.
pub(super) struct Entry<S, V> {
    pub(super) pid: Pid,
    pub(super) process: BodyRef<S>,
    pub(super) value: V,
}

impl<S: Server, V> Entry<S, V> {
    /// The server, if it is that incarnation still.
    #[inline]
    pub(super) fn server(&self) -> Option<S::Ref> {
        let header = &self.process.header;
        if header.pid() != self.pid || header.state.is_down() {
            return None;
        }
        ServerRef::upgrade(&self.process).map(S::Ref::from)
    }
}

impl<S, V: Clone> Clone for Entry<S, V> {
    fn clone(&self) -> Self {
        Self {
            pid: self.pid,
            process: self.process.clone(),
            value: self.value.clone(),
        }
    }
}
