//! Streams of tasks: one task for each item of a source, some at a time.
//!
//! `line` owns the tasks in flight, `scout` how an item comes to be a process, `results` the order in
//! which answers are given out.

mod kept;
mod line;
mod results;
mod scout;
mod source;
mod tasks;
mod woken;

pub use kept::{FailedItem, Keep, KeepInput, NoInput};
pub use source::Items;
pub use tasks::{OnTimeout, TaskStream};
