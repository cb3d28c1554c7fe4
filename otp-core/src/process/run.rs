//! Running a process: control first, then the future in progress, then the next message.
//!
//! Owns the order in which things happen to a process. Runs on the stack of whoever owns
//! the run state: a runner, the caller of a donated call, or the starter. It knows servers only
//! through [`Server`].

mod next;
#[cfg(feature = "test-kit")]
mod on_demand;
mod outcome;
mod poll;

use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::Arc;

use self::next::Next;
use super::behaviour::Server;
use super::cell::{self, Cell, Header, Item, ProcessRef, Stage};
use super::context::Context;
use super::current::{Frame, Hold};
use super::desk::{Answer, Desk, Handshake, Outcome, TypedOf};
use super::reply::Slot;
use super::state::Rest;
use super::step::Work;
use super::{clock, runner};
use crate::ExitReason;

/// Pieces of work that a runner does before it lets tokio run other tasks, at the most...
const BUDGET: u32 = 1024;
/// ... and the ticks that it takes for them, about 100 us.
pub(crate) const SHARE: u64 = 300_000;
/// How a process comes to be run.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    /// By a runner that was scheduled for it.
    Runner,
    /// By a caller that has donated itself: only the `S::Message` behind the pointer, which is moved
    /// out.
    Donor {
        message: NonNull<()>,
        /// Whether the caller waits for an answer.
        awaited: bool,
    },
    /// By its starter: up to the end of `init`; the answer goes to the `Handshake<S>` behind the
    /// pointer.
    Starter(NonNull<()>),
    /// By who stops it, and found it idle: as the `Stopping` behind the pointer says.
    Stopper(NonNull<()>),
}

/// The stop of a process that was found idle.
pub(super) struct Stopping<'a> {
    /// Why it is to end; [`ExitReason::Kill`]: at once.
    pub(super) reason: ExitReason,
    /// The process on whose stack this is: its keeper, if it has one.
    pub(super) by: Option<&'a ProcessRef>,
    /// Why it has ended, if it did so there and then.
    pub(super) ended: Option<ExitReason>,
}

/// Runs a process until it has nothing to do, waits, or has had its share. `true`: it is scheduled,
/// and the caller is the runner to come back for it.
///
/// # Safety
/// The header of a cell of this type; the caller owns the run state (`Donor`, `Starter`), or is the
/// runner that was scheduled.
pub(super) unsafe fn run<S, I, F, N, M>(header: NonNull<Header>, mode: Mode) -> bool
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    // SAFETY: by the caller.
    let cell = unsafe { header.cast::<Cell<S, I, F, N, M>>().as_ref() };
    if matches!(mode, Mode::Runner) {
        cell.body.header.state.begin_run();
    }
    // A starter waits for `init`, and a stopper for the end.
    let awaited = !matches!(mode, Mode::Donor { awaited: false, .. });
    let now = clock::ticks();
    let _hold = Hold::since(now);
    let mut frame = Frame::new(header, awaited);
    let span = span_of(&cell.body.header);
    let _entered = span.as_ref().map(tracing::Span::enter);
    frame.enter(|| {
        let mut run = Run {
            cell,
            header,
            batch: VecDeque::new(),
            budget: BUDGET,
            taken: 0,
            clock: now,
            until: now + SHARE,
            // SAFETY: this run owns the process.
            handler: unsafe { *cell.body.handler.get() },
            outcome: None,
            stopper: None,
            over: false,
        };
        match mode {
            Mode::Runner => run.as_runner(),
            Mode::Donor { message, .. } => {
                // SAFETY: by the caller, who gives the message away.
                let message = unsafe { message.cast::<S::Message>().read() };
                run.as_donor(message);
                false
            }
            Mode::Starter(out) => {
                // SAFETY: by the caller, whose handshake it is.
                let handshake = unsafe { out.cast::<Handshake<S::InitError>>().as_mut() };
                run.as_starter(handshake);
                false
            }
            Mode::Stopper(stopping) => {
                // SAFETY: by the caller, whose stop it is.
                let stopping = unsafe { stopping.cast::<Stopping<'_>>().as_mut() };
                run.as_stopper(stopping);
                false
            }
        }
    })
}

/// Whether anybody listens to spans.
#[inline]
pub(super) fn is_listened() -> bool {
    tracing::level_filters::LevelFilter::current() != tracing::level_filters::LevelFilter::OFF
}

/// A span for what a process does, if anybody listens; not a child of the span that happens to be
/// current where it is run.
#[inline]
pub(crate) fn span_of(header: &Header) -> Option<tracing::Span> {
    is_listened().then(|| listened_span(header))
}

#[cold]
fn listened_span(header: &Header) -> tracing::Span {
    let server = header.vtable.options.type_name;
    tracing::info_span!(parent: None, "process", pid = %header.pid(), server)
}

/// The process ended because its runtime is gone: nothing of it can run any more.
///
/// # Safety
/// As for [`run`] by a runner.
pub(super) unsafe fn abandon<S, I, F, N, M>(header: NonNull<Header>)
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    // SAFETY: by the caller.
    let cell = unsafe { header.cast::<Cell<S, I, F, N, M>>().as_ref() };
    cell.body.header.state.begin_run();
    let mut run = Run {
        cell,
        header,
        batch: VecDeque::new(),
        budget: 0,
        taken: 0,
        clock: 0,
        until: 0,
        handler: "",
        outcome: None,
        stopper: None,
        over: false,
    };
    run.finish(&ExitReason::RuntimeGone);
    run.release_life();
}

