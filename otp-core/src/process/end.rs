//! The end of an incarnation: what it was is dropped, what waits for it learns why, and who has to
//! know is told.
//!
//! A process that is kept (see `keep`) is parked then, and may have another incarnation; any other has
//! ended for good.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::task::Waker;

use super::behaviour::Server;
use super::cell::{Body, Header, Item, ProcessRef, ServerRef};
use super::control::Control;
use super::desk::{Outcome, Rare};
use super::links::Parking;
use super::reports::report_end;
use super::{current, directory, links, names, registration};
use crate::{ExitReason, Pid};

/// Which end it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The process waits for its next incarnation, and may have a new owner already.
    Parked,
    /// There is no further incarnation.
    ForGood,
}

/// What a mailbox has left of an incarnation.
type Left<S> = (VecDeque<Item<S>>, VecDeque<Control<S>>);

/// Ends the incarnation that the caller owns, and whose future it has dropped; `batch` is what it has
/// taken of the mailbox. `stopper`: the process that has it end on its own stack, and learns of it so.
pub(super) fn end<S: Server>(
    body: &Body<S>,
    batch: &mut VecDeque<Item<S>>,
    reason: &ExitReason,
    stopper: Option<&ProcessRef>,
) -> End {
    let header = &body.header;
    let pid = header.pid();
    // SAFETY: the caller owns the process, and no future of it is in progress any more.
    let (server, desk) = unsafe {
        (
            (*body.server.get()).take(),
            std::mem::take(&mut *body.desk.get()),
        )
    };
    current::drop_remains(reason, server);
    let was_up = header.up.load(Ordering::Relaxed);
    header.up.store(false, Ordering::Release);
    let named = header.known.load(Ordering::Acquire) && give_up_names(header, pid);
    // Before it is out of the table: who does not find it there waits for the rest, and not for a report.
    if !reason.is_clean() {
        report_end(header, reason);
    }
    directory::remove(pid);
    let (left, mut ties, mut parking);
    let mut late = None;
    if header.kept.load(Ordering::Relaxed) {
        left = take_what_ends(body, batch, was_up);
        // From the moment in which it is parked, the cell may have another owner. What is needed of it
        // is in hand by then.
        (ties, parking) = links::cut_and_park(header, reason, stopper);
        if parking == Parking::Refused {
            late = Some(body.mailbox.close());
            parking = links::park(header, true, stopper);
        }
        if parking == Parking::LetGo {
            // A moment ago.
            header.state.set_dead();
            late.get_or_insert_with(|| body.mailbox.close());
        }
    } else {
        ties = links::cut(header, reason);
        header.state.set_dead();
        left = Some(body.mailbox.close());
        parking = Parking::LetGo;
    }
    if parking == Parking::LetGo {
        directory::give_up(pid);
    }
    registration::tell(std::mem::take(&mut ties.registrations), pid);
    if !batch.is_empty() {
        current::drop_remains(reason, std::mem::take(batch));
    }
    let control = left.map(|(messages, control)| {
        current::drop_remains(reason, messages);
        control
    });
    ties.tell(pid, reason, stopper.map(|stopper| stopper.pid()));
    let mut rare = desk.into_rare();
    if let Some(rare) = &mut rare {
        answer_those_who_asked(rare, reason);
    }
    if let Some(control) = control {
        end_control(control, reason);
    }
    if let Some(rare) = rare {
        current::drop_remains(reason, rare);
    }
    if let Some((messages, control)) = late {
        current::drop_remains(reason, messages);
        end_control(control, reason);
    }
    if named {
        // SAFETY: the handle that the name stood for, counted when it was registered.
        drop(unsafe { ServerRef::<S>::adopt(std::ptr::NonNull::from(body)) });
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

/// Takes out of the mailbox of a process that is kept what ends with the incarnation. A mailbox that
/// outlives the incarnation gets the `batch` back.
fn take_what_ends<S: Server>(
    body: &Body<S>,
    batch: &mut VecDeque<Item<S>>,
    was_up: bool,
) -> Option<Left<S>> {
    // Who waits for an incarnation whose `init` fails waits for the next.
    if S::OPTIONS.keeps_mailbox || !was_up {
        let wake = body.mailbox.give_back(batch, S::OPTIONS.mailbox);
        wake.into_iter().for_each(Waker::wake);
        let mut signals = VecDeque::new();
        // They were meant for this incarnation.
        let is_signal = |item: &Item<S>| matches!(item, Item::Signal(_));
        while let Some(signal) = body.mailbox.take_first(is_signal) {
            signals.push_back(signal);
        }
        return Some((signals, body.mailbox.take_control()));
    }
    let drained = body.mailbox.drain(S::OPTIONS.mailbox)?;
    drained.wake.into_iter().for_each(Waker::wake);
    Some((drained.messages, drained.control))
}

/// Calls, stops and a start that an answer was owed to; they end, with the control that came too late.
fn answer_those_who_asked<S: Server>(rare: &mut Rare<S>, reason: &ExitReason) {
    rare.held.end(reason);
    for done in rare.stops.drain(..) {
        let _ = done.answer(reason.clone());
    }
    if let Some(start) = rare.start.take() {
        let _ = start.answer(Err(Outcome::Down(reason.clone())));
    }
    end_control(std::mem::take(&mut rare.late), reason);
}

/// Ends what asked a process that is gone.
pub(super) fn end_control<S: Server>(control: VecDeque<Control<S>>, reason: &ExitReason) {
    for control in control {
        match control {
            Control::Stop { done, .. } => drop(done.answer(reason.clone())),
            other => current::drop_remains(reason, other),
        }
    }
}
