//! The end of an incarnation: what it was is dropped, what waits for it learns why, and who has to
//! know is told.
//!
//! A process that is kept (see `keep`) is parked then, and may have another incarnation; any other has
//! ended for good.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use super::behaviour::Server;
use super::cell::{Body, Item, ServerRef};
use super::control::Control;
use super::desk::{Outcome, Rare};
use super::links::Parking;
use super::reports::report_end;
use super::{current, directory, links, names, registration};
use crate::ExitReason;

/// Which end it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The process waits for its next incarnation, and may have a new owner already.
    Parked,
    /// There is no further incarnation.
    ForGood,
}

/// Ends the incarnation that the caller owns, and whose future it has dropped.
pub(super) fn end<S: Server>(body: &Body<S>, batch: VecDeque<Item<S>>, reason: &ExitReason) -> End {
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
    let was_up = header.up.swap(false, Ordering::AcqRel);
    let name = links::peek(header, |extras| extras.name.take()).flatten();
    if let Some(name) = name {
        names::unregister(name, pid);
    }
    registration::retire(header, pid);
    directory::remove(pid);
    if !reason.is_clean() {
        report_end(header, reason);
    }
    // From the moment in which it is parked, the cell may have another owner. What is needed of it is
    // in hand by then.
    links::begin_close(header, reason);
    let kept = header.kept.load(Ordering::Relaxed);
    // Who waits for an incarnation whose `init` fails waits for the next.
    let (batch, messages, control) = if kept && (S::OPTIONS.keeps_mailbox || !was_up) {
        let mut batch = batch;
        let wake = body.mailbox.give_back(&mut batch, S::OPTIONS.mailbox);
        wake.into_iter().for_each(std::task::Waker::wake);
        // Signals were meant for this incarnation.
        let is_signal = |item: &Item<S>| matches!(item, Item::Signal(_));
        while let Some(signal) = body.mailbox.take_first(is_signal) {
            batch.push_back(signal);
        }
        (batch, VecDeque::new(), body.mailbox.take_control())
    } else if kept {
        let (messages, control, wake) = body.mailbox.drain(S::OPTIONS.mailbox);
        wake.into_iter().for_each(std::task::Waker::wake);
        (batch, messages, control)
    } else {
        header.state.set_dead();
        let (messages, control) = body.mailbox.close();
        (batch, messages, control)
    };
    let ties = links::cut(header, reason);
    let mut late = None;
    let mut parking = if kept {
        links::park(header, false)
    } else {
        Parking::LetGo
    };
    if parking == Parking::Refused {
        late = Some(body.mailbox.close());
        parking = links::park(header, true);
    }
    if kept && parking == Parking::LetGo {
        // A moment ago.
        header.state.set_dead();
        late.get_or_insert_with(|| body.mailbox.close());
    }
    current::drop_remains(reason, (batch, messages));
    ties.tell(pid, reason);
    let control = control.into_iter();
    end_desk(desk.into_rare(), control, reason);
    if let Some((messages, control)) = late {
        current::drop_remains(reason, messages);
        end_control(control.into_iter(), reason);
    }
    if name.is_some() {
        // SAFETY: the handle that the name stood for, counted when it was registered.
        drop(unsafe { ServerRef::<S>::adopt(std::ptr::NonNull::from(body)) });
    }
    if parking == Parking::LetGo {
        End::ForGood
    } else {
        End::Parked
    }
}

/// Ends what was on the desk, and the control that came too late.
fn end_desk<S: Server>(
    rare: Option<Box<Rare<S>>>,
    control: impl Iterator<Item = Control<S>>,
    reason: &ExitReason,
) {
    let Some(mut rare) = rare else {
        return end_control(control, reason);
    };
    rare.held.end(reason);
    let late = std::mem::take(&mut rare.late);
    for done in rare.stops.drain(..) {
        let _ = done.answer(reason.clone());
    }
    if let Some(start) = rare.start.take() {
        let _ = start.answer(Err(Outcome::Down(reason.clone())));
    }
    end_control(late.into_iter().chain(control), reason);
    current::drop_remains(reason, rare);
}

/// Ends what asked a process that is gone.
pub(super) fn end_control<S: Server>(
    control: impl Iterator<Item = Control<S>>,
    reason: &ExitReason,
) {
    for control in control {
        match control {
            Control::Stop { done, .. } => drop(done.answer(reason.clone())),
            other => current::drop_remains(reason, other),
        }
    }
}
