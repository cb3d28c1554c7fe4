//! Tasks: futures that run as processes of their own, for the sake of their values.
//!
//! Owns what a task is for who awaits it, and streams of tasks. A task is a plain process (`process`)
//! that somebody takes in (`home`): nobody, or a task supervisor, of which this module knows nothing. One
//! that nobody takes in is no process before it has to be (`light`).

mod body;
mod callers;
mod child;
mod error;
mod free;
mod handle;
pub(crate) mod home;
mod light;
mod many;
mod origin;
mod outcome;
mod stream;

pub use callers::callers;
pub use child::Job;
pub use error::TaskError;
pub use handle::Task;
pub use many::{Unready, YieldMany, await_many, yield_many};
pub use stream::{FailedItem, Items, Keep, KeepInput, NoInput, OnTimeout, TaskStream};
