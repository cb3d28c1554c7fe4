//! What the futures of a server carry, as the macros write it.
//!
//! A message is `Send` whatever is in it, because each part is checked where it is put in. So a part
//! that cannot be sent is one error, at the user's token for that part, and not another at everything
//! that holds the message.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::behaviour::Server;
use crate::ReplyTo;

/// A value that has been shown to be `Send`.
#[repr(transparent)]
pub struct Carried<T>(T);

// SAFETY: the functions below are all that make one, and each has its value from a `Send` type.
unsafe impl<T> Send for Carried<T> {}

impl<T> Carried<T> {
    /// The value.
    #[inline]
    pub fn take(self) -> T {
        self.0
    }

    /// The value, for a clone.
    #[inline]
    pub fn get(&self) -> &T {
        &self.0
    }
}

impl<F: Future> Future for Carried<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: the future is pinned where this is, and nothing moves it out of a pinned one.
        unsafe { self.map_unchecked_mut(|carried| &mut carried.0) }.poll(cx)
    }
}

/// The future of an async handler.
#[inline]
pub fn carry_future<F: Future + Send>(future: F) -> Carried<F> {
    Carried(future)
}

/// An argument of a handler.
#[inline]
pub fn carry_argument<T: Send>(argument: T) -> Carried<T> {
    Carried(argument)
}

/// Where the answer of a call goes.
#[inline]
pub fn carry_answer<R: Send>(reply: ReplyTo<R>) -> Carried<ReplyTo<R>> {
    Carried(reply)
}

/// The arguments of `init`, which are `Send` by the trait.
#[inline]
pub fn carry_args<S: Server>(args: S::Args) -> Carried<S::Args> {
    Carried(args)
}

/// A step, which is `Send` by the trait.
#[inline]
pub fn carry_step<S: Server>(step: S::Continue) -> Carried<S::Continue> {
    Carried(step)
}

/// The state, which is `Send` by the trait.
#[inline]
pub fn carry_state<S: Server>(state: &mut S) -> Carried<&mut S> {
    Carried(state)
}
