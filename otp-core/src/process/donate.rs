//! Donation: a caller lends its thread to an idle process for the time of one message.
//!
//! What a donor must never pay for: the messages of others (a runner gets them), handlers that run
//! long (the process is then reserved, see `run`), a deep stack (bounded), another runtime (refused).

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use super::account::{self, QUICK};
use super::behaviour::Server;
use super::cell::{Header, ProcessRef, ServerRef};
use super::context::Context;
use super::control::Control;
use super::current::{self, Frame, Stopwatch};
use super::desk::Handshake;
use super::run::{self, Mode, Stopping};
use super::state::{Refusal, Rest};
use super::{clock, links, panics, reports, runner};
use crate::{ExitReason, Pid};

/// Ticks for which one that finds another owner of a quick process leaves it alone, about 2 us. Each
/// look takes the owner's cache line from it, and each change of owner takes the server's state across
/// to another core, which costs more than many a handler: an owner that comes back at once, as one
/// that sends or calls in a loop does, gets some tens of messages done for each change.
const QUIET: u64 = 4_000;
/// Looks after that, at the most: the owner is out in a moment, and waiting for that is cheaper than a
/// queue. Many short looks: an owner that comes back at once leaves short gaps.
const LOOKS: u32 = 128;
/// Pauses between two looks.
const PAUSES: u32 = 2;
/// After waiting in vain, so many refusals are taken at once.
const IN_VAIN: u32 = 64;

/// Above this average a cast is queued: it must not take much longer than queueing it.
const CAST_TICKS: u32 = 3_000;

/// Whether this code may donate to the process at all.
#[inline]
pub(crate) fn may(header: &Header) -> bool {
    #[cfg(feature = "test-kit")]
    if super::faults::concern(header) {
        return false;
    }
    current::may_nest() && current::on_runtime(header.runtime_id)
}

/// Whether callers were asked not to donate to the process.
#[inline]
pub(crate) fn is_refused(header: &Header) -> bool {
    header.state.is_reserved()
}

/// Whether a cast is worth donating: its sender does not wait for an answer.
#[inline]
pub(crate) fn is_quick(header: &Header) -> bool {
    header.cost.load(Ordering::Relaxed) < CAST_TICKS
}

thread_local! {
    /// Refusals for which this thread does not wait, since waiting was in vain a moment ago.
    static SKIP: Cell<u32> = const { Cell::new(0) };
}

#[inline]
fn claim(header: &Header) -> bool {
    match header.state.try_donate() {
        Ok(()) => true,
        Err(Refusal::Running) => claim_after_waiting(header),
        Err(Refusal::Busy | Refusal::Dead) => false,
    }
}

/// Whether messages wait in a process that has just been claimed, so that this donor has to let go of it
/// again. Who has put the first of them in is about to tell the process; the donor's own may stand behind that.
#[inline]
fn comes_after<S: Server>(server: &ServerRef<S>) -> bool {
    let behind = server.body().mailbox.is_awake();
    if behind {
        let_go(server.header_ptr(), Rest::Idle);
    }
    behind
}

#[cold]
fn claim_after_waiting(header: &Header) -> bool {
    if !is_quick(header) {
        return false;
    }
    let skip = SKIP.get();
    if skip > 0 {
        SKIP.set(skip - 1);
        return false;
    }
    let until = clock::ticks() + QUIET;
    while clock::ticks() < until {
        std::hint::spin_loop();
    }
    for _ in 0..LOOKS {
        for _ in 0..PAUSES {
            std::hint::spin_loop();
        }
        if header.state.looks_idle() {
            match header.state.try_donate() {
                Ok(()) => return true,
                Err(Refusal::Running) => {}
                Err(_) => return false,
            }
        }
    }
    SKIP.set(IN_VAIN);
    false
}

/// What came of work that was to be run in place. Small, for it is passed on with every call.
pub(crate) enum Ran {
    /// The process is not idle: nothing was run.
    Refused,
    /// It was run, in so many ticks.
    Done(u64),
    Crashed(Box<ExitReason>),
}

/// Work that does not await, on a server that was found idle.
pub(crate) trait Donated<S: Server> {
    fn run(&mut self, server: &mut S, cx: &mut Context<S>);
}

/// Runs `work`, which does not await, as the process, if that is idle: no message, no slot, no queue.
/// `awaited`: the caller waits for it, as a cast does not.
///
/// Made once for each server: that `work` is called by a pointer keeps the types of a handler out.
pub(crate) fn run_direct<S: Server>(
    server: &ServerRef<S>,
    handler: &'static str,
    awaited: bool,
    work: &mut dyn Donated<S>,
) -> Ran {
    let header = server.header();
    if !claim(header) || comes_after(server) {
        return Ran::Refused;
    }
    if run::is_listened() {
        return run_in_span(server, handler, awaited, work);
    }
    run_claimed(server, handler, awaited, work)
}

#[cold]
fn run_in_span<S: Server>(
    server: &ServerRef<S>,
    handler: &'static str,
    awaited: bool,
    work: &mut dyn Donated<S>,
) -> Ran {
    let span = run::span_of(server.header());
    let _entered = span.as_ref().map(tracing::Span::enter);
    run_claimed(server, handler, awaited, work)
}

