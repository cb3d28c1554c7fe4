//! What every handle on a server has.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use super::{Recipient, Stop, Sys};
use crate::process::Monitor;
use crate::process::{self, HandleInfo, Server, ServerRef, names};
use crate::{ExitReason, NotAProcess, Pid, ProcessInfo, SendError};

impl<S: Server> ServerRef<S> {
    /// The server's pid.
    pub fn pid(&self) -> Pid {
        self.body().header.pid()
    }

    /// Whether the server is alive. It may end at any moment; one that is restarted is not alive
    /// between two incarnations.
    pub fn is_alive(&self) -> bool {
        !self.body().header.state.is_down()
    }

    /// Sends a message to the server's `#[info]` handler for its type, without waiting.
    ///
    /// A server that has ended drops it, as in OTP.
    ///
    /// # Errors
    /// [`SendError::Full`].
    pub fn send<M>(&self, message: M) -> Result<(), SendError>
    where
        S: Server + HandleInfo<M>,
    {
        super::infos::send(self.body(), S::wrap(message))
    }

    /// A handle for those who may only send messages of type `M`.
    pub fn recipient<M>(&self) -> Recipient<M>
    where
        S: Server + HandleInfo<M>,
    {
        Recipient::new(self.clone())
    }

    /// What can be read of the server without asking it: its tables.
    ///
    /// They are those of the incarnation that runs; empty before the first `init` has returned, and
    /// between two incarnations. Wait-free.
    #[inline]
    pub fn shared(&self) -> Shared<S> {
        let live = self.body().shared.load();
        let nothing = live.is_none().then(S::Shared::default);
        Shared { live, nothing }
    }

    /// Ends the server in order, with [`ExitReason::Normal`]; see [`Stop`].
    pub fn stop(&self) -> Stop<S> {
        self.stop_with(ExitReason::Normal)
    }

    /// Ends the server in order: after the message in progress and before those that wait, `terminate`
    /// runs with `reason`, then the state is dropped. See [`Stop`].
    pub fn stop_with(&self, reason: ExitReason) -> Stop<S> {
        Stop::new(self.clone(), reason)
    }

    /// Watches the server from outside any process: a future of its [`Down`](crate::Down). Processes
    /// use [`Context::monitor`](crate::Context::monitor), which sends them a message.
    pub fn monitor(&self) -> Monitor {
        Monitor::new(self.pid())
    }

    /// Links the server with the process that this is called in.
    ///
    /// # Errors
    /// [`NotAProcess`] outside a process.
    pub fn link(&self) -> Result<(), NotAProcess> {
        crate::link(self.pid())
    }

    /// Sends an exit signal; see [`Pid::exit`].
    pub fn exit(&self, reason: ExitReason) {
        self.pid().exit(reason);
    }

    /// What there is to know about the process.
    pub fn info(&self) -> ProcessInfo {
        ProcessInfo::of(self.process())
    }

    /// The tools of a debugger: state, suspension, traces, statistics.
    pub fn sys(&self) -> Sys<'_, S> {
        Sys::new(self)
    }
}

/// What can be read of a server without asking it: see [`ServerRef::shared`].
pub struct Shared<S: Server> {
    live: arc_swap::Guard<Option<Arc<S::Shared>>>,
    /// Instead, if there is no incarnation.
    nothing: Option<S::Shared>,
}

impl<S: Server> Deref for Shared<S> {
    type Target = S::Shared;

    #[inline]
    fn deref(&self) -> &S::Shared {
        let shared = self.live.as_deref().or(self.nothing.as_ref());
        shared.expect("one of the two is there")
    }
}

impl<S: Server> fmt::Debug for Shared<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared")
            .field(&S::OPTIONS.type_name)
            .finish()
    }
}

/// The server of type `S` that holds the name in its options, if it is started.
pub fn whereis<S: Server>() -> Option<S::Ref> {
    let pid = names::holder(S::OPTIONS.name?)?;
    let process = process::find(pid)?;
    let server = ServerRef::upgrade(process.downcast::<S>()?)?;
    Some(server.into())
}

impl<S> PartialEq for ServerRef<S> {
    fn eq(&self, other: &Self) -> bool {
        self.header_ptr() == other.header_ptr()
    }
}

impl<S> Eq for ServerRef<S> {}

impl<S> Hash for ServerRef<S> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.header_ptr().hash(state);
    }
}

impl<S> fmt::Debug for ServerRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.process().fmt_as_handle(f)
    }
}
