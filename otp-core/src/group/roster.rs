//! Who is in which group of one incarnation of a scope.
//!
//! Reads take no lock. Writes take one, so that everybody hears of them in the order in which they happen.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::event::GroupEvent;
use super::member::{GroupMember, Kept};
use super::replica::Replica;
use crate::Pid;
use crate::events::{Events, Hub};
use crate::open_ref::Closes;
use crate::owners::{Holdings, Incarnation, NotHeld, Owners};
use crate::process::registration::Registration;
use crate::registry::NameKey;
use crate::roll::{Bag, Roll};

type RandomState = foldhash::fast::RandomState;

/// The groups. As it is made, and when its scope has ended, nobody can join.
#[doc(hidden)]
pub struct Roster<K: NameKey, M: GroupMember> {
    roll: Roll<K, Membership<M::Handle>>,
    owners: Owners<<M as Kept>::Held, Numbers<K>>,
    scope_events: Hub<Event<K, M>>,
    group_events: Mutex<Hubs<K, M>>,
    replica: Option<Arc<dyn Replica<K, M::Handle>>>,
}

type Event<K, M> = GroupEvent<K, <M as GroupMember>::Handle>;
type Hubs<K, M> = HashMap<K, Hub<Event<K, M>>, RandomState>;
/// Groups with their members.
type Groups<K, M> = Vec<(K, Vec<<M as GroupMember>::Handle>)>;

/// One membership.
///
/// One here is no handle: what is taken out of the roll is freed some time later, and must keep nobody
/// alive until then.
#[derive(Clone)]
pub(super) enum Membership<H> {
    Here(Incarnation),
    There(H),
}

/// The memberships of one process, by group, the first first.
pub(super) struct Numbers<K>(HashMap<K, Vec<u64>, RandomState>);

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<K: Send> Holdings for Numbers<K> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: NameKey, M: GroupMember> Default for Roster<K, M> {
    fn default() -> Self {
        Self {
            roll: Roll::default(),
            owners: Owners::default(),
            scope_events: Hub::default(),
            group_events: Mutex::default(),
            replica: None,
        }
    }
}

/// Why nobody joined.
pub(super) struct Closed;

impl<K: NameKey, M: GroupMember> Roster<K, M> {
    pub(super) fn new(replica: Arc<dyn Replica<K, M::Handle>>) -> Self {
        Self {
            // One partition: its lock is the one that orders everything.
            owners: Owners::new(1, None),
            replica: Some(replica),
            ..Self::default()
        }
    }

