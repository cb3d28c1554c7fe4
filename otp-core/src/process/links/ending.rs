//! The end of what a process has to do with others, and whether another incarnation follows.
//!
//! Under one lock it is decided whom to tell of an end, and whether the process is parked: a keeper that
//! lets go of it, or wants none for now, comes before or after that.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::waits::FOR_KEEPER;
use super::{Extras, Few, Link, Watcher, break_link, demonitor_outside, directory, extras};
use crate::link::{Down, MonitorRef};
use crate::process::cell::{Header, ProcessRef};
use crate::process::control::Signal;
use crate::process::registration::Registration;
use crate::{ExitReason, Pid};

/// Those who have to know of an end.
pub(in crate::process) struct Ties {
    /// Those who have registered it in the moment of its end.
    pub(in crate::process) registrations: Vec<Arc<dyn Registration>>,
    links: Few<Pid, Link>,
    watchers: Few<u64, Watcher>,
    watching: Few<u64, Pid>,
    /// The last count of a cell must not go under a lock.
    _waits: Few<u64, ProcessRef>,
}

/// The incarnation has ended and has left the table: remembers why, and hands out whom to tell.
pub(in crate::process) fn cut(this: &Header, reason: &ExitReason) -> Ties {
    extras(this).cut(reason)
}

/// As [`cut`] and then [`park`], of a process that has its mailbox open.
pub(in crate::process) fn cut_and_park(
    this: &Header,
    reason: &ExitReason,
    stopper: Option<&ProcessRef>,
) -> (Ties, Parking) {
    let mut extras = extras(this);
    let ties = extras.cut(reason);
    (ties, extras.park(this, false, stopper))
}

impl Extras {
    fn cut(&mut self, reason: &ExitReason) -> Ties {
        self.exit = Some(reason.clone());
        self.retired = true;
        Ties {
            registrations: std::mem::take(&mut self.registrations),
            links: std::mem::take(&mut self.links),
            watchers: std::mem::take(&mut self.watchers),
            watching: std::mem::take(&mut self.watching),
            _waits: std::mem::take(&mut self.waits),
        }
    }

    fn park(&mut self, this: &Header, closed: bool, stopper: Option<&ProcessRef>) -> Parking {
        if !this.kept.load(Ordering::Relaxed) {
            return Parking::LetGo;
        }
        if this.refused.load(Ordering::Relaxed) && !closed {
            return Parking::Refused;
        }
        if let Some(keeper) = stopper {
            self.waits.insert(FOR_KEEPER, keeper.clone());
        }
        this.state.park();
        Parking::Parked
    }
}

impl Ties {
    /// Tells links and watchers that `pid` has ended; but not over a link with `stopper`, who knows.
    pub(in crate::process) fn tell(self, pid: Pid, reason: &ExitReason, stopper: Option<Pid>) {
        self.watching
            .each(|number, watched| demonitor_outside(watched, number));
        self.links.each(|linked, _| {
            if stopper != Some(linked)
                && let Some(process) = directory::find(linked)
            {
                break_link(&process, pid, reason);
            }
        });
        self.watchers.each(|number, watcher| {
            let down = || Down {
                reference: MonitorRef(number),
                pid,
                reason: reason.clone(),
            };
            match watcher {
                Watcher::Process(watcher) => {
                    if let Some(process) = directory::find(watcher) {
                        process.signal(watcher, Signal::Down(down()));
                    }
                }
                Watcher::Outside(slot) => {
                    let _ = slot.answer(down());
                }
                Watcher::Told(watch) => watch.ended(pid, reason),
            }
        });
    }
}

/// What came of [`park`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::process) enum Parking {
    Parked,
    /// No incarnation is to follow for now: the mailbox has to be closed first.
    Refused,
    /// The keeper let go of it.
    LetGo,
}

/// Parks the process, if it still has a keeper; `closed`: nothing waits for its next incarnation. If its
/// keeper is the `stopper`, which has it in hand, then the process waits for it.
pub(in crate::process) fn park(
    this: &Header,
    closed: bool,
    stopper: Option<&ProcessRef>,
) -> Parking {
    extras(this).park(this, closed, stopper)
}

/// No incarnation is to follow this one, until one is begun. Whether it is down already.
pub(in crate::process) fn refuse(this: &Header) -> bool {
    let _extras = extras(this);
    this.refused.store(true, Ordering::Relaxed);
    this.state.is_down()
}

/// Nobody keeps the process any more. Whether it is parked: then nobody else takes it up either.
pub(in crate::process) fn let_go(this: &Header) -> bool {
    let _extras = extras(this);
    this.kept.store(false, Ordering::Relaxed);
    this.state.is_down()
}

/// A new incarnation begins; `parent`: linked with that process, by the link of this number.
pub(in crate::process) fn reset(this: &Header, parent: Option<(Pid, u64)>) {
    this.reset_counts();
    this.refused.store(false, Ordering::Relaxed);
    this.known.store(false, Ordering::Relaxed);
    let mut guard = this.extras.lock().unwrap_or_else(PoisonError::into_inner);
    if parent.is_some() {
        guard.get_or_insert_default();
    }
    let waits = guard.as_mut().map(|extras| {
        extras.exit = None;
        extras.retired = false;
        if let Some((pid, number)) = parent {
            extras.links = Few::One(pid, Link::Up(number));
        }
        std::mem::take(&mut extras.waits)
    });
    drop(guard);
    // The last count of a cell must not go under a lock.
    drop(waits);
}
