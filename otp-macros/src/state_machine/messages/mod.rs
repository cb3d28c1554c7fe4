//! What is wrong with a machine, why, and what to write instead.

mod functions;
mod graph;
mod item;

pub(crate) use functions::*;
pub(crate) use graph::*;
pub(crate) use item::*;
