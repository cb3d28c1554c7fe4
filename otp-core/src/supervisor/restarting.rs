//! What follows when a child ends by itself: whether it is restarted, with whom, and how often.

use std::sync::atomic::Ordering;

use super::life::Message;
use super::line::{Child, Place};
use super::pace::Turn;
use super::row::Row;
use super::{AutoShutdown, ChildState, StartFailure, Strategy, Supervisor, reports};
use crate::process::{Context, links, offer};
use crate::{Exit, ExitReason};

/// A note to itself: try that restart again, unless something came between.
#[doc(hidden)]
pub struct Retry {
    place: Place,
    attempt: u64,
}

impl Supervisor {
    /// A linked process ended: a child, or one that means nothing here.
    pub(super) async fn ended(&mut self, exit: Exit, cx: &mut Context<Self>) {
        let Some(place) = self.line.by_pid(exit.pid) else {
            return;
        };
        let reason = exit.reason;
        let Some(child) = self.line.get(place) else {
            return;
        };
        if !child.seat.process().state.is_down() {
            // It says so, and lives: an exit signal that it sent.
            return;
        }
        let restarts = child.terms.restart.follows(&reason);
        if restarts || !reason.is_clean() {
            reports::ended(self.plan.name, &child.subject(), &reason);
        }
        let significant = child.terms.significant;
        if restarts {
            links::wait_for_keeper(child.seat.process(), cx.process());
            self.line.set_down(place, ChildState::Restarting);
            self.restart(place, cx).await;
            return;
        }
        self.line.set_down(place, ChildState::Stopped);
        self.rest(place);
        let enough = match self.plan.flags.auto_shutdown {
            AutoShutdown::Never => false,
            AutoShutdown::AnySignificant => significant,
            AutoShutdown::AllSignificant => significant && !self.line.any_significant(),
        };
        if enough {
            reports::auto_shutdown(self.plan.name);
            cx.stop(ExitReason::Shutdown);
        }
    }

    /// Makes a restart, now or after its pause, or gives up.
    async fn restart(&mut self, place: Place, cx: &mut Context<Self>) {
        let Some(turn) = self.turn(place, false, cx) else {
            return;
        };
        let Some(pause) = turn.pause else {
            return self.begin_restart(place, cx).await;
        };
        self.stop_group(place).await;
        self.mark_restarting(place);
        let retry = self.next_retry(place);
        cx.timer(pause, Message::Retry(retry));
    }

    /// Counts a restart; `again`: the last one failed. `None`: it is one too many, and the supervisor
    /// ends.
    fn turn(&mut self, place: Place, again: bool, cx: &mut Context<Self>) -> Option<Turn> {
        let child = self.line.get(place)?;
        let turn = self.pace.turn(&mut child.streak, again);
        match turn {
            Some(turn) => {
                child.restarts += 1;
                reports::restarts(self.plan.name, &child.subject(), turn);
            }
            None => self.give_up(place, cx),
        }
        turn
    }

    /// That was one restart too many.
    fn give_up(&mut self, place: Place, cx: &mut Context<Self>) {
        if let Some(child) = self.line.get(place) {
            reports::gives_up(self.plan.name, &child.subject());
        }
        self.line.set_down(place, ChildState::Stopped);
        self.plan.gave_up.store(true, Ordering::Relaxed);
        cx.stop(ExitReason::Shutdown);
    }

    /// A retry comes back.
    pub(super) async fn retry(&mut self, retry: Retry, cx: &mut Context<Self>) {
        let wanted = self.line.get(retry.place).is_some_and(|child| {
            child.state == ChildState::Restarting && child.attempt == retry.attempt
        });
        if wanted {
            self.begin_restart(retry.place, cx).await;
        }
    }

    /// Stops who has to be stopped, and starts them with the failed one.
    async fn begin_restart(&mut self, place: Place, cx: &mut Context<Self>) {
        let group = self.stop_group(place).await;
        let mut row = Row::default();
        for at in group {
            row.next().await;
            let Err(failure) = self.start_place(at, cx).await else {
                continue;
            };
            return self.failed_restart(at, failure, cx).await;
        }
    }

    /// The restart failed at this child: it is tried again, at the end of the mailbox, so that other
    /// requests have their turn between two tries.
    async fn failed_restart(
        &mut self,
        place: Place,
        failure: StartFailure,
        cx: &mut Context<Self>,
    ) {
        if let Some(child) = self.line.get(place) {
            reports::start_failed(self.plan.name, &child.subject(), &failure);
        }
        if cx.exit_asked() {
            return;
        }
        self.mark_restarting(place);
        if self.plan.flags.strategy == Strategy::OneForAll {
            self.stop_group(place).await;
            self.mark_restarting(place);
        }
        let Some(turn) = self.turn(place, true, cx) else {
            return;
        };
        let retry = self.next_retry(place);
        match turn.pause {
            Some(pause) => drop(cx.timer(pause, Message::Retry(retry))),
            None => drop(offer(cx.body(), Message::Retry(retry))),
        }
    }

    /// Stops, in reverse order, all whom the strategy restarts together with this one. Temporary ones
    /// are forgotten. Returns the group.
    async fn stop_group(&mut self, place: Place) -> Vec<Place> {
        let group = self.group(place);
        if self.plan.flags.strategy == Strategy::OneForOne {
            return group;
        }
        let mut row = Row::default();
        for &at in group.iter().rev() {
            row.next().await;
            let child = self.stop_place(at).await;
            if at != place && child.is_some_and(Child::is_temporary) {
                self.rest(at);
            }
        }
        group
    }

    /// Those whom the strategy restarts together with this one, in the order of start.
    pub(super) fn group(&self, place: Place) -> Vec<Place> {
        match self.plan.flags.strategy {
            Strategy::OneForOne => vec![place],
            Strategy::OneForAll => self.line.places_from(0),
            Strategy::RestForOne => self.line.places_from(place),
        }
    }

    fn mark_restarting(&mut self, place: Place) {
        self.line.set_down(place, ChildState::Restarting);
    }

    fn next_retry(&mut self, place: Place) -> Retry {
        let attempt = self.line.get(place).map_or(0, |child| child.attempt);
        Retry { place, attempt }
    }
}
