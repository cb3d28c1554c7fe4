//! Supervision: processes that start others, watch them, and start them again.
//!
//! Owns child specs, strategies, restart intensity and the order of start and stop. It works with
//! servers through `process` and `server` only; its supervisors are servers themselves.

mod backoff;
mod checked;
mod child_id;
mod child_spec;
mod children;
mod dynamic;
mod error;
mod flags;
mod handle;
mod info;
mod inspect;
mod leftovers;
mod life;
mod line;
mod pace;
mod partition;
pub(crate) mod reports;
mod restarting;
mod restarts;
mod row;
mod run;
mod seat;
mod start;
mod stopping;
mod tree;

pub use backoff::Backoff;
pub use checked::{CheckedChild, CheckedKey, CheckedServer, ChildType, KeyType, ServerType};
pub use child_id::ChildId;
pub use child_spec::{ChildSpec, Restart, Served, Shutdown, Startable, Supervisable};
pub use children::Children;
pub use dynamic::{ChildTerms, DynamicFlags, DynamicRef, DynamicSupervisor};
pub use error::{ChildError, SpecError, StartChildError, StartFailure, SupervisorError};
pub use flags::{AutoShutdown, Flags, Intensity, Strategy};
pub use handle::SupervisorRef;
pub use info::{ChildCounts, ChildInfo, ChildKind, ChildState, ChildSummary};
pub(crate) use inspect::{Inspect, Inspected};
pub use life::Supervisor;
pub use partition::{
    PartitionFlags, PartitionKey, PartitionRef, PartitionSupervisor, ResizeError, partition_by_hash,
};
pub use run::{run, run_with};
pub use start::SupervisorStart;
pub(crate) use stopping::stop_process;
pub(crate) use tree::tree_of;
pub use tree::{Node, Tree};
