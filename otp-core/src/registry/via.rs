//! Starting a server under a key.

use super::RegistryRef;
use super::entries::Refusal;
use super::key::{NameKey, NameValue};
use crate::process::cell::ProcessRef;
use crate::process::{Server, ServerRef};
use crate::server::{Claim, ClaimError, Start};

/// A registry under whose keys servers of type `S` can be started: the handle on a
/// [`Registry`](crate::Registry) of that type.
#[diagnostic::on_unimplemented(
    message = "a `{S}` cannot be started under a key of this registry",
    label = "this is no `RegistryRef` of `{S}`",
    note = "a key names one server of the registry's type: `via` takes a `RegistryRef<K, {S}>`; a `DuplicateRegistryRef` has keys that stand for many, in which a server registers itself (`register`)"
)]
pub trait ViaRegistry<S: Server> {
    /// Its keys.
    type Key: NameKey;
    /// What stands beside them.
    type Value: NameValue;

    #[doc(hidden)]
    fn claim(&self, start: Start<S>, key: Self::Key, value: Self::Value) -> Start<S>;
}

impl<S: Server> Start<S> {
    /// Starts it under `key` of `registry`: the key is taken before `init` runs, and free when the server
    /// has ended. A supervised server, whose child spec starts it so, takes it anew with each incarnation.
    ///
    /// With the key taken, the start fails with [`StartError::AlreadyStarted`](crate::StartError), and
    /// `init` is not run; [`RegistryRef::start_or_get`] gives the one that is there instead. With the
    /// registry gone, it fails with [`StartError::NoRegistry`](crate::StartError).
    ///
    /// May be used more than once, with several keys or registries.
    pub fn via<R: ViaRegistry<S, Value = ()>>(self, registry: &R, key: R::Key) -> Self {
        self.via_with(registry, key, ())
    }

    /// As [`via`](Self::via), with `value` beside the key.
    pub fn via_with<R: ViaRegistry<S>>(self, registry: &R, key: R::Key, value: R::Value) -> Self {
        registry.claim(self, key, value)
    }
}

#[diagnostic::do_not_recommend]
impl<K: NameKey, S: Server, V: NameValue> ViaRegistry<S> for RegistryRef<K, S, V> {
    type Key = K;
    type Value = V;

    fn claim(&self, start: Start<S>, key: K, value: V) -> Start<S> {
        start.claim(Box::new(KeyClaim {
            registry: self.clone(),
            key,
            value,
        }))
    }
}

/// A borrowed handle, as a tree gives it: `.via(&house.names(), key)`.
#[diagnostic::do_not_recommend]
impl<S: Server, R: ViaRegistry<S>> ViaRegistry<S> for &R {
    type Key = R::Key;
    type Value = R::Value;

    fn claim(&self, start: Start<S>, key: R::Key, value: R::Value) -> Start<S> {
        R::claim(self, start, key, value)
    }
}

struct KeyClaim<K: NameKey, S: Server, V: NameValue> {
    registry: RegistryRef<K, S, V>,
    key: K,
    value: V,
}

impl<K: NameKey, S: Server, V: NameValue> Claim for KeyClaim<K, S, V> {
    fn check(&self) -> Result<(), ClaimError> {
        match self.registry.server.shared().holder(&self.key)? {
            Some(holder) => Err(ClaimError::Taken(holder)),
            None => Ok(()),
        }
    }

    fn take(self: Box<Self>, process: &ProcessRef) -> Result<(), ClaimError> {
        let server = process.downcast::<S>().and_then(ServerRef::upgrade);
        let server = server.ok_or(ClaimError::Nowhere)?;
        let shared = self.registry.server.shared();
        Ok(shared.register(self.key, self.value, &server)?)
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
