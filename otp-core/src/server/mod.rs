//! Servers: state behind one mailbox, and the typed handles to talk to them.
//!
//! Owns how a server is started, spoken to, watched and stopped. What a server is and how it is run
//! is `process`'s business; this module has no `unsafe` and touches no cell but through it.

mod blocking;
mod budget;
mod call;
mod cast;
mod entrance;
mod handle;
mod infos;
mod recipient;
mod reply_to;
mod request;
mod start;
mod stop;
mod streams;
mod sys;
mod timers;
mod wait;

pub use call::{Call, CallSpec};
pub use cast::{Cast, CastSpec};
pub use handle::{Shared, whereis};
pub(crate) use infos::send_past_capacity;
pub use recipient::Recipient;
pub use reply_to::ReplyTo;
pub use request::{Request, RequestSet};
pub(crate) use start::take_name;
pub(crate) use start::{Claim, ClaimError};
pub use start::{Start, StartError, StartMonitor};
pub use stop::{Stop, StopError};
pub use streams::StreamEnd;
pub use sys::{Statistics, Sys};
pub use timers::{Timer, send_after, send_interval};
