//! Waiting for one answer: room in the mailbox first, if need be, then the reply slot.
//!
//! Shared by calls and requests. Notes whom the waiting process waits for, so that circles are found.
//! In parts, so that the compiler makes each no more often than it must: what knows the answer's type,
//! what knows the server's, and what knows neither.

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::process::cell::{Header, Item, ProcessRef};
use crate::process::mailbox::{Place, Push};
use crate::process::reply::Slot;
use crate::process::state::News;
use crate::process::{Offer, Overflow, Server, ServerRef, current, links, offer, tell};
use crate::{CallError, ProcessLabel};

/// A call that is on its way.
pub(super) struct Wait<S: Server, R> {
    slot: Arc<Slot<Result<R, CallError>>>,
    way: Way<S>,
}

impl<S: Server, R> Wait<S, R> {
    /// For a message that is on its way, and whose answer comes to `slot`.
    pub(super) fn new(way: Way<S>, slot: Arc<Slot<Result<R, CallError>>>) -> Self {
        Self { slot, way }
    }

    /// The answer, if it is there.
    pub(super) fn try_take(&self) -> Option<Result<R, CallError>> {
        self.slot.try_take()
    }

    /// Whether the message has not been taken yet.
    pub(super) fn waits_for_room(&self) -> bool {
        self.way.message.is_some()
    }

    /// The answer, or `cx` is woken when there is something to do.
    pub(super) fn poll(
        &mut self,
        server: &ServerRef<S>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<R, CallError>> {
        let step = self.way.poll(server, cx);
        if let Ok(true) = step
            && let Poll::Ready(answer) = self.slot.poll_take(cx.waker())
        {
            self.way.edge.forget();
            return Poll::Ready(answer);
        }
        match step.and_then(|_| self.way.note(server)) {
            Ok(()) => Poll::Pending,
            Err(error) => {
                self.abandon(server);
                Poll::Ready(Err(error))
            }
        }
    }

    /// The process waits for more than this answer.
    pub(super) fn set_one_of_many(&mut self) {
        self.way.one_of_many = true;
        self.way.edge.forget();
    }

    /// The process does not wait for the answer, at present.
    pub(super) fn forget_edge(&mut self) {
        self.way.edge.forget();
    }

    /// Gives up: a message that waits for room is not sent, an answer is dropped.
    pub(super) fn abandon(&mut self, server: &ServerRef<S>) {
        self.way.abandon(server);
        drop(self.slot.close());
    }
}

/// The message of a call: on its way, or waiting for room.
pub(super) struct Way<S: Server> {
    /// The message, while it waits for room.
    message: Option<S::Message>,
    place: Place,
    edge: Edge,
    /// One of several answers that would do: no circle closes over it.
    one_of_many: bool,
}

impl<S: Server> Way<S> {
    /// For a message that is being handled already.
    pub(super) fn begun() -> Self {
        Self {
            message: None,
            place: 0,
            edge: Edge::default(),
            one_of_many: false,
        }
    }

    /// Queues `message`.
    pub(super) fn queue(server: &ServerRef<S>, message: S::Message) -> Result<Self, CallError> {
        let header = server.header();
        if let Some(circle) = active_circle(header) {
            return Err(CallError::Deadlock(circle));
        }
        if header.state.is_down() && would_hold_up_a_restart(&server.process()) {
            return Err(down(header));
        }
        let mut way = Self::begun();
        match offer(server.body(), message) {
            Offer::In => {}
            Offer::Gone(_) => return Err(down(header)),
            Offer::Full(message) if S::OPTIONS.overflow == Overflow::Wait => {
                way.message = Some(message);
            }
            Offer::Full(_) => return Err(CallError::Full),
        }
        Ok(way)
    }

    /// Whether the server has the message; it is sent if there is room by now.
    fn poll(&mut self, server: &ServerRef<S>, cx: &mut Context<'_>) -> Result<bool, CallError> {
        if self.message.is_none() {
            return Ok(true);
        }
        let body = server.body();
        let capacity = S::OPTIONS.mailbox.unwrap_or(usize::MAX);
        let room = body
            .mailbox
            .poll_room(&mut self.place, capacity, cx.waker());
        if room.is_pending() {
            return Ok(false);
        }
        let message = self.message.take().map(Item::Message);
        let place = std::mem::take(&mut self.place);
        match message.map(|message| body.mailbox.push_granted(place, message)) {
            Some(Push::Pushed { notify: true }) => tell(&body.header, News::Mail),
            Some(Push::Closed(_)) => return Err(down(&body.header)),
            _ => {}
        }
        Ok(true)
    }

    /// Notes that this process waits; an error if it would wait for itself.
    fn note(&mut self, server: &ServerRef<S>) -> Result<(), CallError> {
        if self.edge.is_noted() || self.one_of_many {
            return Ok(());
        }
        match current::process() {
            Some(this) => self.edge.note_call(this, &server.process()),
            None => Ok(()),
        }
    }

    fn abandon(&mut self, server: &ServerRef<S>) {
        self.edge.forget();
        leave(server, self.place);
    }
}

/// Gives up a place in the line for room, if it is one.
pub(super) fn leave<S: Server>(server: &ServerRef<S>, place: Place) {
    if place != 0 {
        let capacity = S::OPTIONS.mailbox.unwrap_or(usize::MAX);
        server.body().mailbox.leave(place, capacity);
    }
}

/// That one process waits for another, for all to see: the one that waits, and the number of its wait.
#[derive(Default)]
pub(super) struct Edge(Option<(ProcessRef, u64)>);

impl Edge {
    pub(super) fn is_noted(&self) -> bool {
        self.0.is_some()
    }

    /// Notes it, unless `this` would wait for itself: then its circle is the error.
    pub(super) fn note(
        &mut self,
        this: ProcessRef,
        other: &ProcessRef,
    ) -> Result<(), Vec<ProcessLabel>> {
        let number = links::begin_wait(&this, other)?;
        self.0 = Some((this, number));
        Ok(())
    }

    fn note_call(&mut self, this: ProcessRef, server: &ProcessRef) -> Result<(), CallError> {
        let Err(circle) = self.note(this, server) else {
            return Ok(());
        };
        if !server.state.is_down() {
            return Err(CallError::Deadlock(circle));
        }
        // Its next incarnation waits for this process since a moment ago, and is not to handle the
        // message of a caller who was told that the server is down.
        server.refuse();
        Err(down(server))
    }

    pub(super) fn forget(&mut self) {
        if let Some((process, number)) = self.0.take() {
            links::end_wait(&process, number);
        }
    }
}

/// Whether the next incarnation of a server that is down waits for this process: to be stopped with it,
/// most likely. Nothing must be sent then.
fn would_hold_up_a_restart(server: &ProcessRef) -> bool {
    let Some(this) = current::process() else {
        return false;
    };
    match links::begin_wait(&this, server) {
        Ok(number) => {
            links::end_wait(&this, number);
            false
        }
        Err(_) => true,
    }
}

/// The circle that waiting for `server` would close on this thread's own stack.
pub(super) fn active_circle(server: &Header) -> Option<Vec<ProcessLabel>> {
    let chain = current::chain_from(server.into())?;
    Some(chain.iter().map(|process| links::label(process)).collect())
}

/// The error of a call to a server that has ended.
pub(super) fn down(server: &Header) -> CallError {
    CallError::Down(links::exit_of(server).unwrap_or(crate::ExitReason::NoProc))
}
