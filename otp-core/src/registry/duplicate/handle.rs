//! What can be asked of a registry with duplicate keys, from anywhere, without a message.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::DuplicateRegistry;
use crate::Pid;
use crate::handles::handle;
use crate::open_ref::{Closes, OpenRef};
use crate::process::{Context, Server, ServerRef, spawn_monitor};
use crate::registry::error::RegisterError;
use crate::registry::keeper::asked;
use crate::registry::key::{NameKey, NameValue};

/// A handle on a [`DuplicateRegistry`]: what every server's handle has, and its keys.
///
/// Nothing here is a message: it works beside the registry's process, in the caller. While the registry
/// is gone, nobody is found, and nobody can register.
///
/// No answer names a process whose end was seen; any other may end at any moment. The entries of one key
/// come in the order in which they were registered. Closures that are given run under no lock.
pub struct DuplicateRegistryRef<K: NameKey, S: Server, V: NameValue = ()> {
    server: OpenRef<DuplicateRegistry<K, S, V>>,
}

handle! {
    DuplicateRegistryRef<K: NameKey, S: Server, V: NameValue> of DuplicateRegistry<K, S, V>
}
asked! { DuplicateRegistryRef }

impl<K: NameKey, S: Server, V: NameValue> DuplicateRegistryRef<K, S, V> {
    /// The servers under `key`, each as often as it registered, with what stands beside. Takes no lock.
    pub fn lookup<Q>(&self, key: &Q) -> Vec<(S::Ref, V)>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.matching(key, |_| true)
    }

    /// Those entries of `key` whose values match.
    pub fn matching<Q>(&self, key: &Q, mut matches: impl FnMut(&V) -> bool) -> Vec<(S::Ref, V)>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let mut found = Vec::new();
        self.server.shared().each(key, |server, _, value| {
            if matches(value) {
                found.push((server, value.clone()));
            }
        });
        found
    }

    /// How many [`matching`](Self::matching) would find.
    pub fn count_match<Q>(&self, key: &Q, mut matches: impl FnMut(&V) -> bool) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let mut count = 0;
        let shared = self.server.shared();
        shared.each(key, |_, _, value| count += usize::from(matches(value)));
        count
    }

    /// Runs `each` with all entries of `key`, one after another, in the caller. How many there were.
    pub fn dispatch<Q>(&self, key: &Q, mut each: impl FnMut(&S::Ref, &V)) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let mut count = 0;
        self.server.shared().each(key, |server, _, value| {
            count += 1;
            each(&server, value);
        });
        count
    }

    /// As [`dispatch`](Self::dispatch), the partitions beside each other: each that has entries in a process
    /// of its own. With one partition it is `dispatch`. How many calls of `each` returned: a panic ends its
    /// partition's process, which is reported, and no other.
    ///
    /// Cancel safe: dropped, what has begun goes on.
    pub async fn dispatch_parallel<Q, F>(&self, key: &Q, each: F) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
        F: Fn(&S::Ref, &V) + Send + Sync + 'static,
    {
        let mut parts: BTreeMap<usize, Vec<(S::Ref, V)>> = BTreeMap::new();
        {
            let shared = self.server.shared();
            if shared.partitions() == 1 {
                drop(shared);
                return self.dispatch(key, each);
            }
            shared.each(key, |server, pid, value| {
                let part = parts.entry(shared.partition_of(pid)).or_default();
                part.push((server, value.clone()));
            });
        }
        let each = Arc::new(each);
        let done = Arc::new(AtomicUsize::new(0));
        let run = parts.into_values().map(|part| {
            let (each, done) = (Arc::clone(&each), Arc::clone(&done));
            let (_, end) = spawn_monitor(move |_| async move {
                for (server, value) in &part {
                    each(server, value);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
            end
        });
        for end in run.collect::<Vec<_>>() {
            end.await;
        }
        done.load(Ordering::Relaxed)
    }

    /// What `choose` makes of all entries, in no order of keys, where it makes anything. One that is there
    /// throughout is seen once; one that comes or goes meanwhile may be seen or not.
    pub fn select<T>(&self, mut choose: impl FnMut(&K, &S::Ref, &V) -> Option<T>) -> Vec<T> {
        let mut chosen = Vec::new();
        self.server.shared().scan(|key, server, value| {
            chosen.extend(choose(key, &server, value));
        });
        chosen
    }

    /// How many entries match.
    pub fn count_select(&self, mut matches: impl FnMut(&K, &S::Ref, &V) -> bool) -> usize {
        let mut count = 0;
        self.server.shared().scan(|key, server, value| {
            count += usize::from(matches(key, &server, value));
        });
        count
    }

    /// Gives `key` to the server that calls this, with `value` beside it: to its incarnation that runs.
    /// It may have it already.
    ///
    /// # Errors
    /// [`RegisterError::Down`].
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

    /// Takes all entries of `key` from the server that calls this. How many; those of others stay.
    pub fn unregister<Q>(&self, key: &Q, cx: &mut Context<S>) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.unregister_match(key, |_| true, cx)
    }

    /// As [`unregister`](Self::unregister), of those whose values match.
    pub fn unregister_match<Q>(
        &self,
        key: &Q,
        matches: impl FnMut(&V) -> bool,
        cx: &mut Context<S>,
    ) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().unregister(key, cx.pid(), matches)
    }

    /// The keys of a process, each as often as it has it; none of one that has ended, or has none.
    pub fn keys_of(&self, pid: Pid) -> Vec<K> {
        self.server.shared().keys_of(pid)
    }

    /// What stands beside the entries of `key` that are those of `pid`, in their order.
    pub fn values_of<Q>(&self, key: &Q, pid: Pid) -> Vec<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let mut values = Vec::new();
        self.server.shared().each(key, |_, owner, value| {
            if owner == pid {
                values.push(value.clone());
            }
        });
        values
    }

    /// How many entries there are.
    pub fn count(&self) -> usize {
        self.server.shared().len()
    }
}

impl<K: NameKey, S: Server> DuplicateRegistryRef<K, S> {
    /// As [`register_with`](Self::register_with), with nothing beside the key.
    ///
    /// # Errors
    /// As there.
    pub fn register(&self, key: K, cx: &mut Context<S>) -> Result<(), RegisterError> {
        self.register_with(key, (), cx)
    }
}
