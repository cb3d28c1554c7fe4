//! What a supervisor tells of its children.

use std::time::Duration;

use super::{ChildId, Restart, Shutdown};
use crate::Pid;
use crate::process::cell::Header;
use crate::process::{Options, clock};

/// Whether a child works or supervises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChildKind {
    /// It is a server.
    Worker,
    /// It is a supervisor.
    Supervisor,
}

impl ChildKind {
    pub(super) fn of(options: &Options) -> Self {
        if options.supervises {
            Self::Supervisor
        } else {
            Self::Worker
        }
    }
}

/// What a child does at the moment, for its supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChildState {
    /// It runs.
    Running,
    /// It failed, and is started again until that works, or is too often.
    Restarting,
    /// It does not run, and is not restarted by itself.
    Stopped,
}

/// A child of a running supervisor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildInfo {
    /// What it is called; children of a dynamic supervisor are not called anything.
    pub id: Option<ChildId>,
    /// Its process, if it runs.
    pub pid: Option<Pid>,
    /// What it does.
    pub state: ChildState,
    /// Whether it works or supervises.
    pub kind: ChildKind,
    /// Its server's type.
    pub type_name: &'static str,
    /// How often it was restarted by itself.
    pub restarts: u64,
    /// Messages that wait for it.
    pub mailbox_len: usize,
    /// How long its incarnation has lived.
    pub uptime: Option<Duration>,
}

impl ChildInfo {
    /// Of a child without an id, with `waiting` messages, that runs as `pid`, or not.
    pub(crate) fn of(process: &Header, pid: Option<Pid>, waiting: usize) -> Self {
        let options = process.vtable.options;
        let age = clock::ticks().saturating_sub(process.started());
        Self {
            id: None,
            pid,
            state: match pid {
                Some(_) => ChildState::Running,
                None => ChildState::Stopped,
            },
            kind: ChildKind::of(options),
            type_name: options.type_name,
            restarts: 0,
            mailbox_len: waiting,
            uptime: pid.map(|_| clock::to_duration(age)),
        }
    }
}

/// A child's spec, with defaults filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChildSummary {
    /// What it is called; children of a dynamic supervisor are not called anything.
    pub id: Option<ChildId>,
    /// When it is restarted.
    pub restart: Restart,
    /// How it is stopped.
    pub shutdown: Shutdown,
    /// Whether it works or supervises.
    pub kind: ChildKind,
    /// Whether its own end may end the supervisor.
    pub significant: bool,
    /// Its server's type.
    pub type_name: &'static str,
}

/// How many children a supervisor has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChildCounts {
    /// All, running or not.
    pub specs: usize,
    /// Those that run.
    pub active: usize,
    /// Those that supervise, running or not.
    pub supervisors: usize,
    /// Those that work, running or not.
    pub workers: usize,
}
