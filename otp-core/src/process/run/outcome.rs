//! What becomes of a process: it is up, has panicked, was told to end, has ended.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Progress, Run};
use crate::ExitReason;
use crate::process::behaviour::Server;
use crate::process::cell::{Header, Item, Stage};
use crate::process::context::Context;
use crate::process::control::Control;
use crate::process::desk::{Desk, Outcome};
use crate::process::end::{End, end};
use crate::process::reports::{report_crash, warn_unhandled};
use crate::process::step::Work;
use crate::process::{current, links, panics};

impl<S, I, F, N, M> Run<'_, S, I, F, N, M>
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    pub(super) fn after_init(&mut self, init: Result<Option<S>, S::InitError>) -> Progress {
        let body = &self.cell.body;
        let (reason, outcome) = match init {
            Ok(Some(server)) => {
                if const { size_of::<S::Shared>() > 0 } {
                    body.shared.store(Some(Arc::new(server.share())));
                }
                // SAFETY: this run owns the process, and no future borrows the server.
                unsafe { *body.server.get() = Some(server) };
                body.header.up.store(true, Ordering::Release);
                if let Some(slot) = self.take_start() {
                    let _ = slot.answer(Ok(()));
                }
                return Progress::Up;
            }
            Ok(None) => (ExitReason::Normal, Outcome::Ignored),
            Err(error) => (ExitReason::error(&error), Outcome::Error(error)),
        };
        let slot = self.take_start();
        self.finish(&reason);
        match slot {
            Some(slot) => drop(slot.answer(Err(outcome))),
            None => self.outcome = Some(outcome),
        }
        Progress::Ended
    }

    pub(super) fn after_panic(&mut self, reason: ExitReason) -> Progress {
        let body = &self.cell.body;
        let client = current::client();
        // Before the caller, whose call ends with the future, learns of it.
        body.mailbox.doom();
        self.empty_stage(Some(&reason));
        let state = || {
            // SAFETY: this run owns the process, and no future of it is in progress any more.
            let state = unsafe { &*body.server.get() };
            state.as_ref()?.describe_state()
        };
        report_crash(&body.header, self.handler, client, &state, &reason);
        // SAFETY: this run owns the process, and no future of it is in progress any more.
        let up = unsafe { (*body.server.get()).is_some() };
        if up && !self.desk().is_terminating() {
            self.desk().go_on_ending(reason);
            return Progress::Done;
        }
        self.outcome = Some(Outcome::Down(reason.clone()));
        self.finish(&reason);
        Progress::Ended
    }

    /// Drops the future in progress; with a reason, because the process ends.
    pub(super) fn empty_stage(&mut self, reason: Option<&ExitReason>) {
        let cell = self.cell;
        // SAFETY: this run owns the stage.
        if matches!(unsafe { &*cell.stage.get() }, Stage::Empty) {
            return;
        }
        let mut drop_it = || {
            // SAFETY: this run owns the stage, and drops what is in it in place.
            unsafe { *cell.stage.get() = Stage::Empty }
        };
        match reason {
            // A future of the user's own making may panic when it is dropped.
            None => drop(panics::guard(drop_it)),
            Some(reason) => current::drop_remains(reason, &mut drop_it),
        }
    }

    /// Looks at all control that came. `false`: the process has ended.
    pub(super) fn control(&mut self) -> bool {
        let body = &self.cell.body;
        let mut control = body.mailbox.take_control();
        if control.is_empty() {
            return true;
        }
        let nothing_in_hand = self.batch.is_empty();
        // SAFETY: as in `desk`, which would borrow all of this run.
        let desk = unsafe { &mut *body.desk.get() };
        let end = look_at(&body.header, desk, &mut control, &mut |desk, number| {
            if nothing_in_hand && body.mailbox.len() == 0 && desk.take_receive_timeout(number) {
                match S::info(&mut Some(crate::Timeout)) {
                    Some(message) => {
                        let _ = body.mailbox.push_past_capacity(Item::Message(message));
                    }
                    None => warn_unhandled(&body.header, "Timeout"),
                }
            }
        });
        let Some(reason) = end else { return true };
        self.give_back();
        self.desk().rare().late.extend(control);
        self.finish(&reason);
        self.release_life();
        false
    }

    /// This incarnation ends: what it was, what waits for it, and who has to know. If it was the last,
    /// the count that the process's being alive stood for is given up.
    pub(super) fn finish(&mut self, reason: &ExitReason) {
        self.empty_stage(Some(reason));
        let end = end(&self.cell.body, &mut self.batch, reason, self.stopper);
        self.over = end == End::ForGood;
    }
}

/// Looks at control in order, as far as the end of the process, whose reason is returned. `timed_out`: the
/// receive timeout of that number has run out.
fn look_at(
    header: &Header,
    desk: &mut Desk,
    control: &mut VecDeque<Control>,
    timed_out: &mut dyn FnMut(&mut Desk, u64),
) -> Option<ExitReason> {
    let plain = header.vtable.options.plain;
    while let Some(next) = control.pop_front() {
        match next {
            Control::Kill { to } if to == header.pid() => return Some(ExitReason::Killed),
            Control::Exit {
                to,
                exit,
                link,
                orderly,
            } if to == header.pid() => {
                if link.is_some_and(|link| !links::take_exit(header, exit.pid, link)) {
                    continue;
                }
                if plain || !orderly {
                    return Some(exit.reason);
                }
                desk.stop(exit.reason);
            }
            // For an incarnation that has ended.
            Control::Kill { .. } | Control::Exit { .. } => {}
            Control::Stop { reason, done } => {
                desk.rare().stops.push(done);
                if plain {
                    return Some(reason);
                }
                desk.stop(reason);
            }
            Control::Job(job) => {
                desk.rare().jobs.push_back(job);
                desk.want_owner();
            }
            Control::TimedOut(number) => timed_out(desk, number),
        }
    }
    None
}
