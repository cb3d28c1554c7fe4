//! What follows when a child of a dynamic supervisor ends by itself.

use std::sync::Arc;

use super::crowd::kind_of;
use super::life::{DynamicSupervisor, Message};
use crate::process::{Context, Server, offer, panics};
use crate::supervisor::pace::Turn;
use crate::supervisor::seat::begin_start;
use crate::supervisor::stopping::start_process;
use crate::supervisor::{StartFailure, reports};
use crate::{Exit, ExitReason, Pid};

impl<S: Server, A: Send + 'static> DynamicSupervisor<S, A> {
    /// A linked process ended: a child, or one that means nothing here.
    pub(super) async fn ended(&mut self, exit: Exit, cx: &mut Context<Self>) {
        let Exit { pid, reason } = exit;
        let flags = &self.plan.flags;
        let Some(child) = self.crowd.get(pid) else {
            return;
        };
        if child.server.is_alive() {
            // It says so, and lives: an exit signal that it sent.
            return;
        }
        let restarts = child.terms(flags).restart.follows(&reason);
        if restarts || !reason.is_clean() {
            reports::ended(self.plan.name, &child.subject(pid, flags), &reason);
        }
        if !restarts {
            self.crowd.remove(pid);
            return;
        }
        self.crowd.set_restarting(pid);
        let Some(turn) = self.turn(pid, false, cx) else {
            return;
        };
        match turn.pause {
            Some(pause) => drop(cx.timer(pause, Message::Retry(pid))),
            None => self.begin_restart(pid, cx).await,
        }
    }

    /// A retry comes back.
    pub(super) async fn retry(&mut self, pid: Pid, cx: &mut Context<Self>) {
        if self.crowd.get(pid).is_some() {
            self.begin_restart(pid, cx).await;
        }
    }

    /// Counts a restart; `again`: the last one failed. `None`: it is one too many, and the supervisor
    /// ends.
    fn turn(&mut self, pid: Pid, again: bool, cx: &mut Context<Self>) -> Option<Turn> {
        let (name, flags) = (self.plan.name, &self.plan.flags);
        let child = self.crowd.get_mut(pid)?;
        let turn = self.pace.turn(&mut child.rare().streak, again);
        if let Some(turn) = turn {
            child.rare().restarts += 1;
            reports::restarts(name, &child.subject(pid, flags), turn);
        } else {
            reports::gives_up(name, &child.subject(pid, flags));
            cx.stop(ExitReason::Shutdown);
        }
        turn
    }

    /// Starts the child again that was `old`. If that fails it is tried again, at the end of the
    /// mailbox, so that other requests have their turn between two tries.
    async fn begin_restart(&mut self, old: Pid, cx: &mut Context<Self>) {
        let plan = Arc::clone(&self.plan);
        let Some(child) = self.crowd.get(old) else {
            return;
        };
        let Some(kept) = &child.own else {
            return;
        };
        let own = panics::guard(|| (plan.copy)(kept));
        let server = child.server.clone();
        let shutdown = child.terms(&plan.flags).shutdown(kind_of::<S>());
        let started = match own {
            Ok(own) => {
                let begin = || begin_start(|| (plan.make)(own), &server);
                start_process(server.process(), begin, shutdown, cx).await
            }
            Err(reason) => Err(StartFailure::Down(reason)),
        };
        let failure = match started {
            Ok(pid) => {
                self.crowd.set_running(old, pid, &self.pace);
                if let Some(child) = self.crowd.get(pid) {
                    reports::started(plan.name, &child.subject(pid, &plan.flags));
                }
                return;
            }
            Err(StartFailure::Ignored) => {
                self.crowd.remove(old);
                return;
            }
            Err(failure) => failure,
        };
        if let Some(child) = self.crowd.get(old) {
            reports::start_failed(plan.name, &child.subject(old, &plan.flags), &failure);
        }
        if cx.exit_asked() {
            return;
        }
        let Some(turn) = self.turn(old, true, cx) else {
            return;
        };
        match turn.pause {
            Some(pause) => drop(cx.timer(pause, Message::Retry(old))),
            None => drop(offer(cx.body(), Message::Retry(old))),
        }
    }
}