    /// Has each of these join. One that has ended joins as if it had ended just afterwards.
    pub(super) fn join<'a>(
        self: &Arc<Self>,
        group: &K,
        all: impl IntoIterator<Item = &'a M::Join>,
    ) -> Result<(), Closed> {
        for join in all {
            let Some(held) = M::held(join) else {
                if !self.owners.is_open() {
                    return Err(Closed);
                }
                continue;
            };
            let joined = self
                .owners
                .hold(&held, &self.registration(), |pid, process, numbers| {
                    let member = Membership::Here(Incarnation::of(pid, process));
                    let number = self.roll.add(group, &member);
                    numbers.0.entry(group.clone()).or_default().push(number);
                    self.tell_joined(group, &member);
                    Ok::<_, std::convert::Infallible>(())
                });
            if let Err(NotHeld::Closed) = joined {
                return Err(Closed);
            }
        }
        Ok(())
    }

    /// Has `pid` leave once. Whether it was a member.
    pub(super) fn leave<Q>(self: &Arc<Self>, group: &Q, pid: Pid) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let left = self.owners.release(pid, &self.registration(), |numbers| {
            let Some((group, mut all)) = numbers.0.remove_entry(group) else {
                return false;
            };
            if let Some(number) = all.pop() {
                self.drop_one(&group, number);
            }
            if !all.is_empty() {
                numbers.0.insert(group, all);
            }
            true
        });
        left.unwrap_or(false)
    }

    /// The members of a group, each as often as it joined.
    pub(super) fn members<Q>(&self, group: &Q, local: bool) -> Vec<M::Handle>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let bag = self.roll.get(group);
        bag.map_or_else(Vec::new, |bag| living::<M>(&bag, local))
    }

    /// The groups that have members.
    pub(super) fn groups(&self, local: bool) -> Vec<K> {
        let mut groups = Vec::new();
        self.roll.scan(|group, bag| {
            if bag.values().any(|one| one.counts(local)) {
                groups.push(group.clone());
            }
        });
        groups
    }

    /// All groups with their members.
    fn all(&self, local: bool) -> Groups<K, M> {
        let mut all = Vec::new();
        self.roll.scan(|group, bag| {
            let members = living::<M>(bag, local);
            if !members.is_empty() {
                all.push((group.clone(), members));
            }
        });
        all
    }

    pub(super) fn snapshot(&self, local: bool) -> Groups<K, M> {
        self.owners.quiet(|_| self.all(local))
    }

    /// What is, and all that changes from then on.
    pub(super) fn watch(&self) -> (Groups<K, M>, Events<Event<K, M>>) {
        self.owners.quiet(|open| {
            if open {
                (self.exact(), self.scope_events.subscribe())
            } else {
                (Vec::new(), Events::none())
            }
        })
    }

    /// As `watch`, for one group.
    pub(super) fn watch_group(&self, group: &K) -> (Vec<M::Handle>, Events<Event<K, M>>) {
        self.owners.quiet(|open| {
            if !open {
                return (Vec::new(), Events::none());
            }
            let mut hubs = self.hubs();
            hubs.retain(|_, hub| hub.is_heard());
            let hub = hubs.entry(group.clone()).or_default();
            let bag = self.roll.get(group);
            let members = bag.map_or_else(Vec::new, |bag| everybody::<M>(&bag));
            (members, hub.subscribe())
        })
    }

    /// All memberships, also those of processes that are ending, whose leave is still to be told.
    fn exact(&self) -> Groups<K, M> {
        let mut all = Vec::new();
        self.roll
            .scan(|group, bag| all.push((group.clone(), everybody::<M>(bag))));
        all
    }

    /// The scope has ended.
    pub(super) fn close(self: &Arc<Self>) {
        self.owners
            .close(&self.registration(), || self.roll.clear());
        self.scope_events.close();
        for hub in std::mem::take(&mut *self.hubs()).values() {
            hub.close();
        }
    }

    /// A process of another node joins.
    pub(super) fn join_there(&self, group: &K, member: M::Handle) -> Option<u64> {
        self.owners.quiet(|open| {
            open.then(|| {
                let member = Membership::There(member);
                let number = self.roll.add(group, &member);
                self.tell_joined(group, &member);
                number
            })
        })
    }

    /// One of another node leaves.
    pub(super) fn leave_there(&self, group: &K, number: u64) {
        self.owners.quiet(|_| self.drop_one(group, number));
    }

    fn hubs(&self) -> MutexGuard<'_, Hubs<K, M>> {
        let hubs = self.group_events.lock();
        hubs.unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_joined(&self, group: &K, one: &Membership<M::Handle>) {
        let Some(member) = one.handle::<M>() else {
            return;
        };
        if let (Membership::Here(_), Some(replica)) = (one, &self.replica) {
            replica.joined(group, &member);
        }
        self.publish(group, || GroupEvent::Join {
            group: group.clone(),
            member: member.clone(),
        });
    }

    /// A membership ends, and everybody hears of it. Its holder, if it is here, is still held.
    fn drop_one(&self, group: &K, number: u64) {
        let Some(one) = self.roll.remove(group, number) else {
            return;
        };
        let Some(member) = one.handle::<M>() else {
            return;
        };
        if let (Membership::Here(_), Some(replica)) = (&one, &self.replica) {
            replica.left(group, &member);
        }
        self.publish(group, || GroupEvent::Leave {
            group: group.clone(),
            member: member.clone(),
        });
    }

    fn publish(&self, group: &K, make: impl Fn() -> Event<K, M>) {
        self.scope_events.publish(&make);
        let hubs = self.hubs();
        if let Some(hub) = hubs.get(group) {
            hub.publish(&make);
        }
    }

    fn registration(self: &Arc<Self>) -> Arc<dyn Registration> {
        let registration: Arc<Self> = Arc::clone(self);
        registration
    }
}

impl<K: NameKey, M: GroupMember> Closes for Roster<K, M> {
    #[inline]
    fn is_open(&self) -> bool {
        self.owners.is_open()
    }
}

impl<K: NameKey, M: GroupMember> Registration for Roster<K, M> {
    fn ended(&self, pid: Pid) {
        self.owners.ended(pid, |numbers| {
            for (group, numbers) in numbers.0 {
                for number in numbers {
                    self.drop_one(&group, number);
                }
            }
        });
    }
}

impl<H: Clone> Membership<H> {
    /// Whether it is to be listed: its process lives, as far as it is of this node.
    fn counts(&self, local: bool) -> bool {
        match self {
            Self::Here(incarnation) => incarnation.is_up(),
            Self::There(_) => !local,
        }
    }

    /// Who it is; nobody, if its server is held by nobody any more.
    fn handle<M: GroupMember<Handle = H>>(&self) -> Option<H> {
        match self {
            Self::Here(incarnation) => M::found(incarnation),
            Self::There(member) => Some(member.clone()),
        }
    }
}

fn living<M: GroupMember>(bag: &Bag<Membership<M::Handle>>, local: bool) -> Vec<M::Handle> {
    let living = bag.values().filter(|one| one.counts(local));
    living.filter_map(Membership::handle::<M>).collect()
}

fn everybody<M: GroupMember>(bag: &Bag<Membership<M::Handle>>) -> Vec<M::Handle> {
    bag.values().filter_map(Membership::handle::<M>).collect()
}
