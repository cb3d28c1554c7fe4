//! A handle on a server that shares one thing for as long as it lives, and closes it when it ends.
//!
//! Owns the short way to that: [`ServerRef::shared`] has to hold what it lends against the next incarnation,
//! which costs as much as the look-up that it is wanted for. What closes can be kept, and looked at only
//! for whether it has. Knows nothing of what is shared.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::process::{Server, ServerRef};
use crate::server::Shared;

/// What a server shares, for good: with the incarnation it closes, and never opens again.
pub(crate) trait Closes {
    fn is_open(&self) -> bool;
}

/// A [`ServerRef`] that keeps what it was first lent. After a restart it takes the long way; what it keeps has
/// nothing to be found in by then, though the map may free some of it only with the handle.
pub(crate) struct OpenRef<S: Server> {
    server: ServerRef<S>,
    first: OnceLock<S::Shared>,
}

/// What a server shares at the moment.
pub(crate) enum Open<'a, S: Server> {
    Kept(&'a S::Shared),
    Lent(Shared<S>),
}

impl<S: Server<Shared = Arc<T>>, T: Closes> OpenRef<S> {
    #[inline]
    pub(crate) fn shared(&self) -> Open<'_, S> {
        match self.first.get() {
            Some(first) if first.is_open() => Open::Kept(first),
            _ => Open::Lent(self.look()),
        }
    }

    #[cold]
    fn look(&self) -> Shared<S> {
        let shared = self.server.shared();
        if shared.is_open() {
            self.first.get_or_init(|| Arc::clone(&shared));
        }
        shared
    }
}

impl<S: Server> From<ServerRef<S>> for OpenRef<S> {
    fn from(server: ServerRef<S>) -> Self {
        Self {
            server,
            first: OnceLock::new(),
        }
    }
}

impl<S: Server> Clone for OpenRef<S>
where
    S::Shared: Clone,
{
    fn clone(&self) -> Self {
        Self {
            server: self.server.clone(),
            first: self.first.clone(),
        }
    }
}

impl<S: Server> Deref for OpenRef<S> {
    type Target = ServerRef<S>;

    fn deref(&self) -> &ServerRef<S> {
        &self.server
    }
}

impl<S: Server> Deref for Open<'_, S> {
    type Target = S::Shared;

    #[inline]
    fn deref(&self) -> &S::Shared {
        match self {
            Self::Kept(shared) => shared,
            Self::Lent(shared) => shared,
        }
    }
}