#[inline(never)]
fn run_claimed<S: Server>(
    server: &ServerRef<S>,
    handler: &'static str,
    awaited: bool,
    work: &mut dyn Donated<S>,
) -> Ran {
    let header = server.header();
    let watch = Stopwatch::start(clock::ticks());
    let result = Frame::new(server.header_ptr(), awaited).enter(|| {
        panics::guard(|| {
            // SAFETY: this donor owns the process, which is idle: no future borrows the server or the
            // context, and both borrows end with the handler.
            let (state, context) = unsafe {
                (
                    &mut *server.body().server.get(),
                    &mut *server.body().context.get(),
                )
            };
            let state = state.as_mut().expect("an idle process has its server");
            work.run(state, context);
        })
    });
    let ticks = watch.stop(clock::ticks());
    account::count(header);
    if account::account(header, ticks) || ticks >= QUICK {
        reports::report_slow(header, handler, ticks);
        account::reserve_if_long(header);
    }
    let ran = match result {
        Ok(()) => Ran::Done(ticks),
        Err(reason) => crashed(server, handler, awaited, reason),
    };
    // SAFETY: this donor owns the process until it lets go below.
    let desk = unsafe { &*server.body().desk.get() };
    if desk.wants_owner() {
        if desk.is_ending() {
            server.body().mailbox.doom();
        }
        let_go(server.header_ptr(), Rest::More);
    } else if !header.state.end_donation() {
        let_go(server.header_ptr(), Rest::Idle);
    }
    ran
}

/// A handler has panicked in the hands of a donor, who owns the process.
#[cold]
fn crashed<S: Server>(
    server: &ServerRef<S>,
    handler: &'static str,
    awaited: bool,
    reason: ExitReason,
) -> Ran {
    let client = if awaited { current::pid() } else { None };
    let state = || {
        // SAFETY: by the caller; the handler that had borrowed it is over.
        let state = unsafe { &*server.body().server.get() };
        state.as_ref()?.describe_state()
    };
    reports::report_crash(server.header(), handler, client, &state, &reason);
    // SAFETY: by the caller.
    unsafe { &mut *server.body().desk.get() }.stop(reason.clone());
    Ran::Crashed(Box::new(reason))
}

/// A donor is done, and a runner has to look.
#[cold]
fn let_go(process: NonNull<Header>, rest: Rest) {
    // SAFETY: the donor holds the memory.
    if unsafe { process.as_ref() }.state.release(rest) {
        runner::put(process);
    }
}

/// Has the process handle `message` now, if it is idle: it has begun to when this returns. The
/// message comes back if it is not.
pub(crate) fn donate<S: Server>(
    server: &ServerRef<S>,
    message: S::Message,
    awaited: bool,
) -> Result<(), S::Message> {
    if !claim(&server.body().header) || comes_after(server) {
        return Err(message);
    }
    let mut message = ManuallyDrop::new(message);
    let pointer = NonNull::from(&mut message).cast();
    // SAFETY: this donor owns the process, and gives the message away.
    unsafe {
        (server.body().header.vtable.run)(
            server.header_ptr(),
            Mode::Donor {
                message: pointer,
                awaited,
            },
        )
    };
    Ok(())
}

/// The first run of an incarnation that has just begun: runs its `init` on this thread, as far as it
/// gets without waiting.
pub(crate) fn start<S: Server>(server: &ServerRef<S>) -> Handshake<S::InitError> {
    let mut handshake = Handshake::<S::InitError>::Open;
    let pointer = NonNull::from(&mut handshake).cast();
    // SAFETY: the creator owns the process, and the handshake outlives the call.
    unsafe { (server.body().header.vtable.run)(server.header_ptr(), Mode::Starter(pointer)) };
    handshake
}

/// Ends a process on this thread, if it is idle and its end does not wait for anything: in order, or
/// at once if the reason is [`ExitReason::Kill`]. Returns the reason with which it has ended. `None`:
/// it is not idle, or goes on with its end by itself.
///
/// The process that this code runs in is the keeper, if there is one, and is not told over a link.
pub(crate) fn stop(process: &ProcessRef, reason: ExitReason) -> Option<ExitReason> {
    if !may(process) || process.state.try_donate().is_err() {
        return None;
    }
    current::with(|by| {
        let mut stopping = Stopping {
            reason,
            by,
            ended: None,
        };
        let pointer = NonNull::from(&mut stopping).cast();
        // SAFETY: this stopper owns the process, and the stop outlives the call.
        unsafe { (process.vtable.run)(process.as_ptr(), Mode::Stopper(pointer)) };
        stopping.ended
    })
}

/// Gives up an incarnation that has just begun, for `starter`: it ends without `init`.
pub(crate) fn discard(process: &ProcessRef, starter: Option<Pid>) {
    if let Some(starter) = starter {
        links::forget(process, starter);
    }
    let _ = process.push_control(Control::Kill { to: process.pid() });
    if process.state.release(Rest::More) {
        runner::put(process.as_ptr());
    }
}
