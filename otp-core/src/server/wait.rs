//! Waiting for one answer: room in the mailbox first, if need be, then the reply slot.
//!
//! Shared by calls and requests. Notes whom the waiting process waits for, so that circles are found.

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::process::cell::{Item, ProcessRef};
use crate::process::mailbox::{Place, Push};
use crate::process::reply::Slot;
use crate::process::state::News;
use crate::process::{Offer, Overflow, Server, ServerRef, current, links, offer, tell};
use crate::{CallError, ProcessLabel};

/// A call that is on its way.
pub(super) struct Wait<S: Server, R> {
    slot: Arc<Slot<Result<R, CallError>>>,
    /// The message, while it waits for room.
    message: Option<S::Message>,
    place: Place,
    /// The process that waits, and the number of its wait.
    edge: Option<(ProcessRef, u64)>,
    /// One of several answers that would do: no circle closes over it.
    one_of_many: bool,
}

impl<S: Server, R> Wait<S, R> {
    /// For a message that is being handled already.
    pub(super) fn begun(slot: Arc<Slot<Result<R, CallError>>>) -> Self {
        Self {
            slot,
            message: None,
            place: 0,
            edge: None,
            one_of_many: false,
        }
    }

    /// Queues `message`, whose answer comes to `slot`.
    pub(super) fn queue(
        server: &ServerRef<S>,
        message: S::Message,
        slot: Arc<Slot<Result<R, CallError>>>,
    ) -> Result<Self, CallError> {
        if let Some(circle) = active_circle(server) {
            return Err(CallError::Deadlock(circle));
        }
        if let Some(error) = would_hold_up_a_restart(server) {
            return Err(error);
        }
        let mut wait = Self::begun(slot);
        match offer(server.body(), message) {
            Offer::In => {}
            Offer::Gone(_) => return Err(down(server)),
            Offer::Full(message) if S::OPTIONS.overflow == Overflow::Wait => {
                wait.message = Some(message);
            }
            Offer::Full(_) => return Err(CallError::Full),
        }
        Ok(wait)
    }

    /// The answer, if it is there.
    pub(super) fn try_take(&self) -> Option<Result<R, CallError>> {
        self.slot.try_take()
    }

    /// Whether the message has not been taken yet.
    pub(super) fn waits_for_room(&self) -> bool {
        self.message.is_some()
    }

    /// The answer, or `cx` is woken when there is something to do.
    pub(super) fn poll(
        &mut self,
        server: &ServerRef<S>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<R, CallError>> {
        let body = server.body();
        if self.message.is_some() {
            let capacity = S::OPTIONS.mailbox.unwrap_or(usize::MAX);
            if body
                .mailbox
                .poll_room(&mut self.place, capacity, cx.waker())
                .is_pending()
            {
                return self.note(server);
            }
            let message = self.message.take().map(Item::Message);
            let place = std::mem::take(&mut self.place);
            match message.map(|message| body.mailbox.push_granted(place, message)) {
                Some(Push::Pushed { notify: true }) => tell(&body.header, News::Mail),
                Some(Push::Closed(_)) => return Poll::Ready(Err(down(server))),
                _ => {}
            }
        }
        match self.slot.poll_take(cx.waker()) {
            Poll::Ready(answer) => {
                self.forget_edge();
                Poll::Ready(answer)
            }
            Poll::Pending => self.note(server),
        }
    }

    /// Notes that this process waits; an error if it would wait for itself.
    fn note(&mut self, server: &ServerRef<S>) -> Poll<Result<R, CallError>> {
        if self.edge.is_some() || self.one_of_many {
            return Poll::Pending;
        }
        let Some(this) = current::process() else {
            return Poll::Pending;
        };
        match links::begin_wait(&this, &server.process()) {
            Ok(number) => {
                self.edge = Some((this, number));
                Poll::Pending
            }
            Err(circle) => {
                self.slot.close();
                let process = server.process();
                if !process.state.is_down() {
                    return Poll::Ready(Err(CallError::Deadlock(circle)));
                }
                // Its next incarnation waits for this process since a moment ago, and is not to handle
                // the message of a caller who was told that the server is down.
                process.refuse();
                Poll::Ready(Err(down(server)))
            }
        }
    }

    /// The process waits for more than this answer.
    pub(super) fn set_one_of_many(&mut self) {
        self.one_of_many = true;
        self.forget_edge();
    }

    /// The process does not wait for the answer, at present.
    pub(super) fn forget_edge(&mut self) {
        if let Some((process, number)) = self.edge.take() {
            links::end_wait(&process, number);
        }
    }

    /// Gives up: a message that waits for room is not sent, an answer is dropped.
    pub(super) fn abandon(&mut self, server: &ServerRef<S>) {
        self.forget_edge();
        if self.place != 0 {
            let capacity = S::OPTIONS.mailbox.unwrap_or(usize::MAX);
            server.body().mailbox.leave(self.place, capacity);
        }
        drop(self.slot.close());
    }
}

/// The error of a call to a server that is down, and whose next incarnation waits for this process: to
/// be stopped with it, most likely. Nothing must be sent then.
fn would_hold_up_a_restart<S: Server>(server: &ServerRef<S>) -> Option<CallError> {
    if !server.body().header.state.is_down() {
        return None;
    }
    let this = current::process()?;
    match links::begin_wait(&this, &server.process()) {
        Ok(number) => {
            links::end_wait(&this, number);
            None
        }
        Err(_) => Some(down(server)),
    }
}

/// The circle that waiting for `server` would close on this thread's own stack.
pub(super) fn active_circle<S: Server>(server: &ServerRef<S>) -> Option<Vec<ProcessLabel>> {
    let chain = current::chain_from(server.header_ptr())?;
    Some(chain.iter().map(|process| links::label(process)).collect())
}

/// The error of a call to a server that has ended.
pub(super) fn down<S: Server>(server: &ServerRef<S>) -> CallError {
    CallError::Down(links::exit_of(&server.body().header).unwrap_or(crate::ExitReason::NoProc))
}
