//! Supervisors of tasks, which know them and take them with them.
//!
//! Owns who is a child of a task supervisor. What a task is, is `task`'s business; its supervisor is a
//! server.

mod crew;
mod handle;
mod life;

pub use handle::TaskSupervisorRef;
pub use life::{TaskFlags, TaskSupervisor};
