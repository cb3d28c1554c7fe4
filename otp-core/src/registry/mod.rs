//! Registries: servers of one type under keys of one type, found without a message.
//!
//! Owns which key stands for which incarnations: for one (`Registry`), or for any number (`duplicate`).
//! `owners` sees to it that keys go with their process; a start takes a key through `server::start`, which
//! knows no registry.

mod duplicate;
mod entries;
mod entry;
mod error;
mod event;
mod flags;
mod handle;
mod keeper;
mod key;
mod life;
mod via;

pub use duplicate::{DuplicateRegistry, DuplicateRegistryRef};
pub use error::{NotRegistered, RegisterError};
pub use event::RegistryEvent;
pub use flags::RegistryFlags;
pub use handle::RegistryRef;
pub use key::{NameKey, NameValue};
pub use life::Registry;
pub use via::ViaRegistry;
