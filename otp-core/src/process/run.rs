//! Running a process: control first, then the future in progress, then the next message.
//!
//! Owns the order in which things happen to a process and its end. Runs on the stack of whoever owns
//! the run state: a runner, the caller of a donated call, or the starter. It knows servers only
//! through [`Server`].

use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{self, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::behaviour::Server;
use super::cell::{self, Cell, Header, Item, ProcessRef, Stage};
use super::context::Context;
use super::control::{Control, Job, Signal};
use super::current::{self, Frame, Stopwatch};
use super::deliver::push_control;
use super::desk::{Desk, Handshake, Outcome};
use super::end::{End, end};
use super::options::{Donate, Overflow};
use super::reply::Slot;
use super::reports::{report_crash, report_slow, warn_unhandled};
use super::state::Rest;
use super::{clock, links, panics, runner};
use crate::ExitReason;

/// Pieces of work that a runner does before it lets tokio run other tasks, at the most...
const BUDGET: u32 = 1024;
/// ... and the ticks that it takes for them, about 100 us.
pub(super) const SHARE: u64 = 300_000;
/// Messages taken from the mailbox under one lock.
const BATCH: usize = 64;
/// A batch of fewer is worth a pause before the next.
const FEW: usize = 16;
/// How long: about half a microsecond.
const PAUSES: u32 = 16;
/// A message that took fewer ticks leaves nothing to look into (at most 20 us on any machine we know).
pub(crate) const QUICK: u64 = 20_000;
/// Above this average, callers do not donate.
const LONG: Duration = Duration::from_micros(20);

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
    /// By who stops it, and found it idle: for the `ExitReason` behind the pointer, which is moved out.
    Stopper(NonNull<ExitReason>),
}

/// What a server does next.
pub(crate) enum Work<S: Server> {
    Message(S::Message),
    Continue(S::Continue),
    Terminate(ExitReason),
}

pin_project! {
    /// The future of one piece of work, in place.
    #[project = StepProjection]
    enum Step<M, C, T> {
        Message { #[pin] future: M },
        Continue { #[pin] future: C },
        Terminate { #[pin] future: T },
    }
}

impl<M, C, T> Future for Step<M, C, T>
where
    M: Future<Output = ()>,
    C: Future<Output = ()>,
    T: Future<Output = ()>,
{
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        match self.project() {
            StepProjection::Message { future } => future.poll(cx),
            StepProjection::Continue { future } => future.poll(cx),
            StepProjection::Terminate { future } => future.poll(cx),
        }
    }
}

/// The future of one piece of work of a server.
pub(super) fn step<S: Server>(
    server: &'static mut S,
    cx: &'static mut Context<S>,
    work: Work<S>,
) -> impl Future<Output = ()> + Send + use<S> {
    match work {
        Work::Message(message) => Step::Message {
            future: server.handle(message, cx),
        },
        Work::Continue(next) => Step::Continue {
            future: server.handle_continue(next, cx),
        },
        Work::Terminate(reason) => Step::Terminate {
            future: async move { server.terminate(&reason, cx).await },
        },
    }
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
            clock: clock::ticks(),
            until: 0,
            // SAFETY: this run owns the process.
            handler: unsafe { *cell.body.handler.get() },
            outcome: None,
            over: false,
        };
        run.until = run.clock + SHARE;
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
                let handshake = unsafe { out.cast::<Handshake<S>>().as_mut() };
                run.as_starter(handshake);
                false
            }
            Mode::Stopper(reason) => {
                // SAFETY: by the caller, who gives the reason away.
                run.as_stopper(unsafe { reason.read() });
                false
            }
        }
    })
}

