//! The list of a supervisor's children, while it is declared.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::child_spec::Terms;
use super::handle::SupervisorRef;
use super::leftovers::Leftovers;
use super::life::{Plan, PlannedChild, Supervisor};
use super::{AutoShutdown, ChildId, ChildSpec, Flags, Restart, SpecError, Startable};
use crate::process::ServerRef;

/// The children of a supervisor, while they are declared: they will be started from first to last and
/// stopped from last to first.
#[derive(Debug)]
pub struct Children {
    supervisor: SupervisorRef,
    flags: Flags,
    planned: Vec<PlannedChild>,
    ids: HashSet<ChildId>,
    problem: Option<SpecError>,
    ignored: bool,
    gave_up: Arc<AtomicBool>,
}

impl Children {
    pub(super) fn new(name: &'static str, flags: Flags, server: ServerRef<Supervisor>) -> Self {
        Self {
            supervisor: SupervisorRef::new(name, server),
            flags,
            planned: Vec::new(),
            ids: HashSet::new(),
            problem: (flags.intensity.within.is_zero()).then_some(SpecError::NoPeriod),
            ignored: false,
            gave_up: Arc::default(),
        }
    }

    /// Adds a child. Its ref can be given to children below; what is sent by it before the child runs
    /// waits.
    ///
    /// What cannot be (an id twice, for one) is an error of the supervisor's start.
    pub fn add<T: Startable>(&mut self, spec: ChildSpec<T>) -> T::Ref {
        let planted = T::plant(spec.make, &self.supervisor.header().runtime);
        let problem = if self.ids.insert(spec.id.clone()) {
            check(&spec.id, &spec.terms, self.flags.auto_shutdown).err()
        } else {
            Some(SpecError::DuplicateId(spec.id.clone()))
        };
        self.problem = self.problem.take().or(problem);
        self.planned.push(PlannedChild {
            id: spec.id,
            seat: planted.seat,
            terms: spec.terms,
        });
        planted.reference
    }

    /// The supervisor itself. A child that keeps this ref keeps its own supervisor alive: only a stop,
    /// or its own supervisor, ends it then.
    pub fn supervisor(&self) -> SupervisorRef {
        self.supervisor.clone()
    }

    /// There is nothing to start: the start of the supervisor ends with
    /// [`SupervisorError::Ignored`](super::SupervisorError::Ignored).
    pub fn ignore(&mut self) {
        self.ignored = true;
    }

    /// Will tell whether the supervisor has ended for too many restarts.
    pub(super) fn gave_up(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.gave_up)
    }

    /// What was declared cannot be.
    pub(super) fn refuse(&mut self, problem: SpecError) {
        self.problem.get_or_insert(problem);
    }

    pub(super) fn finish(self, rooted: bool) -> Arc<Plan> {
        Arc::new(Plan {
            name: self.supervisor.name(),
            flags: self.flags,
            rooted,
            planned: self.planned,
            problem: self.problem,
            ignored: self.ignored,
            leftovers: Leftovers::default(),
            gave_up: self.gave_up,
        })
    }
}

/// Whether a child can be had on these terms.
pub(super) fn check(
    id: &ChildId,
    terms: &Terms,
    auto_shutdown: AutoShutdown,
) -> Result<(), SpecError> {
    if terms.significant && terms.restart == Restart::Permanent {
        Err(SpecError::SignificantPermanent(id.clone()))
    } else if terms.significant && auto_shutdown == AutoShutdown::Never {
        Err(SpecError::SignificantWithoutAutoShutdown(id.clone()))
    } else {
        Ok(())
    }
}
