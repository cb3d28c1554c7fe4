//! What of a process is worth a line in the log or a figure: crashes, ends, slow handlers, losses.

use std::sync::atomic::Ordering;

use super::cell::Header;
use super::{clock, panics};
use crate::{ExitReason, Pid};

#[cold]
pub(crate) fn report_slow(header: &Header, handler: &'static str, ticks: u64) {
    let took = clock::to_duration(ticks);
    if took >= header.vtable.options.slow_handler {
        let server = header.vtable.options.type_name;
        metrics::counter!("otp_slow_handlers", "server" => server).increment(1);
        tracing::warn!(
            pid = %header.pid(), server, handler, took = ?took,
            "a handler held its thread: let it await, or move the work to `spawn_blocking`"
        );
    }
}

/// `client`: the process whose call it was, if that is known. `state`: the text of the server's state.
#[cold]
pub(crate) fn report_crash(
    header: &Header,
    handler: &'static str,
    client: Option<Pid>,
    state: &dyn Fn() -> Option<String>,
    reason: &ExitReason,
) {
    if header.task.load(Ordering::Relaxed) {
        return;
    }
    let server = header.vtable.options.type_name;
    let state = describe(state);
    metrics::counter!("otp_crashes", "server" => server).increment(1);
    tracing::error!(
        pid = %header.pid(), server, name = header.vtable.options.name, handler,
        client = client.map(tracing::field::display), state, reason = %reason, "a handler panicked"
    );
}

/// The text of a state that is in the middle of something, so that its `Debug` may well panic too.
fn describe(state: &dyn Fn() -> Option<String>) -> Option<String> {
    if !tracing::enabled!(tracing::Level::ERROR) {
        return None;
    }
    let text = panics::guard(state);
    text.unwrap_or_else(|_| Some("(its Debug panicked)".to_owned()))
}

#[cold]
pub(super) fn report_end(header: &Header, reason: &ExitReason) {
    if header.task.load(Ordering::Relaxed) {
        return;
    }
    let server = header.vtable.options.type_name;
    let name = header.vtable.options.name;
    if *reason == ExitReason::RuntimeGone {
        // The end of a program, as a rule.
        tracing::debug!(pid = %header.pid(), server, name, reason = %reason, "process ended");
    } else {
        tracing::error!(pid = %header.pid(), server, name, reason = %reason, "process ended");
    }
}

/// Traces a message of a process that is traced.
#[cold]
pub(crate) fn trace_handled(header: &Header, handler: &'static str) {
    let server = header.vtable.options.type_name;
    tracing::info!(pid = %header.pid(), server, handler, "handles");
}

#[cold]
pub(crate) fn warn_unhandled(header: &Header, of_type: &str) {
    let server = header.vtable.options.type_name;
    // A field called `message` would take the place of the text.
    tracing::warn!(pid = %header.pid(), server, of_type, "no `#[info]` handler for this message: dropped");
}

/// Counts and traces a message that was dropped for want of room.
#[cold]
pub(crate) fn note_dropped(header: &Header) {
    let server = header.vtable.options.type_name;
    header.dropped.fetch_add(1, Ordering::Relaxed);
    metrics::counter!("otp_dropped_messages", "server" => server).increment(1);
    tracing::debug!(pid = %header.pid(), server, "full mailbox: a message was dropped");
}
