//! What a supervisor tells the log: one event for each start, end, restart, failure and stop.
//!
//! The content is that of OTP's SASL reports: supervisor, context, reason, child.

use std::fmt::Display;
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

/// What OTP's reports of supervisors say of a child.
fn failure(supervisor: &str, context: &str, child: &Child, reason: &dyn Display, text: &str) {
    let process = child.seat.process();
    let kind = child.seat.kind();
    let pid = child.pid.unwrap_or(process.pid());
    tracing::error!(
        supervisor, context, child = %child.id, pid = %pid, reason = %reason, restart = ?child.terms.restart,
        shutdown = ?child.terms.shutdown(kind), kind = ?kind, restarts = child.restarts,
        server = process.vtable.options.type_name, "{text}"
    );
}

pub(super) fn start_failed(supervisor: &str, child: &Child, reason: &StartFailure) {
    let text = "child failed to start";
    failure(supervisor, "start_error", child, reason, text);
}

pub(super) fn ended(supervisor: &str, child: &Child, reason: &ExitReason) {
    failure(supervisor, "child_terminated", child, reason, "child ended");
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
    let reason = "reached the maximum restart intensity";
    failure(supervisor, "shutdown", child, &reason, "supervisor gives up");
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
        let text = "child ended otherwise than asked";
        failure(supervisor, "shutdown_error", child, reason, text);
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

/// As [`stopped`], for children of a dynamic supervisor that all ended the same way.
pub(super) fn stopped_otherwise(supervisor: &str, reason: &ExitReason, count: usize, one: Pid) {
    tracing::error!(
        supervisor, context = "shutdown_error", children = count, one_of_them = %one, reason = %reason,
        "children ended otherwise than asked"
    );
}
