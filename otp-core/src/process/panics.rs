//! Panics in a process: caught, and remembered with their place in the source.
//!
//! The place is known only to the panic hook, so one hook is put in front of whatever hook the
//! program has; it remembers and calls on. Nothing else of the program's panics is touched.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Once};

use crate::ExitReason;

thread_local! {
    /// Whether this thread runs a process's code.
    static WATCHING: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<ExitReason>> = const { RefCell::new(None) };
}

/// Puts the hook in place, once.
pub(crate) fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let next = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if WATCHING.get() {
                let message = text_of(info.payload());
                let location = info
                    .location()
                    .map_or_else(|| Arc::from("unknown place"), |at| at.to_string().into());
                LAST.set(Some(ExitReason::Panic { message, location }));
            }
            next(info);
        }));
    });
}

/// Runs a process's code; a panic comes back as the reason for which the process ends.
#[inline]
pub(crate) fn guard<R>(run: impl FnOnce() -> R) -> Result<R, ExitReason> {
    let outer = WATCHING.replace(true);
    // What the closure may leave half-done is the process's own state, which is dropped after this.
    let result = catch_unwind(AssertUnwindSafe(run));
    WATCHING.set(outer);
    result.map_err(reason_of)
}

/// As [`guard`], made once and not for each closure: for what happens seldom.
pub(crate) fn guard_dyn(run: &mut dyn FnMut()) -> Result<(), ExitReason> {
    guard(run)
}

/// The reason of the panic that is unwinding this thread's process just now.
pub(crate) fn unwinding() -> Option<ExitReason> {
    if std::thread::panicking() {
        LAST.with_borrow(Clone::clone)
    } else {
        None
    }
}

#[cold]
fn reason_of(payload: Box<dyn Any + Send>) -> ExitReason {
    let reason = LAST.take().unwrap_or_else(|| ExitReason::Panic {
        message: text_of(&*payload),
        location: Arc::from("unknown place"),
    });
    // A payload may panic when it is dropped; what that panic carries is leaked.
    if let Err(second) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
        std::mem::forget(second);
    }
    reason
}

fn text_of(payload: &(dyn Any + Send)) -> Arc<str> {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        Arc::from(*text)
    } else if let Some(text) = payload.downcast_ref::<String>() {
        Arc::from(text.as_str())
    } else {
        Arc::from("a panic without a message")
    }
}
