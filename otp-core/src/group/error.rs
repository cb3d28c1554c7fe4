//! Why a process did not join or leave.

use crate::ExitReason;

/// Why nobody joined or left.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// It is no member of the group, or not as often.
    #[error("it is no member of the group")]
    NotJoined,
    /// The scope is not running.
    #[error("the scope is down: {0}")]
    Down(ExitReason),
}
