//! Calls that a server will answer later: they must not outwait it.

use std::sync::{Arc, Weak};

use super::reply::Slot;
use crate::{CallError, ExitReason};

/// A call that can be ended without an answer.
pub(crate) trait Unanswered: Send + Sync {
    fn end(&self, reason: &ExitReason);
}

impl<R: Send> Unanswered for Slot<Result<R, CallError>> {
    fn end(&self, reason: &ExitReason) {
        let _ = self.answer(Err(CallError::Down(reason.clone())));
    }
}

/// The calls whose `ReplyTo` a server gave out of the engine's hands.
#[derive(Default)]
pub(crate) struct Held {
    calls: Vec<Weak<dyn Unanswered>>,
    /// Length at which those that were answered, or are there twice, are swept out.
    sweep_at: usize,
}

fn address(call: &Weak<dyn Unanswered>) -> *const () {
    call.as_ptr().cast()
}

impl Held {
    pub(crate) fn add<R: Send + 'static>(&mut self, slot: &Arc<Slot<Result<R, CallError>>>) {
        if self.calls.len() >= self.sweep_at.max(16) {
            self.calls.retain(|call| call.strong_count() > 0);
            // A postponed call is held again each time that it comes.
            self.calls.sort_unstable_by_key(address);
            self.calls.dedup_by_key(|call| address(call));
            self.sweep_at = self.calls.len() * 2;
        }
        let slot: Arc<dyn Unanswered> = Arc::clone(slot) as _;
        self.calls.push(Arc::downgrade(&slot));
    }

    /// The server has ended.
    pub(crate) fn end(&mut self, reason: &ExitReason) {
        for call in self.calls.drain(..) {
            if let Some(call) = call.upgrade() {
                call.end(reason);
            }
        }
    }
}

#[cfg(all(test, not(otp_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_is_held_again_and_again_is_kept_once() {
        let mut held = Held::default();
        let (often, once) = (Slot::new(), Slot::new());
        held.add::<u32>(&once);
        for _ in 0..10_000 {
            held.add::<u32>(&often);
        }
        assert!(held.calls.len() <= 16, "{} are held", held.calls.len());
        held.end(&ExitReason::Normal);
        for slot in [often, once] {
            assert_eq!(
                slot.try_take(),
                Some(Err(CallError::Down(ExitReason::Normal)))
            );
        }
    }
}
