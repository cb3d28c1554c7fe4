//! Errors that come out of talking to a process.

use std::fmt;

use crate::{ExitReason, Pid};

/// A process, for people: its pid and its server's type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProcessLabel {
    /// The process.
    pub pid: Pid,
    /// The type of its server; `process` for one without.
    pub type_name: &'static str,
}

impl fmt::Display for ProcessLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.type_name, self.pid)
    }
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The server had ended, or ended before it answered. Calls that were waiting in its mailbox end
    /// so too.
    #[error("the server is down: {0}")]
    Down(ExitReason),
    /// No answer in time. The server may still handle the call; its answer is dropped.
    #[error("no answer in time")]
    Timeout,
    /// The call would wait for itself: each process of the circle waits for the next, and the last
    /// for the first. A server that calls itself is a circle of one.
    #[error("deadlock: {}", circle(.0))]
    Deadlock(Vec<ProcessLabel>),
    /// The mailbox is full, and the server's `overflow` says not to wait.
    #[error("the server's mailbox is full")]
    Full,
    /// The state machine takes this call in other states, and refuses it in this one.
    #[error("`{event}` is refused in the state `{state}`")]
    Refused {
        /// The state that the machine was in.
        state: &'static str,
        /// The call.
        event: &'static str,
    },
    /// The handler dropped its `ReplyTo` without an answer.
    #[error("the handler dropped its `ReplyTo` without an answer")]
    NoReply,
    /// The call needs a tokio runtime for its timeout, and was awaited outside of one.
    #[error(
        "this call was awaited outside a tokio runtime: use `.blocking()` there, or enter the runtime"
    )]
    NoRuntime,
    /// `.blocking()` was used where it would block a tokio runtime's thread.
    #[error(
        "`.blocking()` inside a tokio runtime would block its thread: use `.await` there, or move it to `spawn_blocking`"
    )]
    InsideRuntime,
}

/// Why a cast was not taken.
///
/// A server that is gone is no error: a cast to it is dropped, as in OTP.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CastError {
    /// The mailbox is full, and the cast could not, or must not, wait.
    #[error("the server's mailbox is full")]
    Full,
    /// The cast would wait for room in a mailbox that is only emptied after it.
    #[error("deadlock: {}", circle(.0))]
    Deadlock(Vec<ProcessLabel>),
    /// `.blocking()` was used where it would block a tokio runtime's thread.
    #[error(
        "`.blocking()` inside a tokio runtime would block its thread: use `.await` there, or move it to `spawn_blocking`"
    )]
    InsideRuntime,
}

/// Why a message sent by pid, or by a `Recipient`, was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The mailbox is full.
    #[error("the process's mailbox is full")]
    Full,
}

/// What only a process can do was asked for outside of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "only a process has links and monitors that come as messages: do this in a server's handler or in `spawn`, or use `Pid::monitor`"
)]
pub struct NotAProcess;

fn circle(labels: &[ProcessLabel]) -> String {
    let mut text = String::new();
    for label in labels.iter().chain(labels.first()) {
        if !text.is_empty() {
            text.push_str(" waits for ");
        }
        text.push_str(&label.to_string());
    }
    text
}
