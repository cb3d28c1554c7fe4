//! What an incarnation is known by elsewhere, under a key of some registry, say: told when it ends,
//! before anybody else is.
//!
//! The engine does not know what it is told to; it only keeps the order of things.

use std::sync::Arc;

use super::cell::Header;
use super::links::{extras, peek};
use super::panics;
use crate::Pid;

/// Somebody who knows an incarnation until its end.
pub(crate) trait Registration: Send + Sync {
    /// The incarnation `pid` has ended. Nobody was told yet: no link, no monitor, no caller.
    fn ended(&self, pid: Pid);
}

/// Has `registration` told of the end of `pid`, the incarnation of `header` that runs. `false`: it has
/// ended.
pub(crate) fn enroll(header: &Header, pid: Pid, registration: Arc<dyn Registration>) -> bool {
    let mut extras = extras(header);
    if extras.retired || header.pid() != pid {
        return false;
    }
    extras.registrations.push(registration);
    true
}

/// Has it not told any more.
pub(crate) fn withdraw(header: &Header, pid: Pid, registration: &Arc<dyn Registration>) {
    let gone = peek(header, |extras| {
        let mut all = extras.registrations.iter();
        let at = all.position(|one| Arc::ptr_eq(one, registration))?;
        (header.pid() == pid).then(|| extras.registrations.swap_remove(at))
    });
    // Not under the lock: it may be the last count.
    drop(gone);
}

/// The incarnation has ended: tells all.
pub(super) fn retire(header: &Header, pid: Pid) {
    let told = {
        let mut extras = extras(header);
        extras.retired = true;
        std::mem::take(&mut extras.registrations)
    };
    for registration in told {
        // Keys are the user's, and so are their destructors.
        let _ = panics::guard(|| registration.ended(pid));
    }
}
