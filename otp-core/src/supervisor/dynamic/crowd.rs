//! The children of a dynamic supervisor, found by pid.
//!
//! A child that is being restarted is found by the pid that it had last.

use std::collections::HashMap;

use super::flags::{ChildTerms, DynamicFlags};
use crate::process::cell::ProcessRef;
use crate::process::control::Signal;
use crate::process::keep::Keep;
use crate::process::{Server, ServerRef};
use crate::supervisor::child_spec::Terms;
use crate::supervisor::inspect::Inspected;
use crate::supervisor::pace::{Pace, Streak};
use crate::supervisor::reports::Subject;
use crate::supervisor::{ChildCounts, ChildInfo, ChildKind, ChildState, ChildSummary};
use crate::{Exit, ExitReason, Pid};

/// One child. Kept small: most are never restarted, and have no terms of their own.
pub(super) struct Child<S: Server, A> {
    /// Of a child that may be restarted. Before the handle, so that the process is let go of before it
    /// could end for want of one.
    pub(super) keep: Option<Keep>,
    pub(super) server: ServerRef<S>,
    /// Its arguments, if it may be restarted.
    pub(super) own: Option<A>,
    /// Its place in the order of start, for who looks.
    number: u64,
    rare: Option<Box<Rare>>,
}

/// What is known of few children.
#[derive(Default)]
pub(super) struct Rare {
    terms: ChildTerms,
    restarting: bool,
    pub(super) restarts: u64,
    pub(super) streak: Streak,
}

impl<S: Server, A> Child<S, A> {
    pub(super) fn new(server: ServerRef<S>, own: Option<A>, terms: Option<ChildTerms>) -> Self {
        Self {
            keep: own.is_some().then(|| Keep::new(&server)),
            server,
            own,
            number: 0,
            rare: terms.map(|terms| {
                Box::new(Rare {
                    terms,
                    ..Rare::default()
                })
            }),
        }
    }

    pub(super) fn terms(&self, flags: &DynamicFlags) -> Terms {
        match &self.rare {
            Some(rare) => rare.terms.over(flags.terms),
            None => flags.terms,
        }
    }

    pub(super) fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    pub(super) fn is_restarting(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.restarting)
    }

    fn restarts(&self) -> u64 {
        self.rare.as_ref().map_or(0, |rare| rare.restarts)
    }

    pub(super) fn subject(&self, pid: Pid, flags: &DynamicFlags) -> Subject<'static> {
        let (terms, kind) = (self.terms(flags), kind_of::<S>());
        Subject {
            id: None,
            type_name: S::OPTIONS.type_name,
            pid,
            restart: terms.restart,
            shutdown: terms.shutdown(kind),
            kind,
            restarts: self.restarts(),
        }
    }

    fn info(&self, pid: Pid) -> ChildInfo {
        let body = self.server.body();
        let running = (!self.is_restarting()).then_some(pid);
        ChildInfo {
            state: match running {
                Some(_) => ChildState::Running,
                None => ChildState::Restarting,
            },
            restarts: self.restarts(),
            ..ChildInfo::of(&body.header, running, body.mailbox.len())
        }
    }

    pub(super) fn summary(&self, flags: &DynamicFlags) -> ChildSummary {
        let terms = self.terms(flags);
        let kind = kind_of::<S>();
        ChildSummary {
            id: None,
            restart: terms.restart,
            shutdown: terms.shutdown(kind),
            kind,
            significant: false,
            type_name: S::OPTIONS.type_name,
        }
    }
}

/// What all children are.
pub(super) fn kind_of<S: Server>() -> ChildKind {
    ChildKind::of(&S::OPTIONS)
}

/// All of them.
pub(super) struct Crowd<S: Server, A> {
    supervisor: Pid,
    children: HashMap<Pid, Child<S, A>, foldhash::fast::RandomState>,
    /// How many of them are being restarted.
    restarting: usize,
    next: u64,
}

impl<S: Server, A> Crowd<S, A> {
    pub(super) fn new(supervisor: Pid) -> Self {
        Self {
            supervisor,
            children: HashMap::default(),
            restarting: 0,
            next: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.children.len()
    }

    /// The child runs as `pid`.
    pub(super) fn add(&mut self, pid: Pid, mut child: Child<S, A>) {
        child.number = self.next;
        self.next += 1;
        self.children.insert(pid, child);
    }

    pub(super) fn get(&self, pid: Pid) -> Option<&Child<S, A>> {
        self.children.get(&pid)
    }

    pub(super) fn get_mut(&mut self, pid: Pid) -> Option<&mut Child<S, A>> {
        self.children.get_mut(&pid)
    }

    pub(super) fn remove(&mut self, pid: Pid) -> Option<Child<S, A>> {
        let child = self.children.remove(&pid)?;
        self.restarting -= usize::from(child.is_restarting());
        Some(child)
    }

    /// The child does not run, and is to be started again.
    pub(super) fn set_restarting(&mut self, pid: Pid) {
        if let Some(child) = self.children.get_mut(&pid)
            && !child.is_restarting()
        {
            child.rare().restarting = true;
            self.restarting += 1;
        }
    }

    /// The child that was `old` runs as `pid`, since a moment ago.
    pub(super) fn set_running(&mut self, old: Pid, pid: Pid, pace: &Pace) {
        if let Some(mut child) = self.remove(old) {
            let rare = child.rare();
            rare.restarting = false;
            pace.note_start(&mut rare.streak);
            self.children.insert(pid, child);
        }
    }

    /// Takes all children out, in the order of their start: those that are next to each other there are
    /// so in memory, as a rule.
    pub(super) fn take(&mut self) -> Vec<(Pid, Child<S, A>)> {
        self.restarting = 0;
        let mut all: Vec<_> = std::mem::take(&mut self.children).into_iter().collect();
        all.sort_unstable_by_key(|(_, child)| child.number);
        all
    }

    pub(super) fn counts(&self) -> ChildCounts {
        let specs = self.children.len();
        let (supervisors, workers) = match kind_of::<S>() {
            ChildKind::Supervisor => (specs, 0),
            ChildKind::Worker => (0, specs),
        };
        ChildCounts {
            specs,
            active: specs - self.restarting,
            supervisors,
            workers,
        }
    }

    /// All, the last started first.
    fn latest_first(&self) -> Vec<(&Pid, &Child<S, A>)> {
        let mut all: Vec<_> = self.children.iter().collect();
        all.sort_unstable_by_key(|(_, child)| std::cmp::Reverse(child.number));
        all
    }

    pub(super) fn infos(&self) -> Vec<ChildInfo> {
        let all = self.latest_first().into_iter();
        all.map(|(pid, child)| child.info(*pid)).collect()
    }

    pub(super) fn inspected(&self) -> Vec<Inspected> {
        let all = self.latest_first().into_iter();
        all.map(|(pid, child)| Inspected {
            info: child.info(*pid),
            process: child.server.process().clone(),
        })
        .collect()
    }
}

/// A supervisor that is killed has stopped nobody: its children go with it. They are told before their
/// last handle goes, so that each ends for the right reason.
impl<S: Server, A> Drop for Crowd<S, A> {
    fn drop(&mut self) {
        for (pid, child) in &self.children {
            kill_with(
                child.server.process(),
                *pid,
                self.supervisor,
                ExitReason::Killed,
            );
        }
    }
}

/// Sends an exit signal in the name of the supervisor.
pub(super) fn kill_with(process: &ProcessRef, pid: Pid, supervisor: Pid, reason: ExitReason) {
    let exit = Exit {
        pid: supervisor,
        reason,
    };
    process.signal(pid, Signal::Exit { exit, link: None });
}
