//! Casts: a message without an answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use super::wait::active_circle;
use super::{blocking, budget};
use crate::CastError;
use crate::process::cell::{Item, ProcessRef};
use crate::process::mailbox::{Place, Push};
use crate::process::state::News;
use crate::process::{
    Context, Offer, Overflow, Server, ServerRef, current, donate, links, note_dropped, offer, tell,
};

/// How one handler is cast to: made once for a handler, by the macro or by hand.
pub struct CastSpec<S: Server, A> {
    /// The handler's name, for traces.
    pub name: &'static str,
    /// For a handler that does not await: what a sender that finds the server idle runs in place. It
    /// has to do the same as the server does with the message.
    pub run: Option<fn(&mut S, &mut Context<S>, A)>,
    /// As `run`, for a handler that does not always take it in place: it gives the arguments back then, and
    /// the message is sent.
    #[allow(
        clippy::type_complexity,
        reason = "it is a handler's signature, and best read as such"
    )]
    pub attempt: Option<fn(&mut S, &mut Context<S>, A) -> Result<(), A>>,
    /// The message that reaches the handler.
    pub message: fn(A) -> S::Message,
}

impl<S: Server, A> CastSpec<S, A> {
    /// A handler that is always reached by a message.
    pub const fn queued(name: &'static str, message: fn(A) -> S::Message) -> Self {
        Self {
            name,
            run: None,
            attempt: None,
            message,
        }
    }

    /// A handler that does not await: a sender that finds the server idle may `run` it in place. It
    /// has to do the same as the server does with the `message`.
    pub const fn direct(
        name: &'static str,
        run: fn(&mut S, &mut Context<S>, A),
        message: fn(A) -> S::Message,
    ) -> Self {
        Self {
            name,
            run: Some(run),
            attempt: None,
            message,
        }
    }

    /// A handler that does not await, and does not always take it in place. A sender that finds the server
    /// idle makes an `attempt`, which has to do the same as the server does with the `message`, or nothing:
    /// it gives the arguments back then, and the message is sent.
    pub const fn attempted(
        name: &'static str,
        attempt: fn(&mut S, &mut Context<S>, A) -> Result<(), A>,
        message: fn(A) -> S::Message,
    ) -> Self {
        Self {
            name,
            run: None,
            attempt: Some(attempt),
            message,
        }
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
    room: Option<Box<Room<S>>>,
}

/// A cast that waits for room.
struct Room<S: Server> {
    message: Option<S::Message>,
    place: Place,
    edge: Option<(ProcessRef, u64)>,
}

// Nothing in a cast is pinned in place.
impl<S: Server, A: 'static> Unpin for Cast<'_, S, A> {}

impl<'a, S: Server, A: 'static> Cast<'a, S, A> {
    pub(super) fn new(server: &'a ServerRef<S>, spec: &'static CastSpec<S, A>, args: A) -> Self {
        Self {
            server,
            spec,
            args: Some(args),
            room: None,
        }
    }

