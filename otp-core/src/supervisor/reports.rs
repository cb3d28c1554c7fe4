//! What a supervisor tells the log: one event for each start, end, restart, failure and stop.
//!
//! The content is that of OTP's SASL reports: supervisor, context, reason, child.

use std::collections::HashMap;
use std::fmt;

use super::line::Child;
use super::pace::Turn;
use super::{ChildId, ChildKind, Restart, Shutdown, StartFailure};
use crate::{ExitReason, Pid};

/// The child that is told of.
pub(super) struct Subject<'a> {
    /// `None`: it is called by its server's type.
    pub(super) id: Option<&'a ChildId>,
    pub(super) type_name: &'static str,
    pub(super) pid: Pid,
    pub(super) restart: Restart,
    pub(super) shutdown: Shutdown,
    pub(super) kind: ChildKind,
    pub(super) restarts: u64,
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(id) => id.fmt(f),
            None => f.write_str(self.type_name),
        }
    }
}

impl Child {
    pub(super) fn subject(&self) -> Subject<'_> {
        let process = self.seat.process();
        let kind = self.seat.kind();
        Subject {
            id: Some(&self.id),
            type_name: process.vtable.options.type_name,
            pid: self.pid.unwrap_or(process.pid()),
            restart: self.terms.restart,
            shutdown: self.terms.shutdown(kind),
            kind,
            restarts: self.restarts,
        }
    }
}

pub(super) fn started(supervisor: &str, child: &Subject<'_>) {
    tracing::info!(
        supervisor, child = %child, pid = %child.pid, server = child.type_name,
        restarts = child.restarts, "child started"
    );
}

/// What OTP's reports of supervisors say of a child.
fn failure(
    supervisor: &str,
    context: &str,
    child: &Subject<'_>,
    reason: &dyn fmt::Display,
    text: &str,
) {
    tracing::error!(
        supervisor, context, child = %child, pid = %child.pid, reason = %reason,
        restart = ?child.restart, shutdown = ?child.shutdown, kind = ?child.kind,
        restarts = child.restarts, server = child.type_name, "{text}"
    );
}

pub(super) fn start_failed(supervisor: &str, child: &Subject<'_>, reason: &StartFailure) {
    let text = "child failed to start";
    failure(supervisor, "start_error", child, reason, text);
}

pub(super) fn ended(supervisor: &str, child: &Subject<'_>, reason: &ExitReason) {
    failure(supervisor, "child_terminated", child, reason, "child ended");
}

pub(super) fn restarts(supervisor: &str, child: &Subject<'_>, turn: Turn) {
    let (left, pause) = (turn.left, turn.pause.unwrap_or_default());
    metrics::counter!("otp_restarts", "supervisor" => supervisor.to_owned()).increment(1);
    tracing::warn!(
        supervisor, child = %child, restarts = child.restarts, left, pause = ?pause,
        "child is restarted"
    );
}

pub(super) fn gives_up(supervisor: &str, child: &Subject<'_>) {
    metrics::counter!("otp_escalations", "supervisor" => supervisor.to_owned()).increment(1);
    let reason = "reached the maximum restart intensity";
    failure(
        supervisor,
        "shutdown",
        child,
        &reason,
        "supervisor gives up",
    );
}

/// Whether a child that was stopped has ended as it was asked to.
pub(super) fn is_as_asked(shutdown: Shutdown, restart: Restart, reason: &ExitReason) -> bool {
    match (shutdown, reason) {
        (Shutdown::BrutalKill, reason) => *reason == ExitReason::Killed,
        (_, ExitReason::Normal) => restart != Restart::Permanent,
        (_, reason) => reason.is_clean(),
    }
}

pub(super) fn stopped(
    supervisor: &str,
    child: &Subject<'_>,
    shutdown: Shutdown,
    reason: &ExitReason,
) {
    if is_as_asked(shutdown, child.restart, reason) {
        tracing::info!(supervisor, child = %child, pid = %child.pid, reason = %reason, "child stopped");
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

/// How children without an id ended, when many were stopped at once: told once for each reason.
#[derive(Default)]
pub(crate) struct Ends {
    as_asked: usize,
    /// The others, by reason: how many, and one of them.
    otherwise: HashMap<ExitReason, (usize, Pid)>,
}

impl Ends {
    pub(crate) fn note(&mut self, pid: Pid, reason: ExitReason, as_asked: bool) {
        if as_asked {
            self.as_asked += 1;
        } else {
            self.otherwise.entry(reason).or_insert((0, pid)).0 += 1;
        }
    }

    pub(crate) fn report(&self, supervisor: &str) {
        if self.as_asked > 0 {
            tracing::info!(supervisor, children = self.as_asked, "children stopped");
        }
        for (reason, (count, one)) in &self.otherwise {
            tracing::error!(
                supervisor, context = "shutdown_error", children = count, one_of_them = %one, reason = %reason,
                "children ended otherwise than asked"
            );
        }
    }
}
