//! What reaches a process beside its messages.

use std::any::Any;
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
pub(crate) enum Control {
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
    Job(Job),
    /// A receive timeout ran out; the number says which.
    TimedOut(u64),
}

/// Work on a server's state between two messages: with the server and its [`Context`].
///
/// Untyped, as all control is: only the one who made it has to know what server it is for.
pub(crate) struct Job(Box<Work>);

type Work = dyn FnOnce(&mut dyn Any, &mut dyn Any) + Send;

impl Job {
    /// Work on a server of type `S`; on any other it is dropped.
    pub(crate) fn new<S: Server>(
        work: impl FnOnce(&mut S, &mut Context<S>) + Send + 'static,
    ) -> Self {
        Self(Box::new(move |server, cx| {
            if let (Some(server), Some(cx)) = (server.downcast_mut(), cx.downcast_mut()) {
                work(server, cx);
            }
        }))
    }

    pub(super) fn run(self, server: &mut dyn Any, cx: &mut dyn Any) {
        (self.0)(server, cx);
    }
}
