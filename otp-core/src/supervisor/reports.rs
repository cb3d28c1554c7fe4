//! What a supervisor tells the log: one event for each start, end, restart, failure and stop.
//!
//! The content is that of OTP's SASL reports: supervisor, context, reason, child.

use std::time::Duration;

use super::line::Child;
use super::{Shutdown, StartFailure};
use crate::{ExitReason, Pid};

pub(super) fn started(supervisor: &str, child: &Child) {
    let process = child.seat.process();
    tracing::info!(
        supervisor, child = %child.id, pid = %process.pid(), server = process.vtable.options.type_name,
        restarts = child.restarts, "child started"
    );
}

pub(super) fn start_failed(supervisor: &str, child: &Child, failure: &StartFailure) {
    tracing::error!(
        supervisor, context = "start_error", child = %child.id, reason = %failure,
        restart = ?child.terms.restart, "child failed to start"
    );
}

pub(super) fn ended(supervisor: &str, child: &Child, reason: &ExitReason) {
    let pid = child.pid.unwrap_or(child.seat.process().pid());
    tracing::error!(
        supervisor, context = "child_terminated", child = %child.id, pid = %pid, reason = %reason,
        restart = ?child.terms.restart, "child ended"
    );
}

pub(super) fn restarts(
    supervisor: &str,
    child: &Child,
    left: Option<u32>,
    pause: Option<Duration>,
) {
    metrics::counter!("otp_restarts", "supervisor" => supervisor.to_owned()).increment(1);
    tracing::warn!(
        supervisor, child = %child.id, restarts = child.restarts, left, pause = ?pause.unwrap_or_default(),
        "child is restarted"
    );
}

pub(super) fn gives_up(supervisor: &str, child: &Child) {
    metrics::counter!("otp_escalations", "supervisor" => supervisor.to_owned()).increment(1);
    tracing::error!(
        supervisor, context = "shutdown", child = %child.id, restarts = child.restarts,
        reason = "reached the maximum restart intensity", "supervisor gives up"
    );
}

pub(super) fn stopped(supervisor: &str, child: &Child, shutdown: Shutdown, reason: &ExitReason) {
    let pid = child.pid.unwrap_or(child.seat.process().pid());
    let asked = match shutdown {
        Shutdown::BrutalKill => *reason == ExitReason::Killed,
        _ => reason.is_clean(),
    };
    if asked {
        tracing::info!(supervisor, child = %child.id, pid = %pid, reason = %reason, "child stopped");
    } else {
        tracing::error!(
            supervisor, context = "shutdown_error", child = %child.id, pid = %pid, reason = %reason,
            "child ended otherwise than asked"
        );
    }
}

pub(super) fn auto_shutdown(supervisor: &str) {
    tracing::info!(
        supervisor,
        "significant children have ended: supervisor shuts down"
    );
}

pub(super) fn stops(supervisor: &str, reason: &ExitReason) {
    tracing::info!(supervisor, reason = %reason, "supervisor stops its children");
}

/// As [`stopped`], for children without an id that all ended the same way.
pub(crate) fn stopped_otherwise(supervisor: &str, reason: &ExitReason, count: usize, one: Pid) {
    tracing::error!(
        supervisor, context = "shutdown_error", children = count, one_of_them = %one, reason = %reason,
        "children ended otherwise than asked"
    );
}
