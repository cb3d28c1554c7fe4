//! Tasks: futures that run as processes of their own, under a supervisor that knows them and takes
//! them with it.
//!
//! Owns who is a child of a task supervisor. A task is a plain process (`process`), its supervisor a
//! server.

mod crew;
mod handle;
mod life;
mod task;

pub use handle::TaskSupervisorRef;
pub use life::{TaskFlags, TaskSupervisor};
pub use task::{Task, TaskError};
