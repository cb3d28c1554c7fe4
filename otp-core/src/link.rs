//! What comes of links and monitors.

use crate::{ExitReason, Pid};

/// A linked process ended, or somebody asked this one to: what a process that traps exits gets
/// instead of ending itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Who ended, or who asked.
    pub pid: Pid,
    /// Why.
    pub reason: ExitReason,
}

/// A watched process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Down {
    /// The monitor, as it was returned when the watching began.
    pub reference: MonitorRef,
    /// Who ended.
    pub pid: Pid,
    /// Why; [`ExitReason::NoProc`] if it had ended before.
    pub reason: ExitReason,
}

/// Names one monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MonitorRef(pub(crate) u64);

/// No message came within the time that [`Context::receive_timeout`](crate::Context::receive_timeout)
/// was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout;
