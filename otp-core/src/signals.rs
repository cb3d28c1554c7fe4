//! Links, monitors and exits for the process that this code runs in, without its context at hand.

use std::sync::atomic::Ordering;

use crate::link::{Exit, MonitorRef};
use crate::process::cell::ProcessRef;
use crate::process::control::Signal;
use crate::process::{self, current, links};
use crate::{ExitReason, NotAProcess, Pid};

fn this() -> Result<ProcessRef, NotAProcess> {
    current::process().ok_or(NotAProcess)
}

/// The pid of the process that this code runs in; `None` in a plain tokio task or thread.
pub fn self_pid() -> Option<Pid> {
    current::pid()
}

/// As [`Context::link`](crate::Context::link), for the process that this code runs in.
///
/// # Errors
/// [`NotAProcess`].
pub fn link(other: Pid) -> Result<(), NotAProcess> {
    links::link(&this()?, other);
    Ok(())
}

/// As [`Context::unlink`](crate::Context::unlink), for the process that this code runs in.
///
/// # Errors
/// [`NotAProcess`].
pub fn unlink(other: Pid) -> Result<(), NotAProcess> {
    links::unlink(&*this()?, other);
    Ok(())
}

/// As [`Context::monitor`](crate::Context::monitor), for the process that this code runs in. Outside a
/// process there is [`Pid::monitor`].
///
/// # Errors
/// [`NotAProcess`].
pub fn monitor(other: Pid) -> Result<MonitorRef, NotAProcess> {
    Ok(links::monitor(&this()?, other))
}

/// As [`Context::demonitor`](crate::Context::demonitor), for the process that this code runs in.
///
/// # Errors
/// [`NotAProcess`].
pub fn demonitor(monitor: MonitorRef) -> Result<(), NotAProcess> {
    links::demonitor(&*this()?, monitor);
    Ok(())
}

/// As [`Context::trap_exit`](crate::Context::trap_exit), for the process that this code runs in.
///
/// # Errors
/// [`NotAProcess`].
pub fn trap_exit(on: bool) -> Result<(), NotAProcess> {
    this()?.trap_exit.store(on, Ordering::Release);
    Ok(())
}

/// Sends an exit signal to `pid`; see [`Pid::exit`].
pub fn exit(pid: Pid, reason: ExitReason) {
    if let Some(process) = process::find(pid) {
        // Sent from outside any process, it comes as if from the process itself.
        let from = current::pid().unwrap_or(pid);
        process.signal(
            pid,
            Signal::Exit {
                exit: Exit { pid: from, reason },
                link: None,
            },
        );
    }
}
