//! The test kit of `otp-framework`, there as `otp::test` with the feature `test-kit`:
//!
//! ```toml
//! [dev-dependencies]
//! otp-framework = { version = "0.1", features = ["test-kit"] }
//! ```
//!
//! | to | there is |
//! | --- | --- |
//! | start a server or a tree, and be sure that it is gone at the end | [`started`] |
//! | let time pass | [`advance`] |
//! | wait until everything that can be done is done | [`run_until_idle`], [`idle`] |
//! | look at a server's state | [`look`] |
//! | stand in for a process, and assert what it receives | [`Probe`], [`expect!`] |
//! | make a server fail that does not | [`Faults`] |
//! | look at what was reported | [`Reports`] |
//! | see who is there | [`processes_here`] |
//!
//! ```
//! use std::time::Duration;
//!
//! use otp::prelude::*;
//! use otp::test;
//!
//! #[gen_server]
//! struct Lamp {
//!     watcher: Recipient<bool>,
//! }
//!
//! #[gen_server]
//! impl Lamp {
//!     #[init]
//!     fn new(watcher: Recipient<bool>) -> Self {
//!         Lamp { watcher }
//!     }
//!
//!     /// On for a minute.
//!     #[cast]
//!     fn light(&mut self, cx: &mut Context<Self>) {
//!         let _ = self.watcher.send(true);
//!         cx.send_after(Duration::from_secs(60), Off);
//!     }
//!
//!     #[info]
//!     fn off(&mut self, _: Off) {
//!         let _ = self.watcher.send(false);
//!     }
//! }
//!
//! struct Off;
//!
//! #[tokio::main(flavor = "current_thread", start_paused = true)]
//! async fn main() {
//!     let mut watcher = test::Probe::start().await;
//!     let lamp = test::started(Lamp::start(watcher.recipient())).await;
//!
//!     lamp.light().await.unwrap();
//!     watcher.expect(true).await;
//!     watcher.expect_none(Duration::from_secs(59)).await;
//!     test::advance(Duration::from_secs(1)).await;
//!     watcher.expect(false).await;
//!
//!     lamp.finish().await;
//! }
//! ```
//!
//! Tests run best on tokio's paused clock: `#[tokio::test(start_paused = true)]`. Then time passes only
//! when nothing else can be done, no test waits for the clock on the wall, and the same test does the
//! same each time. With sockets or files it is otherwise: while they are waited for there is nothing else to
//! do, and a paused clock runs ahead. Such tests take `#[tokio::test]`.
//!
//! A guard that [`started`] gives is used as the ref, and `guard.clone()` is one for the code under test. A
//! tree may also be of the test's own, `supervisor!` with the one server that is to crash, to see it start
//! again; that is how the examples' tests do it, `tests/door_example.rs` and its neighbours.
//!
//! The kit is a crate of its own, which the runtime does not know; what it asks of the runtime stands in
//! `otp_core::kit`, behind the feature `test-kit` there.

#![forbid(unsafe_code)]

mod faults;
mod idle;
mod leftovers;
mod look;
mod probe;
mod reports;
mod started;
mod time;

pub use faults::{Aim, Faults, Injected, InjectedAt, InjectedFault};
pub use idle::{idle, run_until_idle};
pub use leftovers::Leftovers;
pub use look::look;
pub use otp_core::kit::{Place, Subject, processes_here};
pub use probe::{Probe, Received};
pub use reports::{Kind, Report, ReportLayer, Reports};
pub use started::{Started, started};
pub use time::advance;
