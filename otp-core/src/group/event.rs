//! What a monitor of a scope or of a group hears.

/// A change of a group. What ends with a process, or with the connection to a node, is a `Leave` too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupEvent<K, H> {
    /// A member joined, once; one that joins several times comes several times.
    Join {
        /// The group.
        group: K,
        /// Who joined.
        member: H,
    },
    /// A member left, once.
    Leave {
        /// The group.
        group: K,
        /// Who left. It may have ended.
        member: H,
    },
}

impl<K, H> GroupEvent<K, H> {
    /// The group that changed.
    pub fn group(&self) -> &K {
        match self {
            Self::Join { group, .. } | Self::Leave { group, .. } => group,
        }
    }
}
