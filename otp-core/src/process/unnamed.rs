//! Code that runs as that of a process which is made only when somebody asks which it is.
//!
//! Owns the rules of such a run: panics are caught, as for every process. How long it takes is not looked at,
//! which would cost as much as the rest: nobody listens to a report, and the counter of long ones goes without.

use super::cell::ProcessRef;
use super::{current, panics};
use crate::ExitReason;

/// Whether processes can be made so late here: not while somebody listens to what each of them does,
/// who is to see them all.
#[inline]
pub(crate) fn may_be_unnamed() -> bool {
    tracing::level_filters::LevelFilter::current() == tracing::level_filters::LevelFilter::OFF
}

/// Runs code as that of the process that `make` makes, if anybody asks for it. A panic comes back as the
/// reason for which the process is to end.
pub(crate) fn run_unnamed<R>(
    make: &dyn Fn() -> ProcessRef,
    code: impl FnOnce() -> R,
) -> Result<R, ExitReason> {
    panics::install_hook();
    current::unnamed(make, || panics::guard(code))
}
