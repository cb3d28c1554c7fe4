//! Casts: a message without an answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use super::entrance::{Entrance, enter};
use super::wait::{Edge, active_circle};
use super::{blocking, budget};
use crate::CastError;
use crate::process::cell::{BodyRef, ProcessRef};
use crate::process::donate::{self, Donated, Ran};
use crate::process::{Context, Offer, Overflow, Server, ServerRef, current, note_dropped, offer};

/// How one handler is cast to: made once for a handler, by the macro or by hand.
///
/// Each begins with the handler's name, for traces, and ends with what makes the message that reaches it.
#[allow(
    clippy::type_complexity,
    reason = "they are signatures of handlers, and best read as such"
)]
pub enum CastSpec<S: Server, A> {
    /// A handler that is always reached by a message.
    Queued(&'static str, fn(A) -> S::Message),
    /// A handler that does not await. A sender that finds the server idle may run it in place, by a function
    /// that has to do the same as the server does with the message.
    Direct(
        &'static str,
        fn(&mut S, &mut Context<S>, A),
        fn(A) -> S::Message,
    ),
    /// A handler that does not await, and does not always take it in place. A sender that finds the server
    /// idle makes an attempt, by a function that has to do the same as the server does with the message, or
    /// nothing: it gives the arguments back then, and the message is sent.
    Attempted(
        &'static str,
        fn(&mut S, &mut Context<S>, A) -> Result<(), A>,
        fn(A) -> S::Message,
    ),
}

impl<S: Server, A> CastSpec<S, A> {
    /// The handler's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        let (Self::Queued(name, ..) | Self::Direct(name, ..) | Self::Attempted(name, ..)) = self;
        name
    }

    /// The message that brings the arguments.
    fn message(&self, args: A) -> S::Message {
        let (Self::Queued(_, message)
        | Self::Direct(_, _, message)
        | Self::Attempted(_, _, message)) = self;
        message(args)
    }
}

/// A cast: a future that is done when the server has taken the message. Nothing is sent before it is
/// first polled.
///
/// It waits for room in a full mailbox, or follows the server's `overflow`. A cast to a server that
/// has ended is dropped and is no error, as in OTP.
///
/// Cancel safe: dropped before it was done, the message was not sent.
///
/// # Errors
/// [`CastError::Full`] where `overflow` says not to wait; [`CastError::Deadlock`] where waiting for
/// room would wait for the sender itself.
#[must_use = "a cast does nothing unless it is awaited or sent by `try_send`"]
pub struct Cast<'a, S: Server, A: 'static> {
    server: &'a ServerRef<S>,
    spec: &'static CastSpec<S, A>,
    args: Option<A>,
    room: Option<Box<Room>>,
}

/// A cast that waits for room.
struct Room {
    entrance: Box<dyn Entrance>,
    edge: Edge,
}

/// Why a cast is `Send`, which the engine declares so that it is not found out again for each handler.
#[allow(dead_code, reason = "it is there for the compiler to check")]
fn is_sent<S: Server, A: Send>(cast: Cast<'_, S, A>) -> impl Send {
    let Cast {
        server,
        spec,
        args,
        room,
    } = cast;
    (server, spec, args, room)
}

// Nothing in a cast is pinned in place.
impl<S: Server, A: 'static> Unpin for Cast<'_, S, A> {}

impl<S: Server> ServerRef<S> {
    /// Casts to a handler; see [`Cast`].
    #[inline]
    pub fn cast<A: 'static>(&self, spec: &'static CastSpec<S, A>, args: A) -> Cast<'_, S, A> {
        Cast {
            server: self,
            spec,
            args: Some(args),
            room: None,
        }
    }
}

impl<S: Server, A: 'static> Cast<'_, S, A> {
    /// Sends now, without waiting for room.
    ///
    /// # Errors
    /// [`CastError::Full`].
    pub fn try_send(mut self) -> Result<(), CastError> {
        match self.args.take() {
            Some(args) => match queue(self.server, self.spec.message(args)) {
                Ok(()) => Ok(()),
                Err(_) => Err(CastError::Full),
            },
            None => Ok(()),
        }
    }

    /// Waits for room with this thread instead of a task: for threads outside any tokio runtime, and
    /// for `spawn_blocking`.
    ///
    /// # Errors
    /// As the cast itself; [`CastError::InsideRuntime`] on a thread that polls tasks.
    pub fn blocking(self) -> Result<(), CastError> {
        if !blocking::may_block() {
            return Err(CastError::InsideRuntime);
        }
        blocking::block_on(self, Duration::MAX).unwrap_or(Ok(()))
    }

