//! What can be asked of a registry with unique keys, from anywhere, without a message.

use std::borrow::Borrow;
use std::hash::Hash;

use super::Registry;
use super::error::{NotRegistered, RegisterError};
use super::keeper::asked;
use super::key::{NameKey, NameValue};
use crate::Pid;
use crate::handles::handle;
use crate::open_ref::{Closes, OpenRef};
use crate::process::{self, Context, Server, ServerRef};
use crate::server::{Start, StartError};

/// A handle on a [`Registry`]: what every server's handle has, and its keys.
///
/// Nothing here is a message: it works beside the registry's process, in the caller. While the registry
/// is gone, nobody is found, and nobody can register.
///
/// No answer names a process whose end was seen, by a `Down`, an `Exit` or a `stop`; any other may end at
/// any moment. Closures that are given run in the caller, under no lock.
pub struct RegistryRef<K: NameKey, S: Server, V: NameValue = ()> {
    pub(super) server: OpenRef<Registry<K, S, V>>,
}

handle! { RegistryRef<K: NameKey, S: Server, V: NameValue> of Registry<K, S, V> }
asked! { RegistryRef }

impl<K: NameKey, S: Server, V: NameValue> RegistryRef<K, S, V> {
    /// The server under `key`. Takes no lock.
    pub fn lookup<Q>(&self, key: &Q) -> Option<S::Ref>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().get(key, |server, _| server)
    }

    /// The server under `key`, and what stands beside it. Takes no lock.
    pub fn lookup_value<Q>(&self, key: &Q) -> Option<(S::Ref, V)>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let shared = self.server.shared();
        shared.get(key, |server, value| (server, value.clone()))
    }

    /// Runs `each` with the server under `key` and what stands beside it. Whether there was one.
    pub fn dispatch<Q>(&self, key: &Q, each: impl FnOnce(S::Ref, &V)) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().get(key, each).is_some()
    }

    /// The server under `key`, if what stands beside it matches: at most one.
    pub fn matching<Q>(&self, key: &Q, matches: impl FnOnce(&V) -> bool) -> Option<(S::Ref, V)>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let shared = self.server.shared();
        let found = shared.get(key, |server, value| {
            matches(value).then(|| (server, value.clone()))
        });
        found.flatten()
    }

    /// How many [`matching`](Self::matching) would find.
    pub fn count_match<Q>(&self, key: &Q, matches: impl FnOnce(&V) -> bool) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        usize::from(self.matching(key, matches).is_some())
    }

    /// What `choose` makes of all entries, in no order, where it makes anything. One that is there
    /// throughout is seen once; one that comes or goes meanwhile may be seen or not.
    pub fn select<T>(&self, mut choose: impl FnMut(&K, &S::Ref, &V) -> Option<T>) -> Vec<T> {
        let mut chosen = Vec::new();
        self.server.shared().scan(|key, server, _, value| {
            chosen.extend(choose(key, &server, value));
        });
        chosen
    }

    /// How many entries match.
    pub fn count_select(&self, mut matches: impl FnMut(&K, &S::Ref, &V) -> bool) -> usize {
        let mut count = 0;
        self.server.shared().scan(|key, server, _, value| {
            count += usize::from(matches(key, &server, value));
        });
        count
    }

    /// Gives `key` to the server that calls this, with `value` beside it: to its incarnation that runs. To
    /// register at the start, see [`Start::via_with`].
    ///
    /// # Errors
    /// [`RegisterError::AlreadyRegistered`], also if it has the key itself; [`RegisterError::Down`].
    /// Nothing has changed then.
    pub fn register_with(
        &self,
        key: K,
        value: V,
        cx: &mut Context<S>,
    ) -> Result<(), RegisterError> {
        let Some(server) = ServerRef::upgrade(cx.body()) else {
            // Nobody can reach it any more: it ends, as if it were registered and had ended.
            return Ok(());
        };
        let taken = self.server.shared().register(key, value, &server);
        taken.or_else(|refusal| RegisterError::of(refusal, self.server.header()))
    }

    /// Changes what stands beside a key of the server that calls this: the new value and the old one.
    /// Readers see one of the two.
    ///
    /// # Errors
    /// [`NotRegistered`]: `change` was not called.
    pub fn update_value<Q>(
        &self,
        key: &Q,
        change: impl FnOnce(&V) -> V,
        cx: &mut Context<S>,
    ) -> Result<(V, V), NotRegistered>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let shared = self.server.shared();
        let old = shared.value_of(key, cx.pid()).ok_or(NotRegistered)?;
        let new = change(&old);
        if shared.set_value(key, cx.pid(), new.clone()) {
            Ok((new, old))
        } else {
            Err(NotRegistered)
        }
    }

    /// Takes `key` from the server that calls this. Whether it had it: a key of another's stays.
    pub fn unregister<Q>(&self, key: &Q, cx: &mut Context<S>) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.unregister_match(key, |_| true, cx)
    }

    /// As [`unregister`](Self::unregister), if what stands beside the key matches.
    pub fn unregister_match<Q>(
        &self,
        key: &Q,
        matches: impl FnOnce(&V) -> bool,
        cx: &mut Context<S>,
    ) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().unregister(key, cx.pid(), matches)
    }

    /// The keys of a process, in no order; none of one that has ended, or has none.
    pub fn keys_of(&self, pid: Pid) -> Vec<K> {
        self.server.shared().keys_of(pid)
    }

    /// What stands beside `key`, if it is that of `pid`.
    pub fn value_of<Q>(&self, key: &Q, pid: Pid) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().value_of(key, pid)
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.server.shared().len()
    }

    /// The server under `key`; started by `make` under it, with `value` beside it, if there is none. Of
    /// many who ask at once, one starts it, and all get the same.
    ///
    /// One that is found may still be in its `init`: what is sent to it waits.
    ///
    /// Cancel safe, as the [`Start`] that `make` returns.
    ///
    /// # Errors
    /// Those of the start, but for [`StartError::AlreadyStarted`] of the key itself.
    pub async fn start_or_get_with(
        &self,
        key: K,
        value: V,
        mut make: impl FnMut() -> Start<S>,
    ) -> Result<S::Ref, StartError<S::InitError>> {
        loop {
            if let Some(server) = self.lookup(&key) {
                return Ok(server);
            }
            match make().via_with(self, key.clone(), value.clone()).await {
                // That one was faster, or is just ending.
                Err(StartError::AlreadyStarted(pid)) if self.had(&key, pid) => {
                    tokio::task::yield_now().await;
                }
                result => return result,
            }
        }
    }

    /// Whether `pid` has the key, or may have had it until its end.
    fn had(&self, key: &K, pid: Pid) -> bool {
        process::find(pid).is_none() || self.keys_of(pid).contains(key)
    }
}

impl<K: NameKey, S: Server> RegistryRef<K, S> {
    /// As [`register_with`](Self::register_with), with nothing beside the key.
    ///
    /// # Errors
    /// As there.
    pub fn register(&self, key: K, cx: &mut Context<S>) -> Result<(), RegisterError> {
        self.register_with(key, (), cx)
    }

    /// As [`start_or_get_with`](Self::start_or_get_with), with nothing beside the key.
    ///
    /// # Errors
    /// As there.
    pub async fn start_or_get(
        &self,
        key: K,
        make: impl FnMut() -> Start<S>,
    ) -> Result<S::Ref, StartError<S::InitError>> {
        self.start_or_get_with(key, (), make).await
    }
}
