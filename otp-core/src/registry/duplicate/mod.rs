//! Registries whose keys stand for any number of servers.
//!
//! Owns their entries and what is done with all of one key. That a key names no server at its start here is
//! in the types: there is no `ViaRegistry`.

mod entries;
mod handle;
mod life;

pub use handle::DuplicateRegistryRef;
pub use life::DuplicateRegistry;
