//! Code that runs as that of a process which is made only when somebody asks which it is.
//!
//! Owns the rules of such a run: panics are caught, and a long one is reported, as for every process.

use super::account::QUICK;
use super::cell::ProcessRef;
use super::options::Options;
use super::reports::report_slow;
use super::{clock, current, panics};
use crate::ExitReason;

const OPTIONS: Options = Options::plain();

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
    clock::init();
    panics::install_hook();
    let began = clock::ticks();
    let result = current::unnamed(make, || panics::guard(code));
    let ticks = clock::ticks().saturating_sub(began);
    if ticks >= QUICK && clock::to_duration(ticks) >= OPTIONS.slow_handler {
        report_slow(&make(), "init", ticks);
    }
    result
}
