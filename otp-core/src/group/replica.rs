//! What is told of this node's members, for other nodes to know them.

/// Whoever carries the memberships of this node to others. A cluster implements it for its connections and
/// gives it to [`Scope::start_with`](crate::Scope::start_with); without one, a scope knows this node alone
/// ([`NoReplica`]).
///
/// Outwards it needs no more than this: each join and leave of a process of this node, in the order in
/// which they happened, and, for a node that comes later, all that is so far
/// ([`ScopeRef::local_snapshot`](crate::ScopeRef::local_snapshot)). Inwards, what a node says of its own
/// processes goes through its [`Peer`](crate::Peer). Each node is the authority for its own processes, so
/// there is nothing to agree on, and no lock between nodes.
///
/// Called in the place of who joins or leaves, while the scope takes no other change: it puts the change in
/// a queue, and neither waits nor uses the scope.
pub trait Replica<K, H>: Send + Sync + 'static {
    /// A process of this node has joined.
    fn joined(&self, group: &K, member: &H);

    /// A process of this node has left, or has ended.
    fn left(&self, group: &K, member: &H);
}

/// There are no other nodes.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoReplica;

impl<K, H> Replica<K, H> for NoReplica {
    fn joined(&self, _: &K, _: &H) {}

    fn left(&self, _: &K, _: &H) {}
}
