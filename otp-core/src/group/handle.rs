//! What can be asked of a scope, from anywhere, without a message.

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use super::error::JoinError;
use super::event::GroupEvent;
use super::life::Scope;
use super::member::GroupMember;
use super::one::Group;
use super::peer::{NodeId, Peer};
use crate::ExitReason;
use crate::events::Events;
use crate::handles::handle;
use crate::open_ref::{Closes, OpenRef};
use crate::process::links;
use crate::registry::NameKey;

/// A handle on a [`Scope`]: what every server's handle has, and its groups.
///
/// Nothing here is a message: it works beside the scope's process, in the caller. While the scope is gone,
/// there are no groups, and nobody can join.
///
/// No answer names a process whose end was seen, by a `Down`, an `Exit` or a `stop`; any other may end at
/// any moment. A group is there while it has members. Their order means nothing.
pub struct ScopeRef<K: NameKey, M: GroupMember> {
    pub(super) server: OpenRef<Scope<K, M>>,
}

handle! { ScopeRef<K: NameKey, M: GroupMember> of Scope<K, M> }

impl<K: NameKey, M: GroupMember> ScopeRef<K, M> {
    fn down(&self) -> JoinError {
        let reason = links::exit_of(self.server.header());
        JoinError::Down(reason.unwrap_or(ExitReason::NoProc))
    }

    /// One group, to be kept or given away. It need not have members.
    pub fn group(&self, group: K) -> Group<K, M> {
        Group::new(self.clone(), group)
    }

    /// Has `member` join: a server, by its handle, or a pid. When this returns, everybody sees it. One that
    /// is a member already is one twice, and so on. One that has ended is `Ok`, and joins nothing.
    ///
    /// # Errors
    /// [`JoinError::Down`].
    pub fn join(&self, group: &K, member: &M::Join) -> Result<(), JoinError> {
        self.join_all(group, [member])
    }

    /// Has each of these join.
    ///
    /// # Errors
    /// As [`join`](Self::join).
    pub fn join_all<'a>(
        &self,
        group: &K,
        members: impl IntoIterator<Item = &'a M::Join>,
    ) -> Result<(), JoinError> {
        let shared = self.server.shared();
        shared.join(group, members).map_err(|_| self.down())
    }

    /// Has `member` leave: once, if it joined several times.
    ///
    /// # Errors
    /// [`JoinError::NotJoined`] if it is no member, or has ended; [`JoinError::Down`].
    pub fn leave<Q>(&self, group: &Q, member: &M::Join) -> Result<(), JoinError>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.leave_all(group, [member])
    }

    /// Has each of these leave, as often as it is given.
    ///
    /// # Errors
    /// As [`leave`](Self::leave), if none of them was a member; those that were have left otherwise.
    pub fn leave_all<'a, Q>(
        &self,
        group: &Q,
        members: impl IntoIterator<Item = &'a M::Join>,
    ) -> Result<(), JoinError>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let shared = self.server.shared();
        if !shared.is_open() {
            return Err(self.down());
        }
        let mut left = false;
        for member in members {
            left |= shared.leave(group, M::pid(member));
        }
        if left {
            Ok(())
        } else {
            Err(JoinError::NotJoined)
        }
    }

    /// The members of a group, on all nodes, each as often as it joined.
    pub fn members<Q>(&self, group: &Q) -> Vec<M::Handle>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().members(group, false)
    }

    /// Those of them that are on this node.
    pub fn local_members<Q>(&self, group: &Q) -> Vec<M::Handle>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.server.shared().members(group, true)
    }

    /// The groups that have members.
    pub fn which_groups(&self) -> Vec<K> {
        self.server.shared().groups(false)
    }

    /// The groups that have members on this node.
    pub fn local_groups(&self) -> Vec<K> {
        self.server.shared().groups(true)
    }

    /// Runs `send` with each member of a group, in the caller: a cast, say. How many there were.
    pub fn broadcast<Q>(&self, group: &Q, send: impl FnMut(&M::Handle)) -> usize
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let members = self.members(group);
        members.iter().for_each(send);
        members.len()
    }

    /// All groups with their members, and every change from then on: nothing is missing between the two,
    /// nothing comes twice.
    ///
    /// The events are a stream, which ends with the scope. One that names a server keeps it alive until it is
    /// read. A server gives it to
    /// [`Context::attach`](crate::Context::attach) and has them as messages; dropped, or ended with the
    /// server it is attached to, it is forgotten.
    #[expect(clippy::type_complexity, reason = "a list and a stream")]
    pub fn monitor_groups(&self) -> (Vec<(K, Vec<M::Handle>)>, Events<GroupEvent<K, M::Handle>>) {
        self.server.shared().watch()
    }

    /// The members of one group, which need not have any yet, and every change of it from then on. As
    /// [`monitor_groups`](Self::monitor_groups).
    #[expect(clippy::type_complexity, reason = "a list and a stream")]
    pub fn monitor_group(&self, group: &K) -> (Vec<M::Handle>, Events<GroupEvent<K, M::Handle>>) {
        self.server.shared().watch_group(group)
    }

    /// The groups of this node with their members, for a node that comes later: see
    /// [`Replica`](crate::Replica).
    pub fn local_snapshot(&self) -> Vec<(K, Vec<M::Handle>)> {
        self.server.shared().snapshot(true)
    }

    /// A place for what another node says of its members.
    pub fn peer(&self, node: NodeId) -> Peer<K, M>
    where
        M::Handle: PartialEq,
    {
        Peer::new(Arc::clone(&self.server.shared()), node)
    }
}
