//! What a process does next: its end, jobs, continue steps, messages, in this order; or it sleeps.

use super::Run;
use crate::ExitReason;
use crate::process::account::is_long;
use crate::process::behaviour::Server;
use crate::process::cell::{Header, Item, ProcessRef};
use crate::process::context::Context;
use crate::process::control::{Job, Signal};
use crate::process::desk::TypedOf;
use crate::process::options::Overflow;
use crate::process::reports::{trace_handled, warn_unhandled};
use crate::process::step::Work;
use crate::process::{line, links, panics};

/// Messages taken from the mailbox under one lock.
const BATCH: usize = 64;
/// A batch of fewer is worth a pause before the next.
const FEW: usize = 16;
/// How long: about half a microsecond.
const PAUSES: u32 = 16;

/// What `Run::next` found.
pub(super) enum Next<S: Server> {
    /// A piece of work to begin.
    Work(Work<S>),
    /// Something that is done already, or needed nothing.
    Nothing,
    Idle,
    Ended,
}

impl<S, I, F, N, M> Run<'_, S, I, F, N, M>
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    /// Takes the next thing to do, in order: the end, jobs, continue steps, messages.
    pub(super) fn next(&mut self) -> Next<S> {
        let cell = self.cell;
        let body = &cell.body;
        let desk = self.desk();
        if desk.wants_owner() {
            if let Some(reason) = desk.rare().exit.clone() {
                self.give_back();
                let terminating = self.desk().is_terminating();
                // SAFETY: this run owns the process, and no future of it is in progress.
                let up = unsafe { (*body.server.get()).is_some() };
                body.mailbox.doom();
                if terminating || !up {
                    self.finish(&reason);
                    self.release_life();
                    return Next::Ended;
                }
                self.desk().begin_terminate();
                self.handler = "terminate";
                return Next::Work(Work::Terminate(reason));
            }
            if let Some(job) = desk.rare().jobs.pop_front() {
                self.do_job(job);
                return Next::Nothing;
            }
            if let Some(typed) = TypedOf::<S>::known(desk.rare())
                && let Some(next) = typed.steps.pop_front()
            {
                self.handler = S::describe_step(&next);
                return Next::Work(Work::Continue(next));
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
            line::wake_all(wake);
        } else {
            body.mailbox.begun(self.batch.len() - 1);
        }
        let Some(item) = self.batch.pop_front() else {
            if !body.header.is_reachable() && !body.header.vtable.options.plain {
                let desk = self.desk();
                desk.stop(ExitReason::Normal);
                return Next::Nothing;
            }
            return self.sleep();
        };
        match self.work_of(item) {
            Some(work) => Next::Work(work),
            None => Next::Nothing,
        }
    }

    pub(super) fn give_back(&mut self) {
        let mailbox = &self.cell.body.mailbox;
        let wake = mailbox.give_back(&mut self.batch, S::OPTIONS.mailbox);
        line::wake_all(wake);
    }

    /// Nothing to do until news come.
    fn sleep(&mut self) -> Next<S> {
        let body = &self.cell.body;
        if body.header.state.is_suspended() {
            return Next::Idle;
        }
        let header = self.header;
        // SAFETY: the run holds the cell's memory, by its caller.
        let process = unsafe { ProcessRef::borrow(header) };
        self.desk().arm_receive_timeout(&process);
        self.reserve();
        Next::Idle
    }

    /// What an item means for the server, if anything.
    fn work_of(&mut self, item: Item<S>) -> Option<Work<S>> {
        let this = &self.cell.body.header;
        self.desk().cancel_receive_timeout();
        #[expect(
            clippy::question_mark,
            reason = "what `?` calls would be made once more for each server"
        )]
        let message = match item {
            Item::Message(message) => message,
            Item::Signal(signal) => match self.signal_message(*signal) {
                Some(message) => message,
                None => return None,
            },
        };
        self.handler = S::describe(&message);
        if self.desk().is_traced() {
            trace_handled(this, self.handler);
        }
        Some(Work::Message(message))
    }

    /// The server's message for a signal, unless it is one that means nothing any more.
    fn signal_message(&mut self, signal: Signal) -> Option<S::Message> {
        let this = &self.cell.body.header;
        if !took_tie(this, &signal) {
            return None;
        }
        let (message, what) = match signal {
            Signal::Exit { exit, .. } => (S::info(&mut Some(exit)), "Exit"),
            Signal::Down(down) => (S::info(&mut Some(down)), "Down"),
        };
        if message.is_none() {
            warn_unhandled(this, what);
        }
        message
    }

    fn do_job(&mut self, job: Job) {
        let body = &self.cell.body;
        // SAFETY: this run owns the process, and no future of it is in progress; both borrows end with
        // the call.
        let (server, context) = unsafe { (&mut *body.server.get(), &mut *body.context.get()) };
        let Some(server) = server else { return };
        let mut job = Some(job);
        let mut work = || {
            if let Some(job) = job.take() {
                job.run(server, context);
            }
        };
        if let Err(reason) = panics::guard_dyn(&mut work) {
            self.desk().stop(reason);
        }
    }
}

/// Takes the link or the monitor that a signal came by; `false`: it was gone already.
fn took_tie(this: &Header, signal: &Signal) -> bool {
    match signal {
        Signal::Exit { exit, link } => {
            link.is_none_or(|link| links::take_exit(this, exit.pid, link))
        }
        Signal::Down(down) => links::take_down(this, down.reference),
    }
}