    /// Sends the message.
    #[inline(never)]
    fn send(
        &mut self,
        may_donate: bool,
        refused: bool,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<(), CastError>> {
        let Some(args) = self.args.take() else {
            return Poll::Ready(Ok(()));
        };
        let message = self.spec.message(args);
        match send(self.server, message, may_donate, refused, cx) {
            Ok(None) => Poll::Ready(Ok(())),
            Ok(Some(room)) => self.room.insert(room).poll(self.server.process(), cx),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

/// A handler that is run in place: its arguments stay where they are if there has to be a message after
/// all. (That of calls, with an answer `()`, would do, and make each cast 4 % slower.)
struct Direct<'a, S: Server, A> {
    spec: &'a CastSpec<S, A>,
    args: &'a mut Option<A>,
}

impl<S: Server, A> Donated<S> for Direct<'_, S, A> {
    fn run(&mut self, server: &mut S, cx: &mut Context<S>) {
        let Some(args) = self.args.take() else { return };
        match self.spec {
            CastSpec::Direct(_, run, _) => run(server, cx, args),
            CastSpec::Attempted(_, attempt, _) => *self.args = attempt(server, cx, args).err(),
            CastSpec::Queued(..) => *self.args = Some(args),
        }
    }
}

/// Sends the message of a cast: to be handled here and now if its sender may donate and was not
/// `refused` already, else by way of the queue. What is left is to wait for room.
fn send<S: Server>(
    server: &ServerRef<S>,
    mut message: S::Message,
    may_donate: bool,
    refused: bool,
    cx: &mut TaskContext<'_>,
) -> Result<Option<Box<Room>>, CastError> {
    if !refused {
        let spare = budget::spare(cx);
        let donated = donate::donate(server, message, false);
        drop(spare);
        match donated {
            Ok(()) => {
                budget::charge(cx, 0);
                return Ok(None);
            }
            Err(back) => message = back,
        }
    }
    if may_donate && !donate::is_refused(server.header()) {
        budget::charge_queued(cx);
    } else {
        budget::charge(cx, 0);
    }
    match queue(server, message) {
        Ok(()) => Ok(None),
        Err(Some(message)) => Room::new(server, message).map(Some),
        Err(None) => Err(CastError::Full),
    }
}

/// Queues the message; it comes back if it has to wait.
fn queue<S: Server>(server: &ServerRef<S>, message: S::Message) -> Result<(), Option<S::Message>> {
    let body = server.body();
    match offer(body, message) {
        // What is sent to nobody is dropped.
        Offer::In | Offer::Gone(_) => Ok(()),
        Offer::Full(message) => match S::OPTIONS.overflow {
            Overflow::Wait => Err(Some(message)),
            Overflow::Reject => Err(None),
            Overflow::DropNewest | Overflow::DropOldest => {
                note_dropped(&body.header);
                Ok(())
            }
        },
    }
}

impl<S: Server, A: 'static> Future for Cast<'_, S, A> {
    type Output = Result<(), CastError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let (server, spec) = (this.server, this.spec);
        if this.args.is_none() {
            return match &mut this.room {
                None => Poll::Ready(Ok(())),
                Some(room) => room.poll(server.process(), cx),
            };
        }
        ready!(budget::poll_share(cx));
        // It donates if it can, and queues the message if not.
        let header = server.header();
        let may_donate = donate::is_quick(header) && donate::may(header);
        let mut refused = !may_donate;
        if may_donate && let CastSpec::Direct(name, ..) | CastSpec::Attempted(name, ..) = spec {
            let mut work = Direct {
                spec,
                args: &mut this.args,
            };
            match donate::run_direct(server, name, false, &mut work) {
                Ran::Refused => refused = true,
                Ran::Done(ticks) => {
                    if this.args.is_none() {
                        budget::charge(cx, ticks);
                        return Poll::Ready(Ok(()));
                    }
                }
                // The server's crash is none of the sender's.
                Ran::Crashed(_) => return Poll::Ready(Ok(())),
            }
        }
        this.send(may_donate, refused, cx)
    }
}

impl Room {
    /// For a message that has to wait; an error if its sender would wait for itself.
    fn new<S: Server>(server: &ServerRef<S>, message: S::Message) -> Result<Box<Self>, CastError> {
        if let Some(circle) = active_circle(server.header()) {
            return Err(CastError::Deadlock(circle));
        }
        Ok(Box::new(Self {
            entrance: enter(BodyRef::of(server), message),
            edge: Edge::default(),
        }))
    }

    #[inline(never)]
    fn poll(
        &mut self,
        server: &ProcessRef,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<(), CastError>> {
        if self.entrance.poll(cx.waker()).is_ready() {
            return Poll::Ready(Ok(()));
        }
        if !self.edge.is_noted()
            && let Some(this) = current::process()
            && let Err(circle) = self.edge.note(this, server)
        {
            return Poll::Ready(Err(CastError::Deadlock(circle)));
        }
        Poll::Pending
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.edge.forget();
    }
}

impl<S: Server, A: 'static> fmt::Debug for Cast<'_, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cast")
            .field("server", self.server)
            .field("handler", &self.spec.name())
            .finish_non_exhaustive()
    }
}

impl<S: Server, A> fmt::Debug for CastSpec<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CastSpec").field(&self.name()).finish()
    }
}
