//! What the code of a server has of its own process.

use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::behaviour::Server;
use super::cell::{Body, Header, ProcessRef, ServerRef};
use super::desk::{Desk, TypedOf};
use super::links;
use crate::link::MonitorRef;
use crate::{ExitReason, Pid};

/// A server's own process, as its handlers see it: `cx: &mut Context<Self>`.
///
/// What is asked for here takes effect for this process and ends with it: its timers stop, its links
/// fire, its monitors go.
pub struct Context<S: Server> {
    body: NonNull<Body<S>>,
    marker: PhantomData<Body<S>>,
}

// SAFETY: a context is lent to the code of one process and only reaches that process's cell, which is
// made to be used by whichever thread runs the process.
unsafe impl<S: Server> Send for Context<S> {}
// SAFETY: `&Context` gives out what the header gives to everybody: everything else takes `&mut`.
unsafe impl<S: Server> Sync for Context<S> {}

impl<S: Server> Context<S> {
    pub(super) fn detached() -> Self {
        Self {
            body: NonNull::dangling(),
            marker: PhantomData,
        }
    }

    pub(super) fn attach_to(&mut self, body: NonNull<Body<S>>) {
        self.body = body;
    }

    pub(crate) fn body(&self) -> &Body<S> {
        // SAFETY: a context that code can see is attached, and lives in the cell of this body.
        unsafe { self.body.as_ref() }
    }

    pub(crate) fn desk(&mut self) -> &mut Desk {
        // SAFETY: who holds the one `&mut Context` of a process is that process's code, while it is
        // run; the owner that runs it does not touch the desk until it is back.
        unsafe { &mut *self.body().desk.get() }
    }

    pub(crate) fn process(&self) -> ProcessRef {
        // SAFETY: the process is alive, and with it its memory.
        unsafe { ProcessRef::share(self.body.cast::<Header>()) }
    }

    /// This process's pid.
    pub fn pid(&self) -> Pid {
        self.body().header.pid()
    }

    /// A ref of this server. Kept in its own state, it keeps the server alive for ever.
    pub fn me(&self) -> S::Ref {
        // SAFETY: the process is alive, and with it its memory.
        unsafe { ServerRef::share(self.body) }.into()
    }

    /// Ends the server after the current message: `terminate` runs, then the state is dropped. What
    /// waits in the mailbox is dropped, calls among it get [`CallError::Down`](crate::CallError::Down).
    /// The first reason counts.
    pub fn stop(&mut self, reason: ExitReason) {
        self.desk().stop(reason);
    }

    /// Whether the process was asked to end, while its code runs.
    pub(crate) fn exit_asked(&mut self) -> bool {
        self.desk().is_ending()
    }

    /// Runs `step` right after the current handler, before any message, even those that the server
    /// has sent to itself. Several run in the order asked for.
    pub fn continue_with(&mut self, step: S::Continue) {
        let desk = self.desk();
        TypedOf::<S>::of(desk.rare()).steps.push_back(step);
        desk.want_owner();
    }

    /// Delivers [`Timeout`](crate::Timeout) as a message if no other comes within `after` from the end
    /// of this handler. Any message cancels it; it has to be asked for anew each time. With zero, a
    /// message that waits already wins.
    pub fn receive_timeout(&mut self, after: Duration) {
        self.desk().ask_receive_timeout(after);
    }

    /// Whether exits of linked processes come as [`Exit`](crate::Exit) messages instead of ending this
    /// one. The exit of the parent, who started it with a link, always ends it.
    pub fn trap_exit(&mut self, on: bool) {
        self.body().header.trap_exit.store(on, Ordering::Release);
    }

    /// Links this process with `other`: when one ends with another reason than `Normal`, so does the
    /// other, unless it traps exits. Linking twice is one link. If `other` is gone, its exit
    /// ([`ExitReason::NoProc`]) comes at once.
    pub fn link(&mut self, other: Pid) {
        links::link(&self.process(), other);
    }

    /// Removes a link; no exit of it comes any more.
    pub fn unlink(&mut self, other: Pid) {
        links::unlink(&self.body().header, other);
    }

    /// Watches `other`: one [`Down`](crate::Down) comes as a message when it ends, after every message
    /// that it sent before; with [`ExitReason::NoProc`] at once if it is gone. Each call is a monitor
    /// of its own.
    pub fn monitor(&mut self, other: Pid) -> MonitorRef {
        links::monitor(&self.process(), other)
    }

    /// Ends a monitor; a `Down` of it that waits in the mailbox is dropped too.
    pub fn demonitor(&mut self, monitor: MonitorRef) {
        links::demonitor(&self.body().header, monitor);
    }
}
