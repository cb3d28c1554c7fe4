//! What a handler asked for, done in OTP's order.
//!
//! Exit, the change itself, enter; postponed events are retried and the state timeout ends in between.
//! The same rules run in three places: in a process, in the process of a caller that donates itself, and
//! without a process. A [`Host`] is what differs.

use super::behaviour::{Hook, StateMachine};
use super::server::MachineContext;
use super::turn::{Go, Turn};
use crate::ExitReason;

/// Who runs the handlers of a change.
pub(super) trait Host<M: StateMachine> {
    fn exit(&mut self, state: &mut M, data: &mut M::Data, to: M::State, turn: &mut Turn<M>);
    fn enter(&mut self, state: &mut M, data: &mut M::Data, from: M::State, turn: &mut Turn<M>);
}

/// Does what the turn says; the reason if the machine ends by that. Handlers that await are the business of
/// [`settle`].
///
/// Everything comes and goes by value: a machine that no address is taken of stays in registers.
#[must_use]
#[inline]
pub(super) fn settle_now<M: StateMachine, H: Host<M>>(
    state: &mut M,
    data: &mut M::Data,
    turn: &mut Turn<M>,
    host: &mut H,
) -> Option<ExitReason> {
    let mut ends = None;
    match std::mem::replace(&mut turn.go, Go::Stay) {
        Go::Stay => {}
        Go::To(next) => {
            let (from, to) = (state.state(), next.state());
            if from == to {
                *state = next;
            } else {
                if M::EXIT != Hook::None {
                    host.exit(state, data, to, turn);
                }
                change(state, next, turn);
                enter_now(state, data, from, turn, host);
                if M::TERMINAL && M::is_terminal(to) {
                    ends = Some(ExitReason::Normal);
                }
            }
        }
        Go::Again => enter_now(state, data, state.state(), turn, host),
        Go::Stop => ends = Some(reason(turn)),
    }
    finish(state, turn);
    ends
}

/// Runs the enter handler, and again as long as it asks for that.
#[inline]
pub(super) fn enter_now<M: StateMachine, H: Host<M>>(
    state: &mut M,
    data: &mut M::Data,
    from: M::State,
    turn: &mut Turn<M>,
    host: &mut H,
) {
    if M::ENTER == Hook::None {
        return;
    }
    host.enter(state, data, from, turn);
    while matches!(std::mem::replace(&mut turn.go, Go::Stay), Go::Again) {
        host.enter(state, data, state.state(), turn);
    }
}

/// As [`settle_now`], in a process, with handlers that may await.
pub(super) async fn settle<M: StateMachine>(
    state: &mut M,
    data: &mut M::Data,
    turn: &mut Turn<M>,
    cx: &mut MachineContext<M>,
) {
    match std::mem::replace(&mut turn.go, Go::Stay) {
        Go::Stay => {}
        Go::To(next) => {
            let (from, to) = (state.state(), next.state());
            if from == to {
                *state = next;
            } else {
                match M::EXIT {
                    Hook::None => {}
                    Hook::Now => state.exit_now(data, to, turn, cx),
                    Hook::Awaits => state.exit(data, to, turn, cx).await,
                }
                change(state, next, turn);
                enter(state, data, from, turn, cx).await;
                if M::TERMINAL && M::is_terminal(to) {
                    cx.stop(ExitReason::Normal);
                }
            }
        }
        Go::Again => {
            let here = state.state();
            enter(state, data, here, turn, cx).await;
        }
        Go::Stop => cx.stop(reason(turn)),
    }
    finish(state, turn);
}

/// As [`enter_now`], in a process, with handlers that may await.
pub(super) async fn enter<M: StateMachine>(
    state: &mut M,
    data: &mut M::Data,
    from: M::State,
    turn: &mut Turn<M>,
    cx: &mut MachineContext<M>,
) {
    let mut from = from;
    loop {
        match M::ENTER {
            Hook::None => return,
            Hook::Now => state.enter_now(data, from, turn, cx),
            Hook::Awaits => state.enter(data, from, turn, cx).await,
        }
        if !matches!(std::mem::replace(&mut turn.go, Go::Stay), Go::Again) {
            return;
        }
        from = state.state();
    }
}

/// The change to another state: what belonged to the old one ends, what waited for it is retried.
#[inline]
fn change<M: StateMachine>(state: &mut M, next: M, turn: &mut Turn<M>) {
    *state = next;
    if let Some(inner) = &mut turn.inner {
        if M::INNER {
            inner.retry();
        }
        if M::TIMEOUTS {
            inner.timers.cancel(super::TimeoutKey::State);
        }
    }
    declared(state, turn);
}

/// Starts the state timeout that the state declares, unless the turn has one of its own, or wants none.
#[inline]
pub(super) fn declared<M: StateMachine>(state: &M, turn: &mut Turn<M>) {
    let set = turn
        .inner
        .as_ref()
        .is_some_and(|inner| inner.state_timeout.is_some());
    if M::TIMEOUTS
        && !set
        && let Some((after, event)) = state.state_timeout()
    {
        let timers = &mut turn.inner().timers;
        let place = timers.place(event);
        timers.start_state(state.state(), after.into(), place);
    }
}

/// The end of the turn.
#[inline]
pub(super) fn finish<M: StateMachine>(state: &M, turn: &mut Turn<M>) {
    if !(M::INNER || M::TIMEOUTS) {
        return;
    }
    let touched = turn.inner.as_ref().is_some_and(|inner| inner.touched);
    if M::EVENT_TIMEOUTS
        && !touched
        && let Some((after, event)) = state.event_timeout()
    {
        turn.start_timeout(super::TimeoutKey::Event, after, event);
    }
    if let Some(inner) = &mut turn.inner {
        inner.finish(state);
    }
}

#[inline]
fn reason<M: StateMachine>(turn: &mut Turn<M>) -> ExitReason {
    match &mut turn.inner {
        Some(inner) => inner.stop.take().unwrap_or(ExitReason::Normal),
        None => ExitReason::Normal,
    }
}
