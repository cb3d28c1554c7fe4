//! Where a task comes from, and the one report of its crash.

use crate::process::links::Watch;
use crate::{ExitReason, Pid};

/// What is told of a task beside its pid.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    /// The function that its future is made by.
    pub(crate) function: &'static str,
    pub(crate) starter: Option<Pid>,
    pub(crate) supervisor: Option<&'static str>,
}

impl Origin {
    pub(crate) fn of<F>(starter: Option<Pid>, supervisor: Option<&'static str>) -> Self {
        let name = std::any::type_name::<F>();
        Self {
            function: name.strip_suffix("::{{closure}}").unwrap_or(name),
            starter,
            supervisor,
        }
    }
}

/// Of a task that nobody waits for. Who kills one knows it.
impl Watch for Origin {
    fn ended(&self, pid: Pid, reason: &ExitReason) {
        if !reason.is_clean() && *reason != ExitReason::Killed {
            report(self, pid, reason);
        }
    }
}

#[cold]
fn report(origin: &Origin, pid: Pid, reason: &ExitReason) {
    let Origin {
        function,
        starter,
        supervisor,
    } = *origin;
    let starter = starter.map(tracing::field::display);
    if *reason == ExitReason::RuntimeGone {
        // The end of a program, as a rule.
        tracing::debug!(pid = %pid, function, "task ended");
        return;
    }
    if matches!(reason, ExitReason::Panic { .. }) {
        metrics::counter!("otp_crashes", "server" => "task").increment(1);
    }
    tracing::error!(
        pid = %pid, function, starter, supervisor, reason = %reason, "task ended"
    );
}
