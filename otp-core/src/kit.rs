//! What a test kit may ask of the engine. Only with the feature `test-kit`.
//!
//! Owns no state. It must not know what a kit makes of it.

use std::ops::Deref;

use crate::process::cell::ProcessRef;
use crate::process::reply::Slot;
use crate::process::state::News;
use crate::process::{self, Server, ServerRef};
use crate::{ExitReason, Pid, ProcessInfo};

pub use crate::process::faults::{Fault, Judge, Moment, Place, Point, arm, disarm, install};

/// Who is meant: a pid, or any handle on a server or a supervisor.
pub trait Subject {
    /// The incarnation that runs; the last one if none does.
    fn subject_pid(&self) -> Pid;

    /// What stays the same from one incarnation to the next; `None` for the pid of one that has ended.
    fn place(&self) -> Option<Place>;
}

impl Subject for Pid {
    fn subject_pid(&self) -> Pid {
        *self
    }

    fn place(&self) -> Option<Place> {
        process::find(*self).map(|process| Place::of(&process))
    }
}

impl<S: Server> Subject for ServerRef<S> {
    fn subject_pid(&self) -> Pid {
        self.pid()
    }

    fn place(&self) -> Option<Place> {
        Some(Place::of(self.header()))
    }
}

impl<T: Deref<Target: Subject>> Subject for T {
    fn subject_pid(&self) -> Pid {
        (**self).subject_pid()
    }

    fn place(&self) -> Option<Place> {
        (**self).place()
    }
}

/// Every process that is alive on the runtime that this is called in, by pid. Empty outside of one.
pub fn processes_here() -> Vec<ProcessInfo> {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return Vec::new();
    };
    let mut found: Vec<ProcessRef> = Vec::new();
    process::for_each(|process| {
        if process.runtime_id == runtime.id() {
            found.push(process);
        }
    });
    let mut infos: Vec<_> = found.iter().map(ProcessInfo::of).collect();
    infos.sort_by_key(|info| info.pid);
    infos
}

/// Asks a process to end in order, whatever its type, and gives the reason with which it ended;
/// [`ExitReason::NoProc`] if it had ended before.
///
/// Cancel safe: dropped after its first poll, the process still ends.
pub async fn stop(pid: Pid, reason: ExitReason) -> ExitReason {
    let Some(process) = process::find(pid) else {
        return ExitReason::NoProc;
    };
    let done = Slot::new();
    process.stop(reason, done.clone());
    drop(process);
    std::future::poll_fn(|cx| done.poll_take(cx.waker())).await
}

/// Has a process look at what it was doing again: for one that [`Fault::Hang`] holds.
pub fn wake(pid: Pid) {
    if let Some(process) = process::find(pid) {
        process::tell(&process, News::Wake);
    }
}

/// The pid that prints as `text`.
pub fn pid_of(text: &str) -> Option<Pid> {
    let (index, generation) = text.strip_prefix('<')?.strip_suffix('>')?.split_once('.')?;
    let index: u32 = index.parse().ok()?;
    (index < u32::MAX).then_some(Pid::new(index, generation.parse().ok()?))
}
