//! What there is to know about a process.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::process::cell::ProcessRef;
use crate::process::{clock, links, names};
use crate::{Pid, ProcessLabel};

/// What a process does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessStatus {
    /// Its `init` has not returned.
    Starting,
    /// It waits for a message.
    Idle,
    /// It runs, or is about to.
    Running,
    /// A handler of it awaits something.
    Waiting,
    /// It takes no messages until it is resumed.
    Suspended,
    /// It is down, and its supervisor has not started it again (yet).
    Down,
    /// It has ended.
    Dead,
}

/// What there is to know about a process: a snapshot, of use for people.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProcessInfo {
    /// Its pid.
    pub pid: Pid,
    /// The type of its server; `process` for a plain process.
    pub type_name: &'static str,
    /// Its fixed name.
    pub name: Option<&'static str>,
    /// What it does.
    pub status: ProcessStatus,
    /// Messages that wait.
    pub mailbox_len: usize,
    /// Messages handled so far.
    pub messages_handled: u64,
    /// Bytes of the cell and its mailbox; not what the state points to.
    pub memory: usize,
    /// Those it is linked with.
    pub links: Vec<Pid>,
    /// How many watch it.
    pub monitors: usize,
    /// The server whose answer its current handler waits for.
    pub waits_for: Option<ProcessLabel>,
    /// The process that started it.
    pub started_by: Option<Pid>,
    /// Those who started it, the one who started that, and so on, as far as they are alive.
    pub ancestors: Vec<Pid>,
    /// Whether exits of links come as messages.
    pub traps_exits: bool,
    /// How long it has lived.
    pub uptime: Duration,
}

impl ProcessInfo {
    pub(crate) fn of(process: &ProcessRef) -> Self {
        let (links, monitors, waits_for) = links::counts(process);
        let (mailbox_len, memory) = process.queue();
        let name = process.vtable.options.name;
        Self {
            pid: process.pid(),
            type_name: process.vtable.options.type_name,
            name: name.filter(|name| names::holder(name) == Some(process.pid())),
            status: status(process),
            mailbox_len,
            messages_handled: process.handled.load(Ordering::Relaxed),
            memory,
            links,
            monitors,
            waits_for: waits_for.map(|process| links::label(&process)),
            started_by: process.starter(),
            ancestors: ancestors(process),
            traps_exits: process.trap_exit.load(Ordering::Relaxed),
            uptime: clock::to_duration(clock::ticks().saturating_sub(process.started())),
        }
    }
}

fn status(process: &ProcessRef) -> ProcessStatus {
    if process.state.is_dead() {
        return ProcessStatus::Dead;
    }
    if process.state.is_down() {
        return ProcessStatus::Down;
    }
    if !process.vtable.options.plain && !process.up.load(Ordering::Relaxed) {
        return ProcessStatus::Starting;
    }
    if process.state.is_suspended() {
        return ProcessStatus::Suspended;
    }
    match process.state.activity() {
        (true, _) => ProcessStatus::Running,
        (false, true) => ProcessStatus::Waiting,
        (false, false) => ProcessStatus::Idle,
    }
}

fn ancestors(process: &ProcessRef) -> Vec<Pid> {
    let mut ancestors = Vec::new();
    let mut next = process.starter();
    while let Some(pid) = next {
        ancestors.push(pid);
        next = crate::process::find(pid).and_then(|process| process.starter());
    }
    ancestors
}
