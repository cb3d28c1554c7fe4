//! One group of a scope.

use std::fmt;

use super::error::JoinError;
use super::event::GroupEvent;
use super::handle::ScopeRef;
use super::member::GroupMember;
use crate::events::Events;
use crate::registry::NameKey;

/// One group of a scope, by its name: made by [`ScopeRef::group`]. It need not have members, and keeps none.
pub struct Group<K: NameKey, M: GroupMember> {
    scope: ScopeRef<K, M>,
    name: K,
}

impl<K: NameKey, M: GroupMember> Group<K, M> {
    pub(super) fn new(scope: ScopeRef<K, M>, name: K) -> Self {
        Self { scope, name }
    }

    /// What the group is called.
    pub fn name(&self) -> &K {
        &self.name
    }

    /// As [`ScopeRef::join`].
    ///
    /// # Errors
    /// As there.
    pub fn join(&self, member: &M::Join) -> Result<(), JoinError> {
        self.scope.join(&self.name, member)
    }

    /// As [`ScopeRef::leave`].
    ///
    /// # Errors
    /// As there.
    pub fn leave(&self, member: &M::Join) -> Result<(), JoinError> {
        self.scope.leave(&self.name, member)
    }

    /// As [`ScopeRef::members`].
    pub fn members(&self) -> Vec<M::Handle> {
        self.scope.members(&self.name)
    }

    /// As [`ScopeRef::local_members`].
    pub fn local_members(&self) -> Vec<M::Handle> {
        self.scope.local_members(&self.name)
    }

    /// As [`ScopeRef::broadcast`].
    pub fn broadcast(&self, send: impl FnMut(&M::Handle)) -> usize {
        self.scope.broadcast(&self.name, send)
    }

    /// As [`ScopeRef::monitor_group`].
    #[expect(clippy::type_complexity, reason = "a list and a stream")]
    pub fn monitor(&self) -> (Vec<M::Handle>, Events<GroupEvent<K, M::Handle>>) {
        self.scope.monitor_group(&self.name)
    }
}

impl<K: NameKey, M: GroupMember> Clone for Group<K, M> {
    fn clone(&self) -> Self {
        Self {
            scope: self.scope.clone(),
            name: self.name.clone(),
        }
    }
}

impl<K: NameKey + fmt::Debug, M: GroupMember> fmt::Debug for Group<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Group").field(&self.name).finish()
    }
}
