//! The tools of a debugger, for one server: OTP's `sys`.

use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::ReplyTo;
use super::wait::{active_circle, down};
use crate::process::control::{Control, Job};
use crate::process::reply::Slot;
use crate::process::{Context, Server, ServerRef, clock, panics};
use crate::{CallError, ExitReason};

/// The tools of a debugger. Each asks the server between two messages, ahead of those that wait, and
/// even while it is suspended; a handler in progress is waited for, up to the server's call timeout.
pub struct Sys<'a, S: Server> {
    server: &'a ServerRef<S>,
}

/// What a server has done so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Messages handled.
    pub handled: u64,
    /// Messages dropped for want of room.
    pub dropped: u32,
    /// Messages that wait.
    pub waiting: usize,
    /// How long a message holds its thread, on a moving average.
    pub average: Duration,
    /// How long the server has lived.
    pub uptime: Duration,
}

impl<'a, S: Server> Sys<'a, S> {
    pub(super) fn new(server: &'a ServerRef<S>) -> Self {
        Self { server }
    }

    async fn ask<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut S, &mut Context<S>) -> R + Send + 'static,
    ) -> Result<R, CallError> {
        if let Some(circle) = active_circle(self.server.header()) {
            return Err(CallError::Deadlock(circle));
        }
        let slot = Slot::new();
        let reply = ReplyTo::new(slot.clone());
        let job = Job::new(move |server: &mut S, cx: &mut Context<S>| {
            reply.send(job(server, cx));
        });
        if self
            .server
            .process()
            .push_control(Control::Job(job))
            .is_some()
        {
            return Err(down(self.server.header()));
        }
        let answer = std::future::poll_fn(|cx| slot.poll_take(cx.waker()));
        if S::OPTIONS.call_timeout == Duration::MAX {
            return answer.await;
        }
        tokio::time::timeout(S::OPTIONS.call_timeout, answer)
            .await
            .unwrap_or(Err(CallError::Timeout))
    }

    /// A copy of the server's state.
    ///
    /// # Errors
    /// As a call.
    pub async fn get_state(&self) -> Result<S, CallError>
    where
        S: Clone,
    {
        self.ask(|server, _| server.clone()).await
    }

    /// The server's state, printed. If its `Debug` panics, the text says so and the server lives on.
    ///
    /// # Errors
    /// As a call.
    pub async fn state_text(&self) -> Result<String, CallError>
    where
        S: fmt::Debug,
    {
        self.ask(|server, _| {
            panics::guard(|| format!("{server:#?}"))
                .unwrap_or_else(|reason| format!("<the state's `Debug` failed: {reason}>"))
        })
        .await
    }

    /// What `look` makes of the server's state, of which no copy is needed. If `look` panics, the server
    /// lives on; the panic is returned.
    ///
    /// # Errors
    /// As a call.
    pub async fn with_state<R: Send + 'static>(
        &self,
        look: impl FnOnce(&S) -> R + Send + 'static,
    ) -> Result<Result<R, ExitReason>, CallError> {
        self.ask(|server, _| panics::guard(|| look(server))).await
    }

    /// Puts what `replace` makes of the state in its place. If `replace` panics, the state stays as it
    /// is and the server lives on; the panic is returned.
    ///
    /// # Errors
    /// As a call.
    pub async fn replace_state(
        &self,
        replace: impl FnOnce(&S) -> S + Send + 'static,
    ) -> Result<Result<(), ExitReason>, CallError> {
        self.ask(|server, _| {
            let made = panics::guard(|| replace(server))?;
            server.replace(made);
            Ok(())
        })
        .await
    }

    /// Has the server handle no messages until [`Sys::resume`]. They wait, up to the capacity.
    ///
    /// # Errors
    /// As a call.
    pub async fn suspend(&self) -> Result<(), CallError> {
        self.ask(|_, cx| cx.body().header.state.set_suspended(true))
            .await
    }

    /// Has a suspended server go on.
    ///
    /// # Errors
    /// As a call.
    pub async fn resume(&self) -> Result<(), CallError> {
        self.ask(|_, cx| cx.body().header.state.set_suspended(false))
            .await
    }

    /// Whether each message is traced, as an event of level `INFO` with pid, server and handler.
    ///
    /// # Errors
    /// As a call.
    pub async fn trace(&self, on: bool) -> Result<(), CallError> {
        self.ask(move |_, cx| {
            let desk = cx.desk();
            desk.rare().traced = on;
            desk.want_owner();
        })
        .await
    }

    /// What the server has done so far. Asks nobody: never waits, and works on a busy server.
    pub fn statistics(&self) -> Statistics {
        let body = self.server.body();
        let header = &body.header;
        Statistics {
            handled: header.handled.load(Ordering::Relaxed),
            dropped: header.dropped.load(Ordering::Relaxed),
            waiting: body.mailbox.len(),
            average: clock::to_duration(u64::from(header.cost.load(Ordering::Relaxed))),
            uptime: clock::to_duration(clock::ticks().saturating_sub(header.started())),
        }
    }
}

impl<S: Server> fmt::Debug for Sys<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sys").field(self.server).finish()
    }
}
