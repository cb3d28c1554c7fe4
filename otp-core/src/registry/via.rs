//! Starting a server under a key.

use std::hash::Hash;

use super::RegistryRef;
use super::entries::Refusal;
use crate::process::{Server, ServerRef};
use crate::server::{Claim, ClaimError, Start};

impl<S: Server> Start<S> {
    /// Starts it under `key` of `registry`: the key is taken before `init` runs, and free when the server
    /// has ended. A supervised server, whose child spec starts it so, takes it anew with each incarnation.
    ///
    /// With the key taken, the start fails with [`StartError::AlreadyStarted`](crate::StartError), and
    /// `init` is not run; [`RegistryRef::start_or_get`] gives the one that is there instead. With the
    /// registry gone, it fails with [`StartError::NoRegistry`](crate::StartError).
    ///
    /// May be used more than once, with several keys or registries.
    pub fn via<K>(self, registry: &RegistryRef<K, S>, key: K) -> Self
    where
        K: Clone + Eq + Hash + Send + Sync + 'static,
    {
        self.claim(Box::new(KeyClaim {
            registry: registry.clone(),
            key,
        }))
    }
}

struct KeyClaim<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    registry: RegistryRef<K, S>,
    key: K,
}

impl<K, S> Claim<S> for KeyClaim<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    fn check(&self) -> Result<(), ClaimError> {
        match self.registry.server.shared().holder(&self.key)? {
            Some(holder) => Err(ClaimError::Taken(holder)),
            None => Ok(()),
        }
    }

    fn take(self: Box<Self>, server: &ServerRef<S>) -> Result<(), ClaimError> {
        let shared = self.registry.server.shared();
        Ok(shared.register(self.key, server)?)
    }
}

impl From<Refusal> for ClaimError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Taken(holder) => Self::Taken(holder),
            Refusal::Closed | Refusal::Ended => Self::Nowhere,
        }
    }
}
