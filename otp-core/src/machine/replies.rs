//! Answers that have not been given: those that a process keeps, and those of a bare machine.

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

/// Why a bare machine has not answered a call.
///
/// ```
/// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
/// # use lamp::{Event, Lamp};
/// use otp_core::{Bare, BareError, ExitReason};
///
/// let mut lamp = Bare::new(Lamp::Off, Vec::new());
/// lamp.send(Event::Do(|turn| turn.stop(ExitReason::Shutdown)));
/// assert!(matches!(lamp.ask(Event::Press), Err(BareError::Over)));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BareError<R> {
    /// The machine has ended: [`Bare::ended`](crate::Bare::ended) has the reason.
    #[error("the machine has ended")]
    Over,
    /// As for a machine in a process: refused, or dropped without an answer.
    #[error(transparent)]
    Call(CallError),
    /// The call was postponed, or is answered later.
    #[error("the machine answers later")]
    Waits(Pending<R>),
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
    ///
    /// # Errors
    /// What the call ended with: refused, or dropped without an answer.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::{Bare, BareError, CallError};
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// // Postponed until the lamp is in another state; then its press puts it out.
    /// let asked = lamp.call((), |_, _, (), _| Err(()), |(), reply| {
    ///     POSTPONED.set(Some(reply));
    ///     Event::Do(|turn| turn.postpone(Event::Press(POSTPONED.take().unwrap())))
    /// });
    /// # std::thread_local! { static POSTPONED: std::cell::Cell<Option<otp_core::ReplyTo<usize>>> = const { std::cell::Cell::new(None) }; }
    /// let Err(BareError::Waits(pending)) = asked else { panic!("answered") };
    /// assert!(pending.take().is_none());
    /// lamp.send(Event::Do(|turn| turn.go(Lamp::On)));
    /// assert_eq!(pending.take(), Some(Ok(3)));
    /// assert_eq!(lamp.state(), &Lamp::Off);
    /// ```
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
