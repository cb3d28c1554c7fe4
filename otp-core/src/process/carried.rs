//! What the futures of a server carry, as the macros write it.
//!
//! A message is `Send` whatever is in it, because each part is checked where it is put in. So a part
//! that cannot be sent is one error, at the user's token for that part, and not another at everything
//! that holds the message. Calls and casts are declared `Send` here too, where `unsafe` may stand.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::behaviour::Server;
use super::context::Context as ServerContext;
use crate::{Call, Cast, ReplyTo};

/// A value that has been shown to be `Send`.
#[repr(transparent)]
pub struct Carried<T>(T);

// SAFETY: what stands below is all that makes one, and each has its value from a `Send` type.
unsafe impl<T> Send for Carried<T> {}

// SAFETY: it is `Send` in each of its parts, which the compiler checks in `is_sent`, beside the type.
unsafe impl<S: Server, A: Send, R: Send> Send for Call<'_, S, A, R> {}

// SAFETY: as above.
unsafe impl<S: Server, A: Send> Send for Cast<'_, S, A> {}

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
pub trait SentFuture: Sized {
    /// The future, in that of the server.
    fn carry(self) -> Carried<Self>;
}

impl<F: Future + Send> SentFuture for F {
    #[inline]
    fn carry(self) -> Carried<F> {
        Carried(self)
    }
}

/// An argument of a handler; every `Send` type is one.
///
/// A trait of our own, and called through its path, so that the compiler says no more than this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to another thread, as a message is\nhelp: write `Arc` for `Rc`, and `dyn Fn() + Send` for `dyn Fn()`",
    label = "cannot be sent"
)]
pub trait SentArgument: Sized {
    /// The argument in a message.
    fn carry(self) -> Carried<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Send> SentArgument for T {
    #[inline]
    fn carry(self) -> Carried<T> {
        Carried(self)
    }
}

/// What a call answers; every `Send` type is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to another thread, as an answer is\nhelp: write `Arc` for `Rc`, and `dyn Fn() + Send` for `dyn Fn()`",
    label = "cannot be sent"
)]
pub trait SentAnswer: Sized {
    /// Where the answer goes, in a message.
    fn carry(reply: ReplyTo<Self>) -> Carried<ReplyTo<Self>>;
    /// The same, given to a handler that answers later.
    fn hold<S: Server>(cx: &mut ServerContext<S>, reply: ReplyTo<Self>) -> ReplyTo<Self>;
}

#[diagnostic::do_not_recommend]
impl<R: Send + 'static> SentAnswer for R {
    #[inline]
    fn hold<S: Server>(cx: &mut ServerContext<S>, reply: ReplyTo<R>) -> ReplyTo<R> {
        cx.hold(reply)
    }

    #[inline]
    fn carry(reply: ReplyTo<R>) -> Carried<ReplyTo<R>> {
        Carried(reply)
    }
}

/// An argument of a tree; every type is one that is `Clone` and `Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to another thread, where a tree may start its children\nhelp: write `Arc` for `Rc` in it",
    label = "cannot be sent"
)]
pub trait TreeArgument: Sized {
    /// The argument, kept for restarts.
    fn keep(self) -> Carried<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Send> TreeArgument for T {
    #[inline]
    fn keep(self) -> Carried<T> {
        Carried(self)
    }
}

/// What can be given to each start of a child; every `Clone` type is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Clone`, and each start of a child is given a clone of it\nhelp: write `#[derive(Clone)]` on `{Self}`",
    label = "cannot be cloned"
)]
pub trait ClonedArgument: Sized {
    /// One more of it.
    #[must_use]
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> ClonedArgument for T {
    #[inline]
    fn again(&self) -> T {
        self.clone()
    }
}

/// The future of an async handler: [`SentFuture`] as a function.
#[inline]
pub fn carry_future<F: Future + Send>(future: F) -> Carried<F> {
    Carried(future)
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
