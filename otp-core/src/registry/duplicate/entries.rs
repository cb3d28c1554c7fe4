//! The keys of one incarnation of a registry with duplicate keys.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::Pid;
use crate::events::Hub;
use crate::open_ref::Closes;
use crate::owners::{Holdings, NotHeld, Owners};
use crate::process::cell::BodyRef;
use crate::process::registration::Registration;
use crate::process::{Server, ServerRef};
use crate::registry::entries::Refusal;
use crate::registry::entry::Entry;
use crate::registry::event::RegistryEvent;
use crate::registry::key::{NameKey, NameValue};
use crate::roll::Roll;

/// Which key stands for which incarnations. As it is made, and when its registry has ended, it takes
/// none.
#[doc(hidden)]
pub struct Entries<K, S: Server, V> {
    roll: Roll<K, Entry<S, V>>,
    owners: Owners<ServerRef<S>, Numbers<K>>,
    events: Hub<RegistryEvent<K, V>>,
}

/// The entries of one process, by key, in the order in which they came.
type Numbers<K> = HashMap<K, Vec<u64>, foldhash::fast::RandomState>;

impl<K: Send> Holdings for Numbers<K> {
    fn is_empty(&self) -> bool {
        HashMap::is_empty(self)
    }
}

impl<K, S: Server, V> Default for Entries<K, S, V> {
    fn default() -> Self {
        Self {
            roll: Roll::default(),
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

    pub(super) fn partition_of(&self, pid: Pid) -> usize {
        self.owners.partition_of(pid)
    }

    pub(super) fn events(&self) -> &Hub<RegistryEvent<K, V>> {
        &self.events
    }

    /// Runs `each` over the entries of `key` whose servers live, in the order in which they came.
    pub(super) fn each<Q>(&self, key: &Q, mut each: impl FnMut(S::Ref, Pid, &V))
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let Some(bag) = self.roll.get(key) else {
            return;
        };
        for entry in bag.values() {
            if let Some(server) = entry.server() {
                each(server, entry.pid, &entry.value);
            }
        }
    }

    /// Runs `each` over all whose servers live, in no order of keys.
    pub(super) fn scan(&self, mut each: impl FnMut(&K, S::Ref, &V)) {
        self.roll.scan(|key, bag| {
            for entry in bag.values() {
                if let Some(server) = entry.server() {
                    each(key, server, &entry.value);
                }
            }
        });
    }

    pub(super) fn len(&self) -> usize {
        self.roll.len()
    }

    pub(super) fn keys_of(&self, pid: Pid) -> Vec<K> {
        let keys = self.owners.read(pid, |numbers| {
            let each = numbers.iter();
            each.flat_map(|(key, numbers)| std::iter::repeat_n(key.clone(), numbers.len()))
                .collect()
        });
        keys.unwrap_or_default()
    }

    /// Gives `key` to the incarnation of `server` that runs, too.
    pub(super) fn register(
        self: &Arc<Self>,
        key: K,
        value: V,
        server: &ServerRef<S>,
    ) -> Result<(), Refusal> {
        let held = self
            .owners
            .hold(server, &self.registration(), |pid, _, numbers| {
                let entry = Entry {
                    pid,
                    process: BodyRef::of(server),
                    value,
                };
                let number = self.roll.add(&key, &entry);
                numbers.entry(key.clone()).or_default().push(number);
                self.events.publish(|| RegistryEvent::Register {
                    key,
                    pid,
                    value: entry.value,
                });
                Ok::<_, std::convert::Infallible>(())
            });
        held.map_err(|error| match error {
            NotHeld::Closed => Refusal::Closed,
            NotHeld::Ended => Refusal::Ended,
            NotHeld::Refused(never) => match never {},
        })
    }

    /// Takes from `pid` those entries of `key` whose values match. How many.
    pub(super) fn unregister<Q>(
        self: &Arc<Self>,
        key: &Q,
        pid: Pid,
        mut matches: impl FnMut(&V) -> bool,
    ) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        // The user's code runs before the lock; only the process itself changes what it has.
        let Some(bag) = self.roll.get(key) else {
            return 0;
        };
        let own = bag.iter().filter(|(_, entry)| entry.pid == pid);
        let mut meant = own.filter(|(_, entry)| matches(&entry.value)).peekable();
        if meant.peek().is_none() {
            return 0;
        }
        let meant: Vec<u64> = meant.map(|(number, _)| *number).collect();
        let gone = self.owners.release(pid, &self.registration(), |numbers| {
            let Some((key, mut own)) = numbers.remove_entry(key) else {
                return 0;
            };
            let before = own.len();
            own.retain(|number| {
                let stays = meant.binary_search(number).is_err();
                if !stays {
                    self.roll.remove(&key, *number);
                    self.events.publish(|| RegistryEvent::Unregister {
                        key: key.clone(),
                        pid,
                    });
                }
                stays
            });
            let gone = before - own.len();
            if !own.is_empty() {
                numbers.insert(key, own);
            }
            gone
        });
        gone.unwrap_or(0)
    }

    /// The registry has ended: nobody is found here any more.
    pub(super) fn close(self: &Arc<Self>) {
        self.owners
            .close(&self.registration(), || self.roll.clear());
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
        self.owners.ended(pid, |numbers| {
            for (key, numbers) in numbers {
                for number in numbers {
                    self.roll.remove(&key, number);
                }
            }
        });
    }
}