/// A span for what a process does, if anybody listens; not a child of the span that happens to be
/// current where it is run.
#[inline]
pub(crate) fn span_of(header: &Header) -> Option<tracing::Span> {
    if tracing::level_filters::LevelFilter::current() == tracing::level_filters::LevelFilter::OFF {
        return None;
    }
    Some(listened_span(header))
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

impl<S, I, F, N, M> Run<'_, S, I, F, N, M>
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    fn as_donor(&mut self, message: S::Message) {
        self.handler = S::describe(&message);
        self.begin(Work::Message(message));
        match self.poll() {
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

    fn as_starter(&mut self, handshake: &mut Handshake<S>) {
        // SAFETY: this run owns the stage.
        let begun = !matches!(unsafe { &*self.cell.stage.get() }, Stage::Empty);
        let progress = if begun {
            self.poll()
        } else {
            // `init` panicked before it had made a future.
            let reason = self.desk().rare().exit.take();
            self.after_panic(reason.unwrap_or(ExitReason::Killed))
        };
        match progress {
            Progress::Up | Progress::Done => {
                *handshake = Handshake::Answered(Ok(()));
                let rest = self.rest_of_start();
                self.let_go(rest);
            }
            Progress::Pending => {
                let slot = Slot::new();
                self.desk().rare().start = Some(Arc::clone(&slot));
                *handshake = Handshake::Waiting(slot);
                let rest = if self.cell.body.mailbox.has_control() {
                    Rest::More
                } else {
                    Rest::Pending
                };
                self.let_go(rest);
            }
            Progress::Ended => {
                let outcome = self.outcome.take();
                *handshake =
                    Handshake::Answered(Err(outcome.unwrap_or(Outcome::Down(ExitReason::Killed))));
                self.release_life();
            }
        }
    }

    /// As [`Run::rest`]. What came while the process was parked has told nobody.
    fn rest_of_start(&mut self) -> Rest {
        let mailbox = &self.cell.body.mailbox;
        if mailbox.has_control() || mailbox.len() > 0 {
            Rest::More
        } else {
            self.rest()
        }
    }

    fn as_stopper(&mut self, reason: ExitReason) {
        if reason == ExitReason::Kill {
            self.finish(&ExitReason::Killed);
            return self.release_life();
        }
        self.desk().stop(reason);
        if self.as_runner() {
            runner::put(self.header);
        }
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
            if !matches!(unsafe { &*self.cell.stage.get() }, Stage::Empty) {
                match self.poll() {
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
                continue;
            }
            if self.budget == 0 || self.clock > self.until {
                self.give_back();
                return self.release(Rest::More);
            }
            match self.next() {
                Next::Work => {}
                Next::Idle => {
                    return self.release(Rest::Idle);
                }
                Next::Ended => return false,
            }
        }
    }

    /// Takes the next thing to do, in order: the end, jobs, continue steps, messages.
    fn next(&mut self) -> Next {
        let cell = self.cell;
        let body = &cell.body;
        let desk = self.desk();
        if desk.wants_owner() {
            if let Some(reason) = desk.rare().exit.clone() {
                self.give_back();
                let rare = self.desk().rare();
                // SAFETY: this run owns the process, and no future of it is in progress.
                let up = unsafe { (*body.server.get()).is_some() };
                body.mailbox.doom();
                if rare.terminating || !up {
                    self.finish(&reason);
                    self.release_life();
                    return Next::Ended;
                }
                rare.terminating = true;
                self.handler = "terminate";
                self.begin(Work::Terminate(reason));
                return Next::Work;
            }
            if let Some(job) = desk.rare().jobs.pop_front() {
                self.do_job(job);
                return Next::Work;
            }
            if let Some(next) = desk.rare().steps.pop_front() {
                self.handler = "handle_continue";
                self.begin(Work::Continue(next));
                return Next::Work;
            }
            desk.settle();
            self.reserve();
        }
        if body.header.state.is_suspended() && !body.header.is_reachable() {
            // Nobody is left to resume it.
            body.header.state.set_suspended(false);
        }
        if body.header.state.is_suspended() {
            self.give_back();
            return self.sleep();
        }
        let capacity = S::OPTIONS.mailbox;
        if self.batch.is_empty() {
            let most = if S::OPTIONS.overflow == Overflow::DropOldest || is_long(&body.header) {
                1
            } else {
                BATCH
            };
            if self.taken > 0 && self.taken < FEW {
                // Messages come one by one while it runs. Looking for each by itself would hold up
                // their senders at the lock: a moment later there are several.
                for _ in 0..PAUSES {
                    std::hint::spin_loop();
                }
            }
            let wake = body.mailbox.take_batch(&mut self.batch, most, capacity);
            self.taken = self.batch.len();
            wake.into_iter().for_each(task::Waker::wake);
        } else {
            body.mailbox.begun(self.batch.len() - 1);
        }
        let Some(item) = self.batch.pop_front() else {
            if !body.header.is_reachable() && !body.header.vtable.options.plain {
                let desk = self.desk();
                desk.stop(ExitReason::Normal);
                return Next::Work;
            }
            return self.sleep();
        };
        self.begin_item(item);
        Next::Work
    }

    fn give_back(&mut self) {
        let mailbox = &self.cell.body.mailbox;
        let wake = mailbox.give_back(&mut self.batch, S::OPTIONS.mailbox);
        wake.into_iter().for_each(task::Waker::wake);
    }

    /// Nothing to do until news come.
    fn sleep(&mut self) -> Next {
        let body = &self.cell.body;
        if body.header.state.is_suspended() {
            return Next::Idle;
        }
        let header = self.header;
        self.desk().arm_receive_timeout(|after, number| {
            // SAFETY: the run holds the cell's memory, by its caller.
            let process = unsafe { ProcessRef::share(header) };
            let runtime = process.runtime.clone();
            let timer = runtime.spawn(async move {
                tokio::time::sleep(after).await;
                if let Some(body) = process.downcast::<S>() {
                    let _ = push_control(body, Control::TimedOut(number));
                }
            });
            timer.abort_handle()
        });
        self.reserve();
        Next::Idle
    }

    fn begin_item(&mut self, item: Item<S>) {
        let this = &self.cell.body.header;
        self.desk().cancel_receive_timeout();
        let message = match item {
            Item::Message(message) => message,
            Item::Signal(signal) => {
                let Some(message) = self.signal_message(*signal) else {
                    return;
                };
                message
            }
        };
        self.handler = S::describe(&message);
        if self.desk().is_traced() {
            tracing::info!(pid = %this.pid(), server = S::OPTIONS.type_name, message = self.handler, "handles");
        }
        self.begin(Work::Message(message));
    }

    /// The server's message for a signal, unless it is one that means nothing any more.
    fn signal_message(&mut self, signal: Signal) -> Option<S::Message> {
        let this = &self.cell.body.header;
        let (message, what) = match signal {
            Signal::Exit { exit, link } => {
                if link.is_some_and(|link| !links::take_exit(this, exit.pid, link)) {
                    return None;
                }
                (S::info(&mut Some(exit)), "Exit")
            }
            Signal::Down(down) => {
                if !links::take_down(this, down.reference) {
                    return None;
                }
                (S::info(&mut Some(down)), "Down")
            }
        };
        if message.is_none() {
            warn_unhandled(this, what);
        }
        message
    }

    fn begin(&mut self, work: Work<S>) {
        let cell = self.cell;
        self.budget = self.budget.saturating_sub(1);
        // SAFETY: this run owns the process, and no future of it is in progress, so nothing borrows
        // the server or the context. Both outlive the future: `finish` drops it before them, and
        // nothing moves the cell.
        unsafe {
            let Some(server) = &mut *cell.body.server.get() else {
                return;
            };
            let context = &mut *cell.body.context.get();
            *cell.stage.get() = Stage::Step((cell.make)(server, context, work));
        }
    }

    fn do_job(&mut self, job: Job<S>) {
        let body = &self.cell.body;
        // SAFETY: as in `begin`; both borrows end with the call.
        let (server, context) = unsafe { (&mut *body.server.get(), &mut *body.context.get()) };
        let Some(server) = server else { return };
        if let Err(reason) = panics::guard(|| job(server, context)) {
            self.desk().stop(reason);
        }
    }

    /// Polls the future in progress, if there is one.
    fn poll(&mut self) -> Progress {
        let cell = self.cell;
        // SAFETY: the run holds the cell's memory, by its caller.
        let waker: ManuallyDrop<task::Waker> = unsafe { cell::borrow_waker(self.header) };
        let mut cx = task::Context::from_waker(&waker);
        let watch = Stopwatch::start(self.clock);
        // SAFETY: this run owns the stage. The futures are pinned: they are polled and dropped in
        // place, in a cell that never moves.
        let polled = panics::guard(|| match unsafe { &mut *cell.stage.get() } {
            Stage::Empty => Poll::Ready(None),
            Stage::Init(future) => {
                // SAFETY: as above.
                unsafe { Pin::new_unchecked(future) }
                    .poll(&mut cx)
                    .map(Some)
            }
            Stage::Step(future) => {
                // SAFETY: as above.
                unsafe { Pin::new_unchecked(future) }
                    .poll(&mut cx)
                    .map(|()| None)
            }
        });
        let now = clock::ticks();
        self.account(watch.stop(now));
        self.clock = now;
        match polled {
            Ok(Poll::Pending) => {
                // SAFETY: this run owns the process.
                unsafe { *cell.body.handler.get() = self.handler };
                Progress::Pending
            }
            Ok(Poll::Ready(init)) => {
                self.empty_stage(None);
                match init {
                    None if cell.body.header.vtable.options.plain => {
                        let reason = self.desk().rare().exit.take();
                        self.finish(&reason.unwrap_or(ExitReason::Normal));
                        Progress::Ended
                    }
                    None => {
                        count(&cell.body.header);
                        Progress::Done
                    }
                    Some(init) => self.after_init(init),
                }
            }
            Err(reason) => self.after_panic(reason),
        }
    }

    fn after_init(&mut self, init: Result<Option<S>, S::InitError>) -> Progress {
        let body = &self.cell.body;
        let (reason, outcome) = match init {
            Ok(Some(server)) => {
                if size_of::<S::Shared>() > 0 {
                    body.shared.store(Some(Arc::new(server.share())));
                }
                // SAFETY: this run owns the process, and no future borrows the server.
                unsafe { *body.server.get() = Some(server) };
                body.header.up.store(true, Ordering::Release);
                if let Some(slot) = self.desk().take_start() {
                    let _ = slot.answer(Ok(()));
                }
                return Progress::Up;
            }
            Ok(None) => (ExitReason::Normal, Outcome::Ignored),
            Err(error) => (ExitReason::error(&error), Outcome::Error(error)),
        };
        let slot = self.desk().take_start();
        self.finish(&reason);
        match slot {
            Some(slot) => drop(slot.answer(Err(outcome))),
            None => self.outcome = Some(outcome),
        }
        Progress::Ended
    }

    fn after_panic(&mut self, reason: ExitReason) -> Progress {
        let body = &self.cell.body;
        let client = current::client();
        // Before the caller, whose call ends with the future, learns of it.
        body.mailbox.doom();
        self.empty_stage(Some(&reason));
        // SAFETY: this run owns the process, and no future of it is in progress any more.
        let state = unsafe { (*body.server.get()).as_ref() };
        report_crash(&body.header, self.handler, client, state, &reason);
        let rare = self.desk().rare();
        // SAFETY: this run owns the process, and no future of it is in progress any more.
        let up = unsafe { (*body.server.get()).is_some() };
        if up && !rare.terminating {
            rare.exit = Some(reason);
            self.desk().want_owner();
            return Progress::Done;
        }
        self.outcome = Some(Outcome::Down(reason.clone()));
        self.finish(&reason);
        Progress::Ended
    }

    /// Drops the future in progress; with a reason, because the process ends.
    fn empty_stage(&mut self, reason: Option<&ExitReason>) {
        let cell = self.cell;
        let drop_it = || {
            // SAFETY: this run owns the stage, and drops what is in it in place.
            unsafe { *cell.stage.get() = Stage::Empty }
        };
        match reason {
            // A future of the user's own making may panic when it is dropped.
            None => drop(panics::guard(drop_it)),
            Some(reason) => current::drop_remains(reason, Defer(Some(drop_it))),
        }
    }

    /// Looks at all control that came. `false`: the process has ended.
    fn control(&mut self) -> bool {
        let body = &self.cell.body;
        let mut control = body.mailbox.take_control();
        while let Some(next) = control.pop_front() {
            let end = match next {
                Control::Kill { to } => (to == body.header.pid()).then_some(ExitReason::Killed),
                Control::Exit { to, .. } if to != body.header.pid() => None,
                Control::Exit {
                    exit,
                    link,
                    orderly,
                    ..
                } => {
                    if link.is_some_and(|link| !links::take_exit(&body.header, exit.pid, link)) {
                        None
                    } else if orderly && !body.header.vtable.options.plain {
                        self.desk().stop(exit.reason);
                        None
                    } else {
                        Some(exit.reason)
                    }
                }
                Control::Stop { reason, done } => {
                    let desk = self.desk();
                    desk.rare().stops.push(done);
                    if body.header.vtable.options.plain {
                        Some(reason)
                    } else {
                        desk.stop(reason);
                        None
                    }
                }
                Control::Job(job) => {
                    let desk = self.desk();
                    desk.rare().jobs.push_back(job);
                    desk.want_owner();
                    None
                }
                Control::TimedOut(number) => {
                    if body.mailbox.len() == 0
                        && self.batch.is_empty()
                        && self.desk().take_receive_timeout(number)
                    {
                        match S::info(&mut Some(crate::Timeout)) {
                            Some(message) => {
                                let item = Item::Message(message);
                                let _ = body.mailbox.push_past_capacity(item);
                            }
                            None => warn_unhandled(&body.header, "Timeout"),
                        }
                    }
                    None
                }
            };
            if let Some(reason) = end {
                self.give_back();
                self.desk().rare().late.extend(control);
                self.finish(&reason);
                self.release_life();
                return false;
            }
        }
        true
    }

    /// Notes how long the handler held its thread.
    fn account(&mut self, ticks: u64) {
        let changed = account(&self.cell.body.header, ticks);
        if ticks >= QUICK {
            report_slow(&self.cell.body.header, self.handler, ticks);
        }
        if changed || self.cell.body.header.state.is_reserved() {
            self.reserve();
        }
    }

    /// Whether callers may donate, after all that is known.
    fn reserve(&mut self) {
        let header = &self.cell.body.header;
        let reserved = is_long(header)
            || S::OPTIONS.donate == Donate::Never
            || header.vtable.options.plain
            || self.desk().is_reserved();
        if reserved != header.state.is_reserved() {
            header.state.set_reserved(reserved);
        }
    }

    /// This incarnation ends: what it was, what waits for it, and who has to know. If it was the last,
    /// the count that the process's being alive stood for is given up.
    fn finish(&mut self, reason: &ExitReason) {
        self.empty_stage(Some(reason));
        let end = end(&self.cell.body, std::mem::take(&mut self.batch), reason);
        self.over = end == End::ForGood;
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

    fn desk(&mut self) -> &mut Desk<S> {
        // SAFETY: this run owns the process. The process's own code reaches the desk only through its
        // context, while it is polled by this run, and keeps no borrow of it.
        unsafe { &mut *self.cell.body.desk.get() }
    }
}

/// What `Run::next` found.
enum Next {
    Work,
    Idle,
    Ended,
}

/// Calls a closure when it is dropped.
struct Defer<D: FnOnce()>(Option<D>);

impl<D: FnOnce()> Drop for Defer<D> {
    fn drop(&mut self) {
        if let Some(work) = self.0.take() {
            work();
        }
    }
}

/// Counts a message. Only the owner writes.
#[inline]
pub(crate) fn count(header: &Header) {
    let handled = header.handled.load(Ordering::Relaxed);
    header.handled.store(handled + 1, Ordering::Relaxed);
}

/// Adds a message's ticks to the average. `true`: it is long enough to be looked at.
#[inline]
pub(crate) fn account(header: &Header, ticks: u64) -> bool {
    let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
    let before = header.cost.load(Ordering::Relaxed);
    let after = before - before / 8 + ticks / 8;
    header.cost.store(after, Ordering::Relaxed);
    u64::from(after) >= QUICK
}

/// After a donation that was not quick: the next callers queue if the average says so.
#[cold]
pub(crate) fn reserve_if_long(header: &Header) {
    if is_long(header) {
        header.state.set_reserved(true);
    }
}

/// Whether the server's messages hold their thread for long, on average.
fn is_long(header: &Header) -> bool {
    u64::from(header.cost.load(Ordering::Relaxed)) > clock::to_ticks(LONG)
}
