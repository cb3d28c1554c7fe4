//! Erlang/OTP for Rust: isolated servers, supervision and the rest, with OTP's design mistakes as
//! compile errors.
//!
//! ```
//! use otp::prelude::*;
//!
//! #[gen_server]
//! pub struct Counter {
//!     count: u64,
//! }
//!
//! #[gen_server]
//! impl Counter {
//!     #[init]
//!     fn new(start: u64) -> Self {
//!         Counter { count: start }
//!     }
//!
//!     /// Adds `n` and answers the new total.
//!     #[call]
//!     pub fn add(&mut self, n: u64) -> u64 {
//!         self.count += n;
//!         self.count
//!     }
//! }
//!
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let counter = Counter::start(40).await?;
//! assert_eq!(counter.add(2).await?, 42);
//! # Ok(()) }
//! ```
//!
//! This crate only joins `otp-core`, the runtime, and `otp-macros`, which write its use; everything
//! is documented there.

#![forbid(unsafe_code)]

pub use otp_core::*;
pub use otp_macros::{gen_server, state_machine, supervisor};

#[cfg(feature = "test-kit")]
pub use otp_test as test;

#[doc(hidden)]
pub mod __private {
    pub use otp_core::__private::*;
    pub use otp_macros::__state_machine;
}

/// What a program that uses servers needs: `use otp::prelude::*;`.
pub mod prelude {
    pub use otp_core::{
        Agent, AgentRef, BagReader, BagTable, CallError, CastError, Context, Down,
        DuplicateBagReader, DuplicateBagTable, Exit, ExitReason, MachineContext, Monitor,
        MonitorRef, OrderedReader, OrderedTable, PersistentTerm, Pid, PublicOrderedTable,
        PublicTable, Recipient, ReplyTo, StartError, StopError, Table, TableReader, Task,
        TaskError, Timeout, Transfer,
    };
    pub use otp_macros::{gen_server, state_machine, supervisor};
}

/// The guide's examples are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/choosing.md")]
mod choosing {}
