//! The children of a supervisor in the order of their start, found by id and by pid.
//!
//! Every operation costs the logarithm of their number at the most.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::ChildId;
use super::child_spec::{Restart, Terms};
use super::info::{ChildCounts, ChildInfo, ChildKind, ChildState, ChildSummary};
use super::life::PlannedChild;
use super::pace::Streak;
use super::seat::Seat;
use crate::Pid;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A child's place in the order of start.
pub(super) type Place = u64;

/// One child.
pub(super) struct Child {
    pub(super) id: ChildId,
    pub(super) seat: Arc<dyn Seat>,
    pub(super) terms: Terms,
    /// Its process, while it runs.
    pub(super) pid: Option<Pid>,
    pub(super) state: ChildState,
    pub(super) restarts: u64,
    pub(super) streak: Streak,
    /// Tells a retry that is still wanted from one that is not.
    pub(super) attempt: u64,
}

impl Child {
    pub(super) fn new(PlannedChild { id, seat, terms }: PlannedChild) -> Self {
        Self {
            id,
            seat,
            terms,
            pid: None,
            state: ChildState::Stopped,
            restarts: 0,
            streak: Streak::default(),
            attempt: 0,
        }
    }

    pub(super) fn info(&self) -> ChildInfo {
        let process = self.seat.process();
        ChildInfo {
            id: Some(self.id.clone()),
            state: self.state,
            restarts: self.restarts,
            ..ChildInfo::of(process, self.pid, process.queue().0)
        }
    }

    pub(super) fn summary(&self) -> ChildSummary {
        let kind = self.seat.kind();
        ChildSummary {
            id: Some(self.id.clone()),
            restart: self.terms.restart,
            shutdown: self.terms.shutdown(kind),
            kind,
            significant: self.terms.significant,
            type_name: self.seat.process().vtable.options.type_name,
        }
    }

    pub(super) fn is_temporary(&self) -> bool {
        self.terms.restart == Restart::Temporary
    }
}

/// One child in its place.
pub(super) struct Seated<'a> {
    place: Place,
    pub(super) child: &'a mut Child,
    pids: &'a mut Map<Pid, Place>,
}

impl<'a> Seated<'a> {
    /// It runs as `pid`.
    pub(super) fn set_running(self, pid: Pid) -> &'a Child {
        self.child.pid = Some(pid);
        self.child.state = ChildState::Running;
        self.child.attempt += 1;
        self.pids.insert(pid, self.place);
        self.child
    }

    /// It does not run.
    pub(super) fn set_down(self, state: ChildState) -> &'a Child {
        if let Some(pid) = self.child.pid.take() {
            self.pids.remove(&pid);
        }
        self.child.state = state;
        self.child.attempt += 1;
        self.child
    }
}

/// All of them.
#[derive(Default)]
pub(super) struct Line {
    next: Place,
    children: BTreeMap<Place, Child>,
    ids: Map<ChildId, Place>,
    pids: Map<Pid, Place>,
}

impl Line {
    /// Adds a child at the end; its id must be free.
    pub(super) fn add(&mut self, child: Child) -> Place {
        let place = self.next;
        self.next += 1;
        self.ids.insert(child.id.clone(), place);
        self.children.insert(place, child);
        place
    }

    pub(super) fn remove(&mut self, place: Place) -> Option<Child> {
        let child = self.children.remove(&place)?;
        self.ids.remove(&child.id);
        if let Some(pid) = child.pid {
            self.pids.remove(&pid);
        }
        Some(child)
    }

    pub(super) fn get(&mut self, place: Place) -> Option<&mut Child> {
        self.children.get_mut(&place)
    }

    pub(super) fn state(&self, place: Place) -> Option<ChildState> {
        self.children.get(&place).map(|child| child.state)
    }

    pub(super) fn by_id(&self, id: &ChildId) -> Option<Place> {
        self.ids.get(id).copied()
    }

    pub(super) fn by_pid(&self, pid: Pid) -> Option<Place> {
        self.pids.get(&pid).copied()
    }

    /// The child of this place, to be told what becomes of it.
    pub(super) fn seated(&mut self, place: Place) -> Option<Seated<'_>> {
        Some(Seated {
            place,
            child: self.children.get_mut(&place)?,
            pids: &mut self.pids,
        })
    }

    /// The child does not run.
    pub(super) fn set_down(&mut self, place: Place, state: ChildState) {
        if let Some(seated) = self.seated(place) {
            seated.set_down(state);
        }
    }

    /// The places from `from` on, in the order of start.
    pub(super) fn places_from(&self, from: Place) -> Vec<Place> {
        self.children.range(from..).map(|entry| *entry.0).collect()
    }

    /// All, the last started first.
    pub(super) fn latest_first(&self) -> impl Iterator<Item = &Child> {
        self.children.values().rev()
    }

    /// Takes all out, the last started first.
    pub(super) fn take_latest_first(&mut self) -> impl Iterator<Item = Child> + use<> {
        std::mem::take(self).children.into_values().rev()
    }

    pub(super) fn counts(&self) -> ChildCounts {
        let mut counts = ChildCounts::default();
        for child in self.children.values() {
            counts.specs += 1;
            counts.active += usize::from(child.pid.is_some());
            match child.seat.kind() {
                ChildKind::Worker => counts.workers += 1,
                ChildKind::Supervisor => counts.supervisors += 1,
            }
        }
        counts
    }

    /// Whether a significant child runs, or will again.
    pub(super) fn any_significant(&self) -> bool {
        self.children
            .values()
            .any(|child| child.terms.significant && child.state != ChildState::Stopped)
    }
}
