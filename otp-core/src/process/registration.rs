//! What an incarnation is known by elsewhere, under a key of some registry, say: told when it ends,
//! before anybody else is.
//!
//! The engine does not know what it is told to; it only keeps the order of things.

use std::sync::Arc;
use std::sync::atomic::Ordering;

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
    header.known.store(true, Ordering::Relaxed);
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

/// Tells all of the end of `pid`.
pub(super) fn tell(all: Vec<Arc<dyn Registration>>, pid: Pid) {
    for registration in all {
        // Keys are the user's, and so are their destructors.
        let _ = panics::guard(|| registration.ended(pid));
    }
}
