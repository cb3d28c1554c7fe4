//! That an enum with a handle is a machine, checked at one place.
//!
//! The handle stands beside the enum and names its server many times. If there is no `impl` with events, each
//! would be an error; so all name an alias that depends on one constant, and of what depends on a constant
//! with an error the compiler reports nothing.

use super::behaviour::StateMachine;
use super::server::Machine;
use crate::ServerRef;

/// An enum whose events are declared too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has states, and nothing says what happens in them\nhelp: write `#[state_machine] impl {Self} {{ .. }}` with its events",
    label = "a machine without events"
)]
pub trait MachineEnum {
    /// That it is one.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<M: StateMachine> MachineEnum for M {}

/// A machine that was checked.
pub trait CheckedMachine<const CHECKED: bool> {
    /// A ref to what runs it.
    type Ref;
}

#[diagnostic::do_not_recommend]
impl<M: StateMachine> CheckedMachine<true> for M {
    type Ref = ServerRef<Machine<M>>;
}
