//! Why a key was not given, or what stands beside it not changed.

use super::entries::Refusal;
use crate::process::cell::Header;
use crate::process::links;
use crate::{ExitReason, Pid};

/// Why a key was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// This process has the key; it may be the one that asked.
    #[error("the key is taken by {0}")]
    AlreadyRegistered(Pid),
    /// The registry is not running.
    #[error("the registry is down: {0}")]
    Down(ExitReason),
}

/// The server that asks does not have the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key is not this server's")]
pub struct NotRegistered;

impl RegisterError {
    /// What a refusal is to who asked; a server that ends has no use for a key, and needs no error.
    pub(super) fn of(refusal: Refusal, registry: &Header) -> Result<(), Self> {
        match refusal {
            Refusal::Ended => Ok(()),
            Refusal::Taken(holder) => Err(Self::AlreadyRegistered(holder)),
            Refusal::Closed => {
                let reason = links::exit_of(registry);
                Err(Self::Down(reason.unwrap_or(ExitReason::NoProc)))
            }
        }
    }
}
