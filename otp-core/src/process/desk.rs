//! What the code of a process leaves for its owner to do, and what its owner keeps for it.
//!
//! Almost every message leaves nothing; the rest is behind one pointer.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use super::behaviour::Server;
use super::cell::ProcessRef;
use super::control::{Control, Job};
use super::held::Held;
use super::reply::Slot;
use crate::ExitReason;

/// What became of a start.
pub(crate) type Answer<E> = Result<(), Outcome<E>>;

/// Why there is no server after a start.
pub(crate) enum Outcome<E> {
    Error(E),
    Ignored,
    Down(ExitReason),
}

/// What the starter learns when it lets go of the process.
pub(crate) enum Handshake<E> {
    Open,
    Answered(Answer<E>),
    Waiting(Arc<Slot<Answer<E>>>),
}

/// What the code of a process wants of its owner.
#[derive(Default)]
pub(crate) struct Desk {
    /// Whether there is anything for the owner after this message.
    wanted: bool,
    /// Whether `terminate` runs, or has.
    terminating: bool,
    rare: Option<Box<Rare>>,
}

/// What few processes need.
#[derive(Default)]
pub(crate) struct Rare {
    /// The process is to end, for this reason.
    pub(crate) exit: Option<ExitReason>,
    pub(crate) jobs: VecDeque<Job>,
    /// Those who asked it to stop.
    pub(crate) stops: Vec<Arc<Slot<ExitReason>>>,
    /// Control that came in the moment of its end.
    pub(crate) late: VecDeque<Control>,
    pub(crate) held: Held,
    /// Timers and streams: they end with the process.
    tasks: Option<tokio::task::JoinSet<()>>,
    pub(crate) traced: bool,
    /// A [`Typed`].
    typed: Option<Box<dyn Any + Send>>,
    timeout: ReceiveTimeout,
}

/// The receive timeout: asked for by a handler, running while the process sleeps after it.
#[derive(Default)]
struct ReceiveTimeout {
    asked: Option<Duration>,
    number: u64,
    running: Option<tokio::task::AbortHandle>,
}

impl Desk {
    /// Whether the process must not sleep, nor be donated to, before its owner has looked here.
    #[inline]
    pub(crate) fn wants_owner(&self) -> bool {
        self.wanted
    }

    pub(crate) fn want_owner(&mut self) {
        self.wanted = true;
    }

    pub(crate) fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// As [`Desk::rare`], if there is anything.
    pub(super) fn rare_if_any(&mut self) -> Option<&mut Rare> {
        self.rare.as_deref_mut()
    }

    /// Timers and streams: they end with the process.
    pub(crate) fn tasks(&mut self) -> &mut tokio::task::JoinSet<()> {
        self.rare().tasks.get_or_insert_default()
    }

    pub(super) fn into_rare(self) -> Option<Box<Rare>> {
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

    /// `process`, whose desk this is, is about to sleep: starts the timeout that was asked for.
    pub(super) fn arm_receive_timeout(&mut self, process: &ProcessRef) {
        if let Some(rare) = &mut self.rare
            && let Some(after) = rare.timeout.asked.take()
        {
            let number = super::links::number();
            let process = process.clone();
            let runtime = process.runtime.clone();
            let timer = runtime.spawn(async move {
                tokio::time::sleep(after).await;
                let _ = process.push_control(Control::TimedOut(number));
            });
            rare.timeout.number = number;
            rare.timeout.running = Some(timer.abort_handle());
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

/// What few servers need, and only their own type can name.
pub(super) type TypedOf<S> = Typed<<S as Server>::Continue, <S as Server>::InitError>;

/// Of the types of its steps and of its init's errors, which servers share: this is made seldom.
pub(crate) struct Typed<C, E> {
    /// What the handlers asked for by `continue_with`.
    pub(crate) steps: VecDeque<C>,
    /// The one who waits for the end of `init`.
    pub(super) start: Option<Arc<Slot<Answer<E>>>>,
}

impl<C: Send + 'static, E: Send + 'static> Typed<C, E> {
    /// That of the process whose `rare` things these are; made if it has none yet.
    pub(super) fn of(rare: &mut Rare) -> &mut Self {
        let typed = rare.typed.get_or_insert_with(|| {
            Box::new(Self {
                steps: VecDeque::new(),
                start: None,
            })
        });
        typed
            .downcast_mut()
            .expect("of one process all is of its own types")
    }

    /// The same, if it has been made.
    pub(super) fn known(rare: &mut Rare) -> Option<&mut Self> {
        rare.typed.as_mut()?.downcast_mut()
    }
}
