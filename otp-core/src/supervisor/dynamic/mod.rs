//! Supervisors whose children are all of one type, and come and go.
//!
//! Owns children that are known by their pid alone: in no order, each started, ended and stopped at a
//! cost that does not depend on their number. What holds for one child (how it is begun, stopped,
//! told of) is shared with the ordered supervisor.

mod crowd;
mod flags;
mod handle;
mod leaving;
mod life;
mod restarting;

pub use flags::{ChildTerms, DynamicFlags};
pub use handle::DynamicRef;
pub use life::DynamicSupervisor;
