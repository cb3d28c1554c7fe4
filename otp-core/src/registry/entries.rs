//! The keys of one incarnation of a registry.
//!
//! Reads take no lock. Writes take the one of the owners, under which both sides are changed together.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Pid;
use crate::process::cell::ProcessRef;
use crate::process::registration::{self, Registration};
use crate::process::{Server, ServerRef, links};

type RandomState = foldhash::fast::RandomState;

/// Which key stands for which incarnation. As it is made, and when its registry has ended, it takes
/// none.
#[doc(hidden)]
pub struct Entries<K, S: Server> {
    map: papaya::HashMap<K, Entry, RandomState>,
    owners: Mutex<Owners<K, S>>,
}

/// Whom a key stands for.
struct Entry {
    pid: Pid,
    process: ProcessRef,
}

struct Owners<K, S: Server> {
    /// The registry's process, while it runs.
    registry: Option<Pid>,
    owners: HashMap<Pid, Owner<K, S>, RandomState>,
}

/// An incarnation with its keys.
struct Owner<K, S: Server> {
    /// A server that can be found can be reached, and lives.
    server: ServerRef<S>,
    keys: HashSet<K, RandomState>,
}

/// Why a key was not given.
pub(super) enum Refusal {
    Taken(Pid),
    /// The registry has ended.
    Closed,
    /// The server has.
    Ended,
}

impl<K, S: Server> Default for Entries<K, S> {
    fn default() -> Self {
        Self {
            map: papaya::HashMap::default(),
            owners: Mutex::new(Owners {
                registry: None,
                owners: HashMap::default(),
            }),
        }
    }
}

impl<K, S> Entries<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    pub(super) fn new(registry: Pid) -> Self {
        let this = Self::default();
        this.lock().registry = Some(registry);
        this
    }

    fn lock(&self) -> MutexGuard<'_, Owners<K, S>> {
        // A key whose `Hash` or `Clone` panics leaves nothing half-done that matters to other keys.
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get<Q>(&self, key: &Q) -> Option<ServerRef<S>>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let map = self.map.pin();
        let entry = map.get(key)?;
        if entry.process.pid() != entry.pid || entry.process.state.is_down() {
            return None;
        }
        ServerRef::upgrade(entry.process.downcast::<S>()?)
    }

    /// Who has `key`; nobody, if the registry has ended.
    pub(super) fn holder(&self, key: &K) -> Result<Option<Pid>, Refusal> {
        let owners = self.lock();
        owners.registry.ok_or(Refusal::Closed)?;
        Ok(self.map.pin().get(key).map(|entry| entry.pid))
    }

    pub(super) fn len(&self) -> usize {
        self.map.len()
    }

    pub(super) fn keys_of(&self, pid: Pid) -> Vec<K> {
        let owners = self.lock();
        let owner = owners.owners.get(&pid);
        owner.map_or_else(Vec::new, |owner| owner.keys.iter().cloned().collect())
    }

    /// Gives `key` to the incarnation of `server` that runs.
    pub(super) fn register(self: &Arc<Self>, key: K, server: &ServerRef<S>) -> Result<(), Refusal> {
        let mut owners = self.lock();
        let registry = owners.registry.ok_or(Refusal::Closed)?;
        let map = self.map.pin();
        if let Some(entry) = map.get(&key) {
            return Err(Refusal::Taken(entry.pid));
        }
        let process = server.process();
        let pid = process.pid();
        if let Some(owner) = owners.owners.get_mut(&pid) {
            owner.keys.insert(key.clone());
        } else {
            if !registration::enroll(&process, pid, self.registration()) {
                return Err(Refusal::Ended);
            }
            let owner = Owner {
                server: server.clone(),
                keys: std::iter::once(key.clone()).collect(),
            };
            owners.owners.insert(pid, owner);
            links::link(&process, registry);
        }
        map.insert(key, Entry { pid, process });
        Ok(())
    }

    /// Takes `key` from the incarnation `pid`. Whether it had it.
    pub(super) fn unregister<Q>(self: &Arc<Self>, key: &Q, pid: Pid) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let mut owners = self.lock();
        let Some(owner) = owners.owners.get_mut(&pid) else {
            return false;
        };
        if !owner.keys.remove(key) {
            return false;
        }
        let last = owner.keys.is_empty();
        self.map.pin().remove(key);
        if last && let Some(owner) = owners.owners.remove(&pid) {
            let process = owner.server.process();
            registration::withdraw(&process, pid, &self.registration());
            if let Some(registry) = owners.registry {
                links::unlink(&process, registry);
            }
            // With the last handle the server may begin to end: not under the lock.
            drop(owners);
            drop(owner);
        }
        true
    }

    /// The registry has ended: nobody is found here any more.
    pub(super) fn close(self: &Arc<Self>) {
        let mut owners = self.lock();
        owners.registry = None;
        self.map.pin().clear();
        let gone = std::mem::take(&mut owners.owners);
        drop(owners);
        let registration = self.registration();
        for (pid, owner) in gone {
            registration::withdraw(&owner.server.process(), pid, &registration);
        }
    }

    fn registration(self: &Arc<Self>) -> Arc<dyn Registration> {
        let registration: Arc<Self> = Arc::clone(self);
        registration
    }
}

impl<K, S> Registration for Entries<K, S>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    S: Server,
{
    fn ended(&self, pid: Pid) {
        let mut owners = self.lock();
        let gone = owners.owners.remove(&pid);
        let map = self.map.pin();
        for key in gone.iter().flat_map(|owner| &owner.keys) {
            map.remove(key);
        }
        drop(owners);
        drop(gone);
    }
}
