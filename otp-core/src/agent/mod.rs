//! Agents: state that is read and changed by functions which its callers send.
//!
//! An agent is a server whose messages are functions; everything that holds for a server holds for it.

mod handle;
mod life;

pub use handle::AgentRef;
pub use life::Agent;
