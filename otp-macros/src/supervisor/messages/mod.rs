//! The catalogue: every error text of `supervisor! {}`, in one place and one voice.
//!
//! Lower case, names in backticks, no full stop. The first line says what is wrong and why, the
//! line that starts with `help:` shows what to write.

mod children;
mod entries;
mod groups;
mod head;
mod rules;
mod values;

pub(super) use children::*;
pub(super) use entries::*;
pub(super) use groups::*;
pub(super) use head::*;
pub(super) use rules::*;
pub(super) use values::*;
