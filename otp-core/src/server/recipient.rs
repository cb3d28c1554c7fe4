//! A narrow handle: for those who may only send one kind of message.

use std::fmt;
use std::sync::Arc;

use crate::process::{HandleInfo, Server, ServerRef};
use crate::{Pid, SendError};

/// A handle on some server that can only be sent messages of type `M`; which server, nobody sees.
///
/// It keeps the server alive as any handle does.
pub struct Recipient<M>(Arc<dyn Target<M>>);

trait Target<M>: Send + Sync {
    fn send(&self, message: M) -> Result<(), SendError>;
    fn pid(&self) -> Pid;
}

impl<M, S: Server + HandleInfo<M>> Target<M> for ServerRef<S> {
    fn send(&self, message: M) -> Result<(), SendError> {
        ServerRef::send(self, message)
    }

    fn pid(&self) -> Pid {
        ServerRef::pid(self)
    }
}

impl<M> Recipient<M> {
    pub(super) fn new<S: Server + HandleInfo<M>>(server: ServerRef<S>) -> Self {
        Self(Arc::new(server))
    }

    /// Sends a message, without waiting. A server that has ended drops it.
    ///
    /// # Errors
    /// [`SendError::Full`].
    pub fn send(&self, message: M) -> Result<(), SendError> {
        self.0.send(message)
    }

    /// The server's pid.
    pub fn pid(&self) -> Pid {
        self.0.pid()
    }
}

impl<M> Clone for Recipient<M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<M> fmt::Debug for Recipient<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Recipient").field(&self.pid()).finish()
    }
}