/// One owner's time with a process.
struct Run<'a, S: Server, I, F, N, M> {
    cell: &'a Cell<S, I, F, N, M>,
    header: NonNull<Header>,
    /// Messages taken from the mailbox, not begun yet.
    batch: VecDeque<Item<S>>,
    budget: u32,
    /// Size of its last batch.
    taken: usize,
    /// The time when the last piece of work was done: when the next one began, near enough.
    clock: u64,
    /// When this owner has had its share.
    until: u64,
    /// The handler in progress, for traces.
    handler: &'static str,
    /// What became of `init`, for the starter.
    outcome: Option<Outcome<S::InitError>>,
    /// The process that has this one end here, and learns of the end by that.
    stopper: Option<&'a ProcessRef>,
    /// Whether the process has ended for good.
    over: bool,
}

/// How far the process got.
enum Progress {
    /// The piece of work is done.
    Done,
    /// `init` is done.
    Up,
    /// It waits.
    Pending,
    /// The process has ended.
    Ended,
}

impl<'a, S, I, F, N, M> Run<'a, S, I, F, N, M>
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    fn as_donor(&mut self, message: S::Message) {
        self.handler = S::describe(&message);
        match self.begin(Work::Message(message)) {
            Progress::Done | Progress::Up => {
                let rest = self.rest();
                self.let_go(rest);
            }
            Progress::Pending => self.let_go(Rest::Pending),
            Progress::Ended => self.release_life(),
        }
    }

    /// What is left after the donor's or starter's share.
    fn rest(&mut self) -> Rest {
        if self.desk().wants_owner() {
            if self.desk().is_ending() {
                self.cell.body.mailbox.doom();
            }
            Rest::More
        } else {
            Rest::Idle
        }
    }

    fn as_starter(&mut self, handshake: &mut Handshake<S::InitError>) {
        // SAFETY: this run owns the stage.
        let begun = !matches!(unsafe { &*self.cell.stage.get() }, Stage::Empty);
        let progress = if begun {
            self.go_on()
        } else {
            // `init` panicked before it had made a future.
            let reason = self.desk().rare().exit.take();
            self.after_panic(reason.unwrap_or(ExitReason::Killed))
        };
        match progress {
            Progress::Up | Progress::Done => {
                *handshake = Handshake::Answered(Ok(()));
                let rest = self.rest();
                self.let_go(rest);
            }
            Progress::Pending => {
                let slot = Slot::new();
                TypedOf::<S>::of(self.desk().rare()).start = Some(Arc::clone(&slot));
                *handshake = Handshake::Waiting(slot);
                self.let_go(Rest::Pending);
            }
            Progress::Ended => {
                let outcome = self.outcome.take();
                *handshake =
                    Handshake::Answered(Err(outcome.unwrap_or(Outcome::Down(ExitReason::Killed))));
                self.release_life();
            }
        }
    }

    /// An idle process has its server, no future in progress, and nothing on its desk.
    fn as_stopper(&mut self, stopping: &mut Stopping<'a>) {
        self.stopper = stopping.by;
        let reason = if stopping.reason == ExitReason::Kill {
            ExitReason::Killed
        } else {
            let reason = stopping.reason.clone();
            self.cell.body.mailbox.doom();
            self.desk().begin_terminate();
            self.handler = "terminate";
            match self.begin(Work::Terminate(reason.clone())) {
                Progress::Done | Progress::Up => reason,
                Progress::Pending => {
                    self.desk().go_on_ending(reason);
                    return self.let_go(Rest::Pending);
                }
                Progress::Ended => {
                    stopping.ended = match self.outcome.take() {
                        Some(Outcome::Down(reason)) => Some(reason),
                        _ => None,
                    };
                    return self.release_life();
                }
            }
        };
        self.finish(&reason);
        stopping.ended = Some(reason);
        self.release_life();
    }

    fn as_runner(&mut self) -> bool {
        let body = &self.cell.body;
        let mut look = true;
        loop {
            if body.header.state.take_news() || look {
                look = false;
                if !self.control() {
                    return false;
                }
            }
            // SAFETY: this run owns the process.
            let progress = if !matches!(unsafe { &*self.cell.stage.get() }, Stage::Empty) {
                self.go_on()
            } else if self.budget == 0 || self.clock > self.until {
                self.give_back();
                return self.release(Rest::More);
            } else {
                match self.next() {
                    Next::Work(work) => self.begin(work),
                    Next::Nothing => continue,
                    Next::Idle => return self.release(Rest::Idle),
                    Next::Ended => return false,
                }
            };
            match progress {
                Progress::Done | Progress::Up => {}
                Progress::Pending => {
                    self.give_back();
                    return self.release(Rest::Pending);
                }
                Progress::Ended => {
                    self.release_life();
                    return false;
                }
            }
        }
    }

    /// Lets go; a runner comes if there is more to do.
    fn let_go(&mut self, rest: Rest) {
        if self.cell.body.header.state.release(rest) {
            runner::put(self.header);
        }
    }

    /// Lets go as a runner, who comes back itself if there is more to do.
    fn release(&mut self, rest: Rest) -> bool {
        self.cell.body.header.state.release(rest)
    }

    /// After the end of an incarnation: if it was the last, gives up the count that the process's being
    /// alive stood for. Nothing of the cell may be touched any more: it may have a new owner.
    fn release_life(&mut self) {
        if self.over {
            // SAFETY: the process has just ended, which happens once; the caller of `run` holds a count
            // of its own until it returns.
            unsafe { cell::release_life(self.header) }
        }
    }

    fn take_start(&mut self) -> Option<Arc<Slot<Answer<S::InitError>>>> {
        TypedOf::<S>::known(self.desk().rare_if_any()?)?
            .start
            .take()
    }

    fn desk(&mut self) -> &mut Desk {
        // SAFETY: this run owns the process. The process's own code reaches the desk only through its
        // context, while it is polled by this run, and keeps no borrow of it.
        unsafe { &mut *self.cell.body.desk.get() }
    }
}
