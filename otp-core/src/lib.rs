//! The runtime of `otp-framework`: processes, servers, links, monitors and tables on tokio.
//!
//! Most programs depend on `otp-framework` alone, whose `#[gen_server]` writes what stands here. This
//! crate has no macros, and everything in it can be used by hand: see [`Server`].
//!
//! | to | there is |
//! | --- | --- |
//! | keep state behind one mailbox | [`Server`], started by [`Start`], spoken to by [`ServerRef`] |
//! | run something beside | [`spawn`], [`spawn_link`], [`spawn_monitor`] |
//! | find servers by keys | [`Registry`], [`DuplicateRegistry`], [`Start::via`] |
//! | gather processes in groups | [`Scope`], [`Group`] |
//! | run tasks that are supervised | [`TaskSupervisor`], [`TaskSupervisorRef::spawn`] |
//! | learn of ends | [`Pid::monitor`], [`Context::monitor`], [`Context::link`] |
//! | do something later | [`Context::send_after`], [`Context::send_interval`], [`send_after`] |
//! | read without asking | [`Table`], [`TableReader`] |
//! | start what ends again | [`Supervisor`], [`DynamicSupervisor`], [`PartitionSupervisor`] |

#![deny(unsafe_code)]

mod error;
mod events;
mod exit_reason;
mod group;
mod handles;
mod link;
mod owners;
mod pid;
mod process;
mod process_info;
mod registry;
mod roll;
mod server;
mod signals;
mod supervisor;
mod sync;
mod table;
mod task_supervisor;

#[doc(hidden)]
pub mod __private;

pub use error::{CallError, CastError, NotAProcess, ProcessLabel, SendError};
pub use events::Events;
pub use exit_reason::ExitReason;
pub use group::{
    AnyProcess, Group, GroupEvent, GroupMember, JoinError, NoReplica, NodeId, Peer, Replica, Scope,
    ScopeRef,
};
pub use link::{Down, Exit, MonitorRef, Timeout};
pub use pid::Pid;
pub use process::{
    Context, Donate, HandleInfo, IntoExit, IntoInit, Monitor, NoContinue, Options, Overflow,
    Process, Server, ServerDecl, ServerRef, spawn, spawn_link, spawn_monitor,
};
pub use process_info::{ProcessInfo, ProcessStatus};
pub use registry::{
    DuplicateRegistry, DuplicateRegistryRef, NameKey, NameValue, NotRegistered, RegisterError,
    Registry, RegistryEvent, RegistryFlags, RegistryRef, ViaRegistry,
};
pub use server::{
    Call, CallSpec, Cast, CastSpec, Recipient, ReplyTo, Request, RequestSet, Shared, Start,
    StartError, StartMonitor, Statistics, Stop, StopError, StreamEnd, Sys, Timer, send_after,
    send_interval, whereis,
};
pub use signals::{demonitor, exit, link, monitor, self_pid, trap_exit, unlink};
pub use supervisor::{
    AutoShutdown, Backoff, ChildCounts, ChildError, ChildId, ChildInfo, ChildKind, ChildSpec,
    ChildState, ChildSummary, ChildTerms, Children, DynamicFlags, DynamicRef, DynamicSupervisor,
    Flags, Intensity, Node, PartitionFlags, PartitionKey, PartitionRef, PartitionSupervisor,
    ResizeError, Restart, Shutdown, SpecError, StartChildError, StartFailure, Startable, Strategy,
    Supervisable, Supervisor, SupervisorError, SupervisorRef, SupervisorStart, Tree,
    partition_by_hash, run, run_with,
};
pub use table::{Table, TableReader};
pub use task_supervisor::{Task, TaskError, TaskFlags, TaskSupervisor, TaskSupervisorRef};
