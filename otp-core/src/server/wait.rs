//! Waiting for one answer: room in the mailbox first, if need be, then the reply slot.
//!
//! Shared by calls and requests. Notes whom the waiting process waits for, so that circles are found.
//! Of this only what takes the message knows the server's type, and only what takes the answer knows the
//! answer's, so that the compiler makes each no more often than it must.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::entrance::{Entrance, enter};
use crate::process::cell::{BodyRef, Header, ProcessRef};
use crate::process::reply::Slot;
use crate::process::{Offer, Overflow, Server, ServerRef, current, links, offer};
use crate::{CallError, ProcessLabel};

/// A call that is on its way.
pub(super) struct Wait<R> {
    slot: Arc<Slot<Result<R, CallError>>>,
    way: Way,
}

impl<R> Wait<R> {
    /// For a message that is on its way, and whose answer comes to `slot`.
    pub(super) fn new(way: Way, slot: Arc<Slot<Result<R, CallError>>>) -> Self {
        Self { slot, way }
    }

    /// The answer, if it is there.
    pub(super) fn try_take(&self) -> Option<Result<R, CallError>> {
        self.slot.try_take()
    }

    /// Whether the message has not been taken yet.
    pub(super) fn waits_for_room(&self) -> bool {
        self.way.entrance.is_some()
    }

    /// The answer, or `cx` is woken when there is something to do.
    pub(super) fn poll(
        &mut self,
        server: &ProcessRef,
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
                self.abandon();
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
    pub(super) fn abandon(&mut self) {
        self.way.abandon();
        drop(self.slot.close());
    }
}

/// The message of a call: on its way, or waiting for room.
#[derive(Default)]
pub(super) struct Way {
    /// The message, while it waits for room.
    entrance: Option<Box<dyn Entrance>>,
    edge: Edge,
    /// One of several answers that would do: no circle closes over it.
    one_of_many: bool,
}

impl Way {
    /// Queues `message`.
    pub(super) fn queue<S: Server>(
        server: &ServerRef<S>,
        message: S::Message,
    ) -> Result<Self, CallError> {
        let process = server.process();
        may_call(process)?;
        let mut way = Self::default();
        match offer(server.body(), message) {
            Offer::In => {}
            Offer::Gone(_) => return Err(down(process)),
            Offer::Full(message) if S::OPTIONS.overflow == Overflow::Wait => {
                way.entrance = Some(enter(BodyRef::of(server), message));
            }
            Offer::Full(_) => return Err(CallError::Full),
        }
        Ok(way)
    }

    /// Whether the server has the message; it is sent if there is room by now.
    fn poll(&mut self, server: &ProcessRef, cx: &mut Context<'_>) -> Result<bool, CallError> {
        let Some(entrance) = &mut self.entrance else {
            return Ok(true);
        };
        let Poll::Ready(is_in) = entrance.poll(cx.waker()) else {
            return Ok(false);
        };
        self.entrance = None;
        if is_in { Ok(true) } else { Err(down(server)) }
    }

    /// Notes that this process waits; an error if it would wait for itself.
    fn note(&mut self, server: &ProcessRef) -> Result<(), CallError> {
        if self.edge.is_noted() || self.one_of_many {
            return Ok(());
        }
        match current::process() {
            Some(this) => self.edge.note_call(this, server),
            None => Ok(()),
        }
    }

    fn abandon(&mut self) {
        self.edge.forget();
        self.entrance = None;
    }
}

/// Whether this code may wait for an answer of `server`, as far as can be said before it asks.
fn may_call(server: &ProcessRef) -> Result<(), CallError> {
    if let Some(circle) = active_circle(server) {
        return Err(CallError::Deadlock(circle));
    }
    if server.state.is_down() && would_hold_up_a_restart(server) {
        return Err(down(server));
    }
    Ok(())
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
