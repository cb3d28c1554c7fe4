//! What was left of a tree after its end.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use otp_core::{ExitReason, ProcessInfo};

use crate::idle::line;

/// What did not stop with the server or tree that a test had started. Printed, it says who, and what
/// each was doing.
#[derive(Debug, thiserror::Error)]
pub struct Leftovers {
    pub(crate) label: String,
    pub(crate) at: &'static Location<'static>,
    /// For how long it was waited, if the top itself has not stopped.
    pub(crate) waited: Option<Duration>,
    pub(crate) processes: Vec<ProcessInfo>,
}

impl Leftovers {
    /// The processes that were left, by pid. They have been killed since.
    pub fn processes(&self) -> &[ProcessInfo] {
        &self.processes
    }
}

impl fmt::Display for Leftovers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (label, at) = (&self.label, self.at);
        write!(f, "{label}, started at {at}, ")?;
        match self.waited {
            Some(time) => write!(f, "did not stop within {time:?}; what did not:")?,
            None => f.write_str("has stopped, and left behind:")?,
        }
        self.processes
            .iter()
            .try_for_each(|info| f.write_str(&line(info)))
    }
}

/// The reason that trees are stopped with at a test's end.
pub(crate) const END: ExitReason = ExitReason::Shutdown;
