//! What can be asked of a registry, from anywhere, without a message.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use super::Registry;
use super::entries::Refusal;
use crate::process::{self, Context, Server, ServerRef, links};
use crate::server::{Start, StartError};
use crate::{ExitReason, Pid};

/// Why a key was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// This process has the key; it may be the one that asked.
    #[error("the key is taken by {0}")]
    AlreadyRegistered(Pid),
    /// The registry is not running.
    #[error("the registry is down: {0}")]
    Down(ExitReason),
}

/// A handle on a [`Registry`]: what every server's handle has, and its keys.
///
/// Nothing here is a message: it works beside the registry's process, in the caller. While the registry
/// is gone, nobody is found, and nobody can register.
pub struct RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    pub(super) server: ServerRef<Registry<K, S>>,
}

impl<K, S> RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    /// The server under `key`. Takes no lock.
    ///
    /// It may end at any moment; one whose end was seen, by a `Down`, an `Exit` or a `stop`, is not found
    /// any more.
    pub fn lookup<Q>(&self, key: &Q) -> Option<S::Ref>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().get(key).map(S::Ref::from)
    }

    /// Gives `key` to the server that calls this: to its incarnation that runs. To register at the start,
    /// see [`Start::via`].
    ///
    /// # Errors
    /// [`RegisterError::AlreadyRegistered`], also if it has the key itself; [`RegisterError::Down`].
    /// Nothing has changed then.
    pub fn register(&self, key: K, cx: &mut Context<S>) -> Result<(), RegisterError> {
        let Some(server) = ServerRef::upgrade(cx.body()) else {
            // Nobody can reach it any more: it ends, as if it were registered and had ended.
            return Ok(());
        };
        match self.server.shared().register(key, &server) {
            // A server that ends has no use for a key.
            Ok(()) | Err(Refusal::Ended) => Ok(()),
            Err(Refusal::Taken(holder)) => Err(RegisterError::AlreadyRegistered(holder)),
            Err(Refusal::Closed) => {
                let reason = links::exit_of(self.server.header());
                Err(RegisterError::Down(reason.unwrap_or(ExitReason::NoProc)))
            }
        }
    }

    /// Takes `key` from the server that calls this. Whether it had it: a key of another's stays.
    pub fn unregister<Q>(&self, key: &Q, cx: &mut Context<S>) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().unregister(key, cx.pid())
    }

    /// The keys of a process, in no order; none of one that has ended, or has none.
    pub fn keys_of(&self, pid: Pid) -> Vec<K> {
        self.server.shared().keys_of(pid)
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.server.shared().len()
    }

    /// The server under `key`; started by `make` under it if there is none. Of many who ask at once, one
    /// starts it, and all get the same.
    ///
    /// One that is found may still be in its `init`: what is sent to it waits.
    ///
    /// Cancel safe, as the [`Start`] that `make` returns.
    ///
    /// # Errors
    /// Those of the start, but for [`StartError::AlreadyStarted`] of the key itself.
    pub async fn start_or_get(
        &self,
        key: K,
        mut make: impl FnMut() -> Start<S>,
    ) -> Result<S::Ref, StartError<S::InitError>> {
        loop {
            if let Some(server) = self.lookup(&key) {
                return Ok(server);
            }
            match make().via(self, key.clone()).await {
                // That one was faster, or is just ending.
                Err(StartError::AlreadyStarted(pid)) if self.had(&key, pid) => {
                    tokio::task::yield_now().await;
                }
                result => return result,
            }
        }
    }
}

impl<K, S> RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    /// Whether `pid` has the key, or may have had it until its end.
    fn had(&self, key: &K, pid: Pid) -> bool {
        process::find(pid).is_none() || self.keys_of(pid).contains(key)
    }
}

impl<K, S> From<ServerRef<Registry<K, S>>> for RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    fn from(server: ServerRef<Registry<K, S>>) -> Self {
        Self { server }
    }
}

impl<K, S> Deref for RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    type Target = ServerRef<Registry<K, S>>;

    fn deref(&self) -> &ServerRef<Registry<K, S>> {
        &self.server
    }
}

impl<K, S> Clone for RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    fn clone(&self) -> Self {
        Self {
            server: self.server.clone(),
        }
    }
}

impl<K, S> PartialEq for RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    fn eq(&self, other: &Self) -> bool {
        self.server == other.server
    }
}

impl<K, S> Eq for RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
}

impl<K, S> Hash for RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.server.hash(state);
    }
}

impl<K, S> fmt::Debug for RegistryRef<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.server, f)
    }
}
