//! The engine: processes, how they are run, and what ties them to each other.
//!
//! Owns the process cell, its run state, its mailbox and its end. It knows of servers only what
//! `behaviour` says, and nothing of supervisors, tasks, registries or macros.
//!
//! This is the one module with `unsafe` in it: a cell is one allocation whose owner changes from
//! thread to thread, and the run state says who it is. Each block says why it is sound.

#![allow(unsafe_code)]

mod account;
mod behaviour;
mod carried;
pub(crate) mod cell;
pub(crate) mod clock;
mod context;
pub(crate) mod control;
pub(crate) mod current;
mod deliver;
pub(crate) mod desk;
mod directory;
pub(crate) mod donate;
mod end;
#[cfg(feature = "test-kit")]
pub(crate) mod faults;
mod few;
mod held;
mod incarnation;
mod init_now;
pub(crate) mod keep;
pub(crate) mod line;
pub(crate) mod links;
#[cfg(all(test, otp_loom))]
#[path = "loom/mod.rs"]
mod loom_tests;
pub(crate) mod mailbox;
mod monitor;
pub(crate) mod names;
mod options;
pub(crate) mod panics;
mod plain;
mod prepared;
pub(crate) mod registration;
pub(crate) mod reply;
mod reports;
mod run;
mod runner;
mod sentinel;
pub(crate) mod state;
mod state_text;
mod step;
#[cfg(all(test, not(otp_loom)))]
mod unit_tests;
mod unnamed;

pub use behaviour::{CheckedInit, HandleInfo, InitType, IntoInit, NoContinue, Server, ServerDecl};
pub use carried::{
    Carried, ClonedArgument, SentAnswer, SentArgument, SentFuture, TreeArgument, carry_args,
    carry_future, carry_state, carry_step,
};
pub use cell::ServerRef;
pub use context::Context;
pub(crate) use current::ending;
pub(crate) use deliver::{Offer, offer, tell};
pub(crate) use desk::{Handshake, Outcome};
pub(crate) use directory::find;
#[cfg(feature = "test-kit")]
pub(crate) use directory::for_each;
pub(crate) use incarnation::{Starter, create_server, revive};
pub use init_now::InitNow;
pub use monitor::Monitor;
pub use options::{Donate, Options, Overflow};
pub(crate) use panics::unwinding;
pub use plain::{IntoExit, Process, spawn, spawn_link, spawn_monitor};
pub(crate) use prepared::{Attempt, Prepared, prepare};
pub(crate) use reports::{note_dropped, warn_unhandled};
pub(crate) use run::SHARE;
pub(crate) use runner::run_next;
pub use state_text::{DebugText, NoText, StateText};
pub(crate) use unnamed::{may_be_unnamed, run_unnamed};
