//! Process groups: who belongs together, by the name of the group. OTP's `pg`.
//!
//! Owns who is in which group of a scope, here and on other nodes. `owners` sees to it that members go with
//! their process. How nodes reach each other is not known here: see [`Replica`] and [`Peer`].

mod error;
mod event;
mod handle;
mod life;
mod member;
mod one;
mod peer;
mod replica;
mod roster;

pub use error::JoinError;
pub use event::GroupEvent;
pub use handle::ScopeRef;
pub use life::Scope;
pub use member::{AnyProcess, GroupMember};
pub use one::Group;
pub use peer::{NodeId, Peer};
pub use replica::{NoReplica, Replica};
