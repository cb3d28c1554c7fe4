//! The catalogue: every error text of `#[gen_server]`, in one place and one voice.
//!
//! Lower case, names in backticks, no full stop. The first line says what is wrong and why, the
//! line that starts with `help:` shows what to write.

mod block;
mod functions;
mod item;
mod options;
mod params;

pub(super) use block::*;
pub(super) use functions::*;
pub(super) use item::*;
pub(super) use options::*;
pub(super) use params::*;
