//! One piece of work of a server, and its future, which is kept in place.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use pin_project_lite::pin_project;

use super::behaviour::Server;
use super::context::Context;
use crate::ExitReason;

/// What a server does next.
pub(crate) enum Work<S: Server> {
    Message(S::Message),
    Continue(S::Continue),
    Terminate(ExitReason),
}

pin_project! {
    /// The future of one piece of work, in place.
    #[project = StepProjection]
    enum Step<M, C, T> {
        Message { #[pin] future: M },
        Continue { #[pin] future: C },
        Terminate { #[pin] future: T },
    }
}

impl<M, C, T> Future for Step<M, C, T>
where
    M: Future<Output = ()>,
    C: Future<Output = ()>,
    T: Future<Output = ()>,
{
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        match self.project() {
            StepProjection::Message { future } => future.poll(cx),
            StepProjection::Continue { future } => future.poll(cx),
            StepProjection::Terminate { future } => future.poll(cx),
        }
    }
}

/// The future of one piece of work of a server.
pub(super) fn step<S: Server>(
    server: &'static mut S,
    cx: &'static mut Context<S>,
    work: Work<S>,
) -> impl Future<Output = ()> + Send + use<S> {
    match work {
        Work::Message(message) => Step::Message {
            future: server.handle(message, cx),
        },
        Work::Continue(next) => Step::Continue {
            future: server.handle_continue(next, cx),
        },
        Work::Terminate(reason) => Step::Terminate {
            future: async move { server.terminate(&reason, cx).await },
        },
    }
}
