//! The right and duty to answer one call.

use std::fmt;
use std::sync::Arc;

use crate::CallError;
use crate::process::reply::Slot;
use crate::process::{Context, Server, ending, unwinding};

/// The right to answer one call, once.
///
/// A `#[call]` handler whose first argument is one decides itself when to answer: it may keep it in
/// the server's state, or send it to another task. Dropped without an answer, the caller gets
/// [`CallError::NoReply`] at once, or [`CallError::Down`] if it is dropped because its server ends.
///
/// ```
/// # use otp_core::ReplyTo;
/// fn later(reply: ReplyTo<u64>) {
///     std::thread::spawn(move || reply.send(42));
/// }
/// ```
#[must_use = "the caller waits for an answer: `send` it one"]
pub struct ReplyTo<R>(Option<Arc<Slot<Result<R, CallError>>>>);

impl<R> ReplyTo<R> {
    pub(crate) fn new(slot: Arc<Slot<Result<R, CallError>>>) -> Self {
        Self(Some(slot))
    }

    /// Answers. If the caller no longer waits, the answer is dropped: it never reaches another call.
    pub fn send(mut self, answer: R) {
        if let Some(slot) = self.0.take() {
            let _ = slot.answer(Ok(answer));
        }
    }

    /// Says that the machine takes no such call in its state: [`CallError::Refused`].
    pub fn refuse(mut self, state: &'static str, event: &'static str) {
        if let Some(slot) = self.0.take() {
            let _ = slot.answer(Err(CallError::Refused { state, event }));
        }
    }

    /// Whether the caller still waits. It may stop at any moment.
    pub fn is_awaited(&self) -> bool {
        self.0.as_ref().is_some_and(|slot| slot.is_open())
    }

    pub(crate) fn slot(&self) -> Option<&Arc<Slot<Result<R, CallError>>>> {
        self.0.as_ref()
    }
}

impl<R> Drop for ReplyTo<R> {
    fn drop(&mut self) {
        if let Some(slot) = self.0.take() {
            let error = ending()
                .or_else(|| unwinding().map(CallError::Down))
                .unwrap_or(CallError::NoReply);
            let _ = slot.answer(Err(error));
        }
    }
}

impl<R> fmt::Debug for ReplyTo<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyTo")
            .field("awaited", &self.is_awaited())
            .finish()
    }
}

impl<S: Server> Context<S> {
    /// Gives a call out of the engine's hands: if the server ends before it is answered, the caller
    /// learns it. For code that is written by macros; everything else has its `ReplyTo` so already.
    #[doc(hidden)]
    pub fn hold<R: Send + 'static>(&mut self, reply: ReplyTo<R>) -> ReplyTo<R> {
        if let Some(slot) = reply.slot() {
            let slot = Arc::clone(slot);
            self.desk().rare().held.add(&slot);
        }
        reply
    }
}
