//! The keys of one incarnation of a registry with unique keys.
//!
//! Reads take no lock. A key is taken in the map at once; that it goes with its process is `owners`'
//! business.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use super::entry::Entry;
use super::event::RegistryEvent;
use super::key::{NameKey, NameValue};
use crate::Pid;
use crate::events::Hub;
use crate::open_ref::Closes;
use crate::owners::{Holdings, NotHeld, Owners};
use crate::process::cell::BodyRef;
use crate::process::registration::Registration;
use crate::process::{Server, ServerRef};

type RandomState = foldhash::fast::RandomState;

/// Which key stands for which incarnation. As it is made, and when its registry has ended, it takes
/// none.
#[doc(hidden)]
pub struct Entries<K, S: Server, V> {
    map: papaya::HashMap<K, Entry<S, V>, RandomState>,
    owners: Owners<ServerRef<S>, Keys<K>>,
    events: Hub<RegistryEvent<K, V>>,
}

/// The keys of one process: mostly it has one.
enum Keys<K> {
    Few(Option<K>),
    Many(HashSet<K, RandomState>),
}

/// Why a key was not given.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    Taken(Pid),
    /// The registry has ended.
    Closed,
    /// The server has.
    Ended,
}

impl<K, S: Server, V> Default for Entries<K, S, V> {
    fn default() -> Self {
        Self {
            map: papaya::HashMap::default(),
            owners: Owners::default(),
            events: Hub::default(),
        }
    }
}

impl<K: NameKey, S: Server, V: NameValue> Entries<K, S, V> {
    pub(super) fn new(registry: Pid, partitions: usize) -> Self {
        Self {
            owners: Owners::new(partitions, Some(registry)),
            ..Self::default()
        }
    }

    pub(super) fn partitions(&self) -> usize {
        self.owners.partitions()
    }

    pub(super) fn events(&self) -> &Hub<RegistryEvent<K, V>> {
        &self.events
    }

