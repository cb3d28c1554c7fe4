//! What the code of a process leaves for its owner to do, and what its owner keeps for it.
//!
//! Almost every message leaves nothing; the rest is behind one pointer.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::behaviour::Server;
use super::control::{Control, Job};
use super::held::Held;
use super::reply::Slot;
use crate::ExitReason;

/// What became of a start.
pub(crate) type Answer<S> = Result<(), Outcome<<S as Server>::InitError>>;

/// Why there is no server after a start.
pub(crate) enum Outcome<E> {
    Error(E),
    Ignored,
    Down(ExitReason),
}

/// What the starter learns when it lets go of the process.
pub(crate) enum Handshake<S: Server> {
    Open,
    Answered(Answer<S>),
    Waiting(Arc<Slot<Answer<S>>>),
}

/// What the code of a process wants of its owner.
pub(crate) struct Desk<S: Server> {
    /// Whether there is anything for the owner after this message.
    wanted: bool,
    /// Whether `terminate` runs, or has.
    terminating: bool,
    rare: Option<Box<Rare<S>>>,
}

impl<S: Server> Default for Desk<S> {
    fn default() -> Self {
        Self {
            wanted: false,
            terminating: false,
            rare: None,
        }
    }
}

/// What few processes need.
pub(crate) struct Rare<S: Server> {
    /// The process is to end, for this reason.
    pub(crate) exit: Option<ExitReason>,
    pub(crate) steps: VecDeque<S::Continue>,
    pub(crate) jobs: VecDeque<Job<S>>,
    /// Those who asked it to stop.
    pub(crate) stops: Vec<Arc<Slot<ExitReason>>>,
    /// Control that came in the moment of its end.
    pub(crate) late: VecDeque<Control<S>>,
    pub(crate) start: Option<Arc<Slot<Answer<S>>>>,
    pub(crate) held: Held,
    /// Timers and streams: they end with the process.
    tasks: Option<tokio::task::JoinSet<()>>,
    pub(crate) traced: bool,
    timeout: ReceiveTimeout,
}

/// The receive timeout: asked for by a handler, running while the process sleeps after it.
#[derive(Default)]
struct ReceiveTimeout {
    asked: Option<Duration>,
    number: u64,
    running: Option<tokio::task::AbortHandle>,
}

impl<S: Server> Desk<S> {
    /// Whether the process must not sleep, nor be donated to, before its owner has looked here.
    #[inline]
    pub(crate) fn wants_owner(&self) -> bool {
        self.wanted
    }

    pub(crate) fn want_owner(&mut self) {
        self.wanted = true;
    }

    pub(crate) fn rare(&mut self) -> &mut Rare<S> {
        self.rare.get_or_insert_with(|| {
            Box::new(Rare {
                exit: None,
                steps: VecDeque::new(),
                jobs: VecDeque::new(),
                stops: Vec::new(),
                late: VecDeque::new(),
                start: None,
                held: Held::default(),
                tasks: None,
                traced: false,
                timeout: ReceiveTimeout::default(),
            })
        })
    }

    /// Timers and streams: they end with the process.
    pub(crate) fn tasks(&mut self) -> &mut tokio::task::JoinSet<()> {
        self.rare().tasks.get_or_insert_default()
    }

    pub(super) fn into_rare(self) -> Option<Box<Rare<S>>> {
        self.rare
    }

    /// The process is to end after this message. The first reason counts.
    pub(crate) fn stop(&mut self, reason: ExitReason) {
        self.rare().exit.get_or_insert(reason);
        self.wanted = true;
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.terminating || self.rare.as_ref().is_some_and(|rare| rare.exit.is_some())
    }

    /// `terminate` is about to run, once.
    pub(super) fn begin_terminate(&mut self) {
        self.terminating = true;
    }

    pub(super) fn is_terminating(&self) -> bool {
        self.terminating
    }

    /// `terminate` waits. The reason for which it runs counts before any that it has asked for.
    pub(super) fn go_on_ending(&mut self, reason: ExitReason) {
        self.rare().exit = Some(reason);
        self.wanted = true;
    }

    /// The owner has found nothing (more) to do here.
    pub(super) fn settle(&mut self) {
        self.wanted = false;
    }

    pub(super) fn take_start(&mut self) -> Option<Arc<Slot<Answer<S>>>> {
        self.rare.as_mut()?.start.take()
    }

    pub(super) fn is_traced(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.traced)
    }

    /// Whether the process has to be run by its own runner for what is on this desk.
    pub(super) fn is_reserved(&self) -> bool {
        self.rare
            .as_ref()
            .is_some_and(|rare| rare.traced || rare.timeout.running.is_some())
    }

    pub(crate) fn ask_receive_timeout(&mut self, after: Duration) {
        self.rare().timeout.asked = Some(after);
        self.wanted = true;
    }

    /// The process is about to sleep: starts the timeout that was asked for.
    pub(super) fn arm_receive_timeout(
        &mut self,
        start: impl FnOnce(Duration, u64) -> tokio::task::AbortHandle,
    ) {
        if let Some(rare) = &mut self.rare
            && let Some(after) = rare.timeout.asked.take()
        {
            rare.timeout.number = super::links::number();
            rare.timeout.running = Some(start(after, rare.timeout.number));
        }
    }

    /// A message came.
    pub(super) fn cancel_receive_timeout(&mut self) {
        if let Some(rare) = &mut self.rare {
            rare.timeout.asked = None;
            if let Some(running) = rare.timeout.running.take() {
                running.abort();
            }
        }
    }

    /// Whether the timeout that ran out is the one that runs.
    pub(super) fn take_receive_timeout(&mut self, number: u64) -> bool {
        match &mut self.rare {
            Some(rare) if rare.timeout.number == number => rare.timeout.running.take().is_some(),
            _ => false,
        }
    }
}