    /// Sends now, without waiting for room.
    ///
    /// # Errors
    /// [`CastError::Full`].
    pub fn try_send(mut self) -> Result<(), CastError> {
        match self.args.take() {
            Some(args) => match self.offer((self.spec.message)(args)) {
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

    #[inline]
    fn begin(&mut self, args: A, cx: &mut TaskContext<'_>) -> Result<(), Option<S::Message>> {
        let header = &self.server.body().header;
        if !(donate::is_quick(header) && donate::may(header)) {
            return self.queue((self.spec.message)(args), cx);
        }
        if let Some(run) = self.spec.run {
            return match donate::run_direct(self.server, self.spec.name, args, run, false) {
                // The server's crash is none of the sender's.
                Ok(direct) => {
                    budget::charge(cx, direct.ticks);
                    Ok(())
                }
                Err(args) => self.queue_refused((self.spec.message)(args), cx),
            };
        }
        let mut args = args;
        if let Some(attempt) = self.spec.attempt {
            match donate::run_direct(self.server, self.spec.name, args, attempt, false) {
                Ok(direct) => {
                    // The server's crash is none of the sender's.
                    let Ok(Err(back)) = direct.result else {
                        budget::charge(cx, direct.ticks);
                        return Ok(());
                    };
                    args = back;
                }
                Err(args) => return self.queue_refused((self.spec.message)(args), cx),
            }
        }
        let message = (self.spec.message)(args);
        match budget::spare(cx, || donate::donate(self.server, message, false)) {
            Ok(()) => {
                budget::charge(cx, 0);
                Ok(())
            }
            Err(message) => self.queue_refused(message, cx),
        }
    }

    /// Queues what could not be donated.
    fn queue_refused(
        &self,
        message: S::Message,
        cx: &mut TaskContext<'_>,
    ) -> Result<(), Option<S::Message>> {
        if donate::is_refused(&self.server.body().header) {
            return self.queue(message, cx);
        }
        budget::charge_queued(cx);
        self.offer(message)
    }

    fn queue(
        &self,
        message: S::Message,
        cx: &mut TaskContext<'_>,
    ) -> Result<(), Option<S::Message>> {
        budget::charge(cx, 0);
        self.offer(message)
    }

    /// Queues the message; it comes back if it has to wait.
    fn offer(&self, message: S::Message) -> Result<(), Option<S::Message>> {
        let body = self.server.body();
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
}

impl<S: Server, A: 'static> Future for Cast<'_, S, A> {
    type Output = Result<(), CastError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(args) = this.args.take() {
            if budget::poll_share(cx).is_pending() {
                this.args = Some(args);
                return Poll::Pending;
            }
            match this.begin(args, cx) {
                Ok(()) => return Poll::Ready(Ok(())),
                Err(None) => return Poll::Ready(Err(CastError::Full)),
                Err(Some(message)) => {
                    if let Some(circle) = active_circle(this.server) {
                        return Poll::Ready(Err(CastError::Deadlock(circle)));
                    }
                    this.room = Some(Box::new(Room {
                        message: Some(message),
                        place: 0,
                        edge: None,
                    }));
                }
            }
        }
        match &mut this.room {
            None => Poll::Ready(Ok(())),
            Some(room) => room.poll(this.server, cx),
        }
    }
}

impl<S: Server> Room<S> {
    fn poll(
        &mut self,
        server: &ServerRef<S>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<(), CastError>> {
        let body = server.body();
        let capacity = S::OPTIONS.mailbox.unwrap_or(usize::MAX);
        let room = body
            .mailbox
            .poll_room(&mut self.place, capacity, cx.waker());
        if room.is_pending() {
            if self.edge.is_none()
                && let Some(this) = current::process()
            {
                match links::begin_wait(&this, &server.process()) {
                    Ok(number) => self.edge = Some((this, number)),
                    Err(circle) => return Poll::Ready(Err(CastError::Deadlock(circle))),
                }
            }
            return Poll::Pending;
        }
        let place = std::mem::take(&mut self.place);
        if let Some(message) = self.message.take()
            && let Push::Pushed { notify: true } =
                body.mailbox.push_granted(place, Item::Message(message))
        {
            tell(&body.header, News::Mail);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: Server, A: 'static> Drop for Cast<'_, S, A> {
    fn drop(&mut self) {
        let Some(room) = &mut self.room else { return };
        if let Some((process, number)) = room.edge.take() {
            links::end_wait(&process, number);
        }
        if room.place != 0 {
            let capacity = S::OPTIONS.mailbox.unwrap_or(usize::MAX);
            self.server.body().mailbox.leave(room.place, capacity);
        }
    }
}

impl<S: Server, A: 'static> fmt::Debug for Cast<'_, S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cast")
            .field("server", self.server)
            .field("handler", &self.spec.name)
            .finish_non_exhaustive()
    }
}

impl<S: Server, A> fmt::Debug for CastSpec<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CastSpec").field(&self.name).finish()
    }
}
