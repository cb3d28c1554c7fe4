//! The future of an `init` that does not wait.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use super::behaviour::Server;
use super::carried::{Carried, carry_args};
use super::context::Context;

/// What runs an `init` when the new process does, and not before: its caller is still the starter.
#[must_use = "a future does nothing unless it is awaited"]
pub struct InitNow<'a, S: Server> {
    start: Option<(Carried<S::Args>, &'a mut Context<S>)>,
    init: Init<S>,
}

type Init<S> = fn(<S as Server>::Args, &mut Context<S>) -> Made<S>;
type Made<S> = Result<Option<S>, <S as Server>::InitError>;

// Nothing in it is pinned in place.
impl<S: Server> Unpin for InitNow<'_, S> {}

impl<'a, S: Server> InitNow<'a, S> {
    /// To run `init` with these.
    #[inline]
    pub fn new(args: S::Args, cx: &'a mut Context<S>, init: Init<S>) -> Self {
        let start = Some((carry_args::<S>(args), cx));
        Self { start, init }
    }
}

impl<S: Server> Future for InitNow<'_, S> {
    type Output = Made<S>;

    fn poll(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Made<S>> {
        let this = self.get_mut();
        match this.start.take() {
            Some((args, cx)) => Poll::Ready((this.init)(args.take(), cx)),
            None => Poll::Pending,
        }
    }
}
