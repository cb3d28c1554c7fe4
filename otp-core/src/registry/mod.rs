//! Registries: servers of one type under keys of one type, found without a message.
//!
//! Owns which key stands for which incarnation. The engine tells it of ends before anybody else
//! (`process::registration`); a start takes a key through `server::start`, which knows no registry.

mod entries;
mod handle;
mod life;
mod via;

pub use handle::{RegisterError, RegistryRef};
pub use life::Registry;
