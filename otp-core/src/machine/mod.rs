//! State machines: OTP's `gen_statem`, run by a server of their own.
//!
//! Owns the rules: what follows on an event, in which order, and what a change of state does to
//! postponed events and timeouts. It knows servers by their public traits, and nothing of macros: the
//! graph (which state handles what, and where it may lead) is checked by `#[state_machine]`, not here.
//!
//! ```text
//! behaviour   what a machine is: the traits
//! checked     the types that an expansion names often
//! turn        what a handler asks for
//! inner       what waits in the machine: inserted and postponed events
//! timers      the timeouts that run
//! settle      what a handler asked for, done in OTP's order
//! server      the machine as a server, each event a message
//! alarm       the one timer that wakes a machine
//! bare        the machine without a process
//! ```

mod alarm;
mod bare;
mod behaviour;
mod checked;
mod graph;
mod in_place;
mod inner;
mod refused;
mod replies;
mod server;
mod settle;
mod show;
mod timers;
mod turn;

pub use bare::Bare;
pub use behaviour::{BareMachine, HandleMachineInfo, Hook, IntoMachine, MachineDecl, StateMachine};
pub use checked::{
    AnswerType, ArgumentType, CheckedMachine, CheckedMade, CheckedSent, DataType, MachineEnum,
    MadeType,
};
pub use graph::{EventKind, Transition};
pub use refused::refused;
pub use replies::{BareError, Pending, held};
pub use server::{Machine, MachineContext, Message as MachineMessage, Step as MachineStep};
pub use show::RunningTimeout;
pub use timers::{TimeoutKey, When};
pub use turn::{HasTurn, Turn};
