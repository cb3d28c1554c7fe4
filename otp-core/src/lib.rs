//! The runtime of `otp-framework`: processes, servers, links, monitors and tables on tokio.
//!
//! Most programs depend on `otp-framework` alone, whose `#[gen_server]` writes what stands here. This
//! crate has no macros, and everything in it can be used by hand: see [`Server`].
//!
//! | to | there is |
//! | --- | --- |
//! | keep state behind one mailbox | [`Server`], started by [`Start`], spoken to by [`ServerRef`] |
//! | keep track of what may happen when | [`StateMachine`], run by [`Machine`], or without a process by [`Bare`] |
//! | run something beside | [`spawn`], [`spawn_link`], [`spawn_monitor`] |
//! | find servers by keys | [`Registry`], [`DuplicateRegistry`], [`Start::via`] |
//! | gather processes in groups | [`Scope`], [`Group`] |
//! | keep a value that others change by functions | [`Agent`] |
//! | have something done beside, for its value | [`Task`], [`Task::stream`] |
//! | have it supervised | [`TaskSupervisor`], [`TaskSupervisorRef::spawn`], [`Task::child`] |
//! | learn of ends | [`Pid::monitor`], [`Context::monitor`], [`Context::link`] |
//! | do something later | [`Context::send_after`], [`Context::send_interval`], [`send_after`] |
//! | read without asking | [`Table`], [`OrderedTable`], [`BagTable`], and their readers |
//! | let many write | [`PublicTable`], [`PublicOrderedTable`] |
//! | read what hardly ever changes | [`PersistentTerm`] |
//! | start what ends again | [`Supervisor`], [`DynamicSupervisor`], [`PartitionSupervisor`] |

#![deny(unsafe_code)]

mod agent;
pub mod bounds;
mod error;
mod events;
mod exit_reason;
mod group;
mod handles;
#[cfg(feature = "test-kit")]
#[doc(hidden)]
pub mod kit;
mod link;
mod machine;
mod open_ref;
mod owners;
mod persistent_term;
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
mod task;
mod task_supervisor;

#[doc(hidden)]
pub mod __private;

pub use agent::{Agent, AgentRef};
pub use error::{CallError, CastError, NotAProcess, ProcessLabel, SendError};
pub use events::Events;
pub use exit_reason::ExitReason;
pub use group::{
    AnyProcess, Group, GroupEvent, GroupMember, JoinError, NoReplica, NodeId, Peer, Replica, Scope,
    ScopeRef,
};
pub use link::{Down, Exit, MonitorRef, Timeout};
pub use machine::{
    Bare, BareError, BareMachine, EventKind, HandleMachineInfo, Hook, IntoMachine, Machine,
    MachineContext, MachineDecl, MachineMessage, MachineStep, Pending, RunningTimeout,
    StateMachine, TimeoutKey, Transition, Turn, When,
};
pub use persistent_term::{PersistentTerm, TermGuard, TermInfo, persistent_terms};
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
    ResizeError, Restart, Served, Shutdown, SpecError, StartChildError, StartFailure, Startable,
    Strategy, Supervisable, Supervisor, SupervisorError, SupervisorRef, SupervisorStart, Tree,
    partition_by_hash, run, run_with,
};
pub use table::{
    BagReader, BagTable, Chunk, Counter, CounterError, DuplicateBagReader, DuplicateBagTable,
    GiveAwayError, OrderedKey, OrderedReader, OrderedTable, PublicOrderedTable, PublicTable, Step,
    Table, TableKey, TableReader, Transfer,
};
pub use task::{
    FailedItem, Items, Job, Keep, KeepInput, NoInput, OnTimeout, Task, TaskError, TaskStream,
    Unready, YieldMany, await_many, callers, yield_many,
};
pub use task_supervisor::{TaskFlags, TaskSupervisor, TaskSupervisorRef};
