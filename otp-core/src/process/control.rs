//! What reaches a process beside its messages.

use std::sync::Arc;

use super::behaviour::Server;
use super::context::Context;
use super::reply::Slot;
use crate::link::{Down, Exit};
use crate::{ExitReason, Pid};

/// What one process sends to another without knowing its type.
#[derive(Debug)]
pub(crate) enum Signal {
    /// A linked process ended (`link` is the link's number at the receiver), or somebody said so.
    Exit { exit: Exit, link: Option<u64> },
    /// A watched process ended; the number is the watcher's.
    Down(Down),
}

/// What the owner of a process looks for before each message.
pub(crate) enum Control<S: Server> {
    /// End at once: the incarnation whose pid this is, that is.
    Kill { to: Pid },
    /// End: at once, or in order (`orderly`) after the message in progress and by `terminate`.
    Exit {
        to: Pid,
        exit: Exit,
        link: Option<u64>,
        orderly: bool,
    },
    /// End in order, and say with which reason.
    Stop {
        reason: ExitReason,
        done: Arc<Slot<ExitReason>>,
    },
    /// Do this between two messages.
    Job(Job<S>),
    /// A receive timeout ran out; the number says which.
    TimedOut(u64),
}

/// Work on a server's state between two messages.
pub(crate) type Job<S> = Box<dyn FnOnce(&mut S, &mut Context<S>) + Send>;
