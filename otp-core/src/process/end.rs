//! The end of an incarnation: what it was is dropped, what waits for it learns why, and who has to
//! know is told.
//!
//! A process that is kept (see `keep`) is parked then, and may have another incarnation; any other has
//! ended for good.

use std::collections::VecDeque;
use std::mem;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use super::behaviour::Server;
use super::cell::{Body, Header, Item, ProcessRef, drop_handle};
use super::control::Control;
use super::desk::{Desk, Outcome, Rare, TypedOf};
use super::links::Parking;
use super::mailbox::move_all;
use super::reports::report_end;
use super::{current, directory, line, links, names, registration};
use crate::{ExitReason, Pid};

/// Which end it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The process waits for its next incarnation, and may have a new owner already.
    Parked,
    /// There is no further incarnation.
    ForGood,
}

/// Ends the incarnation that the caller owns, and whose future it has dropped; `batch` is what it has
/// taken of the mailbox. `stopper`: the process that has it end on its own stack, and learns of it so.
pub(super) fn end<S: Server>(
    body: &Body<S>,
    batch: &mut VecDeque<Item<S>>,
    reason: &ExitReason,
    stopper: Option<&ProcessRef>,
) -> End {
    // SAFETY: the caller owns the process, and no future of it is in progress any more.
    let (mut server, desk) = unsafe {
        (
            (*body.server.get()).take(),
            mem::take(&mut *body.desk.get()),
        )
    };
    if mem::needs_drop::<S>() {
        current::drop_remains(reason, &mut || server = None);
    }
    let mut remains = Remaining {
        body,
        batch,
        left: VecDeque::new(),
    };
    end_with(&body.header, desk, &mut remains, reason, stopper)
}

/// What an incarnation leaves behind that only its own type can name: for each part, what [`end_with`] does
/// when its turn has come.
trait Remains {
    /// Of a process that is kept: takes out of the mailbox what ends with the incarnation. Returns the
    /// control.
    fn take_what_ends(&mut self, was_up: bool) -> VecDeque<Control>;

    /// Closes the mailbox, and takes out all that is in it. Returns the control.
    fn close(&mut self) -> VecDeque<Control>;

    /// Whether messages were taken out.
    fn has_messages(&self) -> bool;

    /// Drops the messages that were taken out so far.
    fn drop_messages(&mut self);

    /// Answers the one who waits for the end of `init`.
    fn refuse_start(&self, rare: &mut Rare, reason: &ExitReason);
}

struct Remaining<'a, S: Server> {
    body: &'a Body<S>,
    batch: &'a mut VecDeque<Item<S>>,
    /// Messages that end with the incarnation.
    left: VecDeque<Item<S>>,
}

impl<S: Server> Remains for Remaining<'_, S> {
    fn take_what_ends(&mut self, was_up: bool) -> VecDeque<Control> {
        let mailbox = &self.body.mailbox;
        // Who waits for an incarnation whose `init` fails waits for the next.
        if S::OPTIONS.keeps_mailbox || !was_up {
            let wake = mailbox.give_back(self.batch, S::OPTIONS.mailbox);
            line::wake_all(wake);
            // They were meant for this incarnation.
            mailbox.take_all(|item| matches!(item, Item::Signal(_)), &mut self.left);
            return mailbox.take_control();
        }
        move_all(self.batch, &mut self.left);
        let Some(mut drained) = mailbox.drain(S::OPTIONS.mailbox) else {
            return VecDeque::new();
        };
        line::wake_all(drained.wake);
        move_all(&mut drained.messages, &mut self.left);
        drained.control
    }

    fn close(&mut self) -> VecDeque<Control> {
        let (mut messages, control) = self.body.mailbox.close();
        move_all(self.batch, &mut self.left);
        move_all(&mut messages, &mut self.left);
        control
    }

    fn has_messages(&self) -> bool {
        !self.left.is_empty()
    }

    fn drop_messages(&mut self) {
        self.left = VecDeque::new();
    }

    fn refuse_start(&self, rare: &mut Rare, reason: &ExitReason) {
        if let Some(typed) = TypedOf::<S>::known(rare)
            && let Some(start) = typed.start.take()
        {
            let _ = start.answer(Err(Outcome::Down(reason.clone())));
        }
    }
}

/// The end of an incarnation, in order.
fn end_with(
    header: &Header,
    desk: Desk,
    remains: &mut dyn Remains,
    reason: &ExitReason,
    stopper: Option<&ProcessRef>,
) -> End {
    let pid = header.pid();
    let was_up = header.up.load(Ordering::Relaxed);
    header.up.store(false, Ordering::Release);
    let named = header.known.load(Ordering::Acquire) && give_up_names(header, pid);
    // Before it is out of the table: who does not find it there waits for the rest, and not for a report.
    if !reason.is_clean() {
        report_end(header, reason);
    }
    directory::remove(pid);
    let (control, mut ties, mut parking);
    let mut late = VecDeque::new();
    if header.kept.load(Ordering::Relaxed) {
        control = remains.take_what_ends(was_up);
        // From the moment in which it is parked, the cell may have another owner. What is needed of it
        // is in hand by then.
        (ties, parking) = links::cut_and_park(header, reason, stopper);
        let mut closed = false;
        if parking == Parking::Refused {
            late = remains.close();
            closed = true;
            parking = links::park(header, true, stopper);
        }
        if parking == Parking::LetGo {
            // A moment ago.
            header.state.set_dead();
            if !closed {
                late = remains.close();
            }
        }
    } else {
        ties = links::cut(header, reason);
        header.state.set_dead();
        control = remains.close();
        parking = Parking::LetGo;
    }
    if parking == Parking::LetGo {
        directory::give_up(pid);
    }
    registration::tell(mem::take(&mut ties.registrations), pid);
    if remains.has_messages() {
        current::drop_remains(reason, &mut || remains.drop_messages());
    }
    ties.tell(pid, reason, stopper.map(|stopper| stopper.pid()));
    let mut rare = desk.into_rare();
    if let Some(rare) = &mut rare {
        rare.held.end(reason);
        for done in rare.stops.drain(..) {
            let _ = done.answer(reason.clone());
        }
        remains.refuse_start(rare, reason);
        end_control(mem::take(&mut rare.late), reason);
    }
    end_control(control, reason);
    end_control(late, reason);
    if rare.is_some() {
        current::drop_remains(reason, &mut || rare = None);
    }
    if named {
        // SAFETY: the handle that the name stood for, counted when it was registered.
        unsafe { drop_handle(NonNull::from(header)) }
    }
    if parking == Parking::LetGo {
        End::ForGood
    } else {
        End::Parked
    }
}

/// Gives up the fixed name, and tells those who have registered the process. Whether there was a name.
#[cold]
fn give_up_names(header: &Header, pid: Pid) -> bool {
    let (name, registrations) = links::retire(header);
    if let Some(name) = name {
        names::unregister(name, pid);
    }
    registration::tell(registrations, pid);
    name.is_some()
}

/// Ends what asked a process that is gone.
pub(super) fn end_control(control: VecDeque<Control>, reason: &ExitReason) {
    for control in control {
        match control {
            Control::Stop { done, .. } => drop(done.answer(reason.clone())),
            other => {
                let mut other = Some(other);
                current::drop_remains(reason, &mut || drop(other.take()));
            }
        }
    }
}