    #[inline]
    pub(super) fn get<Q, R>(&self, key: &Q, read: impl FnOnce(S::Ref, &V) -> R) -> Option<R>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let map = self.map.pin();
        let entry = map.get(key)?;
        Some(read(entry.server()?, &entry.value))
    }

    /// Runs `each` over all whose servers live, in no order.
    pub(super) fn scan(&self, mut each: impl FnMut(&K, S::Ref, Pid, &V)) {
        for (key, entry) in &self.map.pin() {
            if let Some(server) = entry.server() {
                each(key, server, entry.pid, &entry.value);
            }
        }
    }

    /// Who has `key`; nobody, if the registry has ended.
    pub(super) fn holder(&self, key: &K) -> Result<Option<Pid>, Refusal> {
        if !self.is_open() {
            return Err(Refusal::Closed);
        }
        Ok(self.map.pin().get(key).map(|entry| entry.pid))
    }

    pub(super) fn len(&self) -> usize {
        self.map.len()
    }

    pub(super) fn keys_of(&self, pid: Pid) -> Vec<K> {
        let keys = self.owners.read(pid, |keys| keys.iter().cloned().collect());
        keys.unwrap_or_default()
    }

    /// What stands beside `key`, if it is that of `pid`.
    pub(super) fn value_of<Q>(&self, key: &Q, pid: Pid) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let map = self.map.pin();
        let entry = map.get(key)?;
        (entry.pid == pid && entry.server().is_some()).then(|| entry.value.clone())
    }

    /// Gives `key` to the incarnation of `server` that runs.
    pub(super) fn register(
        self: &Arc<Self>,
        key: K,
        value: V,
        server: &ServerRef<S>,
    ) -> Result<(), Refusal> {
        let map = self.map.pin();
        if let Some(entry) = map.get(&key) {
            return Err(Refusal::Taken(entry.pid));
        }
        let taken = self
            .owners
            .hold(server, &self.registration(), |pid, _, keys| {
                let entry = Entry {
                    pid,
                    process: BodyRef::of(server),
                    value: value.clone(),
                };
                if let Err(taken) = map.try_insert(key.clone(), entry) {
                    return Err(taken.current.pid);
                }
                keys.insert(key.clone());
                self.events
                    .publish(|| RegistryEvent::Register { key, pid, value });
                Ok(())
            });
        taken.map_err(|error| match error {
            NotHeld::Closed => Refusal::Closed,
            NotHeld::Ended => Refusal::Ended,
            NotHeld::Refused(holder) => Refusal::Taken(holder),
        })
    }

    /// Puts `value` beside the key of `pid`. Whether it has it.
    pub(super) fn set_value<Q>(&self, key: &Q, pid: Pid, value: V) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let set = self.owners.read(pid, |_| {
            let map = self.map.pin();
            let Some((key, entry)) = map.get_key_value(key).filter(|(_, old)| old.pid == pid)
            else {
                return false;
            };
            let process = entry.process.clone();
            let entry = Entry {
                pid,
                process,
                value,
            };
            map.insert(key.clone(), entry);
            true
        });
        set.unwrap_or(false)
    }

    /// Takes `key` from the incarnation `pid`, if what stands beside it `is_meant`. Whether it did.
    pub(super) fn unregister<Q>(
        self: &Arc<Self>,
        key: &Q,
        pid: Pid,
        is_meant: impl FnOnce(&V) -> bool,
    ) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // Only the process itself changes what it has, and it is here.
        let meant = self
            .map
            .pin()
            .get(key)
            .map(|entry| (entry.pid == pid, is_meant(&entry.value)));
        if meant != Some((true, true)) {
            return false;
        }
        let gone = self.owners.release(pid, &self.registration(), |keys| {
            let Some(key) = keys.remove(key) else {
                return false;
            };
            self.map.pin().remove(&key);
            self.events
                .publish(|| RegistryEvent::Unregister { key, pid });
            true
        });
        gone.unwrap_or(false)
    }

    /// The registry has ended: nobody is found here any more.
    pub(super) fn close(self: &Arc<Self>) {
        self.owners
            .close(&self.registration(), || self.map.pin().clear());
        self.events.close();
    }

    fn registration(self: &Arc<Self>) -> Arc<dyn Registration> {
        let registration: Arc<Self> = Arc::clone(self);
        registration
    }
}

impl<K: NameKey, S: Server, V: NameValue> Closes for Entries<K, S, V> {
    #[inline]
    fn is_open(&self) -> bool {
        self.owners.is_open()
    }
}

impl<K: NameKey, S: Server, V: NameValue> Registration for Entries<K, S, V> {
    fn ended(&self, pid: Pid) {
        self.owners.ended(pid, |keys| {
            let map = self.map.pin();
            for key in keys.iter() {
                map.remove(key);
            }
        });
    }
}

impl<K: Eq + Hash> Keys<K> {
    fn iter(&self) -> impl Iterator<Item = &K> {
        let (few, many) = match self {
            Self::Few(key) => (key.as_ref(), None),
            Self::Many(keys) => (None, Some(keys.iter())),
        };
        few.into_iter().chain(many.into_iter().flatten())
    }

    fn insert(&mut self, key: K) {
        match self {
            Self::Few(none @ None) => *none = Some(key),
            Self::Few(first) => *self = Self::Many(first.take().into_iter().chain([key]).collect()),
            Self::Many(keys) => drop(keys.insert(key)),
        }
    }

    fn remove<Q>(&mut self, key: &Q) -> Option<K>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        match self {
            Self::Few(only) => only.take_if(|only| (*only).borrow() == key),
            Self::Many(keys) => keys.take(key),
        }
    }
}

impl<K> Default for Keys<K> {
    fn default() -> Self {
        Self::Few(None)
    }
}

impl<K: Send> Holdings for Keys<K> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Few(key) => key.is_none(),
            Self::Many(keys) => keys.is_empty(),
        }
    }
}
