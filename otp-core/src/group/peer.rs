//! What another node says of its own members.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::member::GroupMember;
use super::roster::Roster;
use crate::registry::NameKey;

/// Names another node, as the cluster numbers it. This node has none: it is not taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u64);

/// The members of another node, as that node says: made by [`ScopeRef::peer`](crate::ScopeRef::peer) for each connection.
///
/// Dropped, all of them leave: the node is lost, or speaks through another connection. What comes late
/// from a connection that is gone has nowhere to go. When the scope is restarted, a peer has no effect any
/// more: the cluster makes a new one, and has it told everything.
pub struct Peer<K: NameKey, M: GroupMember> {
    /// Of the incarnation of the scope for which it was made.
    roster: Arc<Roster<K, M>>,
    node: NodeId,
    members: HashMap<K, Vec<(M::Handle, u64)>>,
}

impl<K: NameKey, M: GroupMember> Peer<K, M>
where
    M::Handle: PartialEq,
{
    pub(super) fn new(roster: Arc<Roster<K, M>>, node: NodeId) -> Self {
        Self {
            roster,
            node,
            members: HashMap::new(),
        }
    }

    /// The node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// A process of the node has joined.
    pub fn joined(&mut self, group: K, member: M::Handle) {
        if let Some(number) = self.roster.join_there(&group, member.clone()) {
            self.members
                .entry(group)
                .or_default()
                .push((member, number));
        }
    }

    /// A process of the node has left. Of no effect for one that is not known.
    pub fn left(&mut self, group: &K, member: &M::Handle) {
        let Some(all) = self.members.get_mut(group) else {
            return;
        };
        let Some(at) = all.iter().position(|one| one.0 == *member) else {
            return;
        };
        let (_, number) = all.swap_remove(at);
        if all.is_empty() {
            self.members.remove(group);
        }
        self.roster.leave_there(group, number);
    }

    /// All members of the node, whatever was known before: what is new joins, what is not there any more
    /// leaves, the rest is not touched. Said twice, it changes nothing.
    pub fn replace(&mut self, groups: impl IntoIterator<Item = (K, Vec<M::Handle>)>) {
        let mut before = std::mem::take(&mut self.members);
        for (group, members) in groups {
            let mut old = before.remove(&group).unwrap_or_default();
            for member in members {
                match old.iter().position(|one| one.0 == member) {
                    Some(at) => {
                        let kept = old.swap_remove(at);
                        self.members.entry(group.clone()).or_default().push(kept);
                    }
                    None => self.joined(group.clone(), member),
                }
            }
            for (_, number) in old {
                self.roster.leave_there(&group, number);
            }
        }
        for (group, members) in before {
            for (_, number) in members {
                self.roster.leave_there(&group, number);
            }
        }
    }
}

impl<K: NameKey, M: GroupMember> Drop for Peer<K, M> {
    fn drop(&mut self) {
        for (group, members) in self.members.drain() {
            for (_, number) in members {
                self.roster.leave_there(&group, number);
            }
        }
    }
}

impl<K: NameKey, M: GroupMember> fmt::Debug for Peer<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Peer").field(&self.node).finish()
    }
}
