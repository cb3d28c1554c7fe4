//! The types that an expansion of `#[state_machine]` names often, each checked at one place.
//!
//! As of a tree's children: `<Rc<u8> as CheckedSent<{ <Rc<u8> as ArgumentType>::CHECKED }>>::Itself` is
//! one error at the user's token, and what depends on it none: of what depends on a constant with an error
//! the compiler reports nothing. So it is with an enum's handle, which stands beside the enum and names its
//! server many times, with or without an `impl` with events.

use super::IntoMachine;
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

/// An argument of an event or of an init; every `Send` type is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to another thread, as an argument is\nhelp: write `Arc` for `Rc`, and `dyn Fn() + Send` for `dyn Fn()`",
    label = "cannot be sent"
)]
pub trait ArgumentType {
    /// That it is one.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> ArgumentType for T {}

/// What a call answers; every `Send` type is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to another thread, as an answer is\nhelp: write `Arc` for `Rc`, and `dyn Fn() + Send` for `dyn Fn()`",
    label = "cannot be sent"
)]
pub trait AnswerType {
    /// That it is one.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> AnswerType for T {}

/// What the states of a machine share; every `Send` type can be that.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent to another thread, where its machine may run\nhelp: write `Arc` for `Rc` in it, and `dyn Fn() + Send` for `dyn Fn()`",
    label = "cannot be sent"
)]
pub trait DataType {
    /// That it can.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> DataType for T {}

/// A type that was checked.
pub trait CheckedSent<const CHECKED: bool> {
    /// The type.
    type Itself;
}

impl<T> CheckedSent<true> for T {
    type Itself = T;
}

/// What an `#[init]` may return where `T` is what it makes.
#[diagnostic::on_unimplemented(
    message = "a machine does not begin with `{Self}`\nhelp: return `{T}`, or an `Option` or a `Result` of it",
    label = "expected `{T}`"
)]
pub trait MadeType<T> {
    /// That it may.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<M: IntoMachine<T>, T> MadeType<T> for M {}

/// What an `#[init]` returns, checked.
pub trait CheckedMade<T, const CHECKED: bool> {
    /// The type.
    type Itself: IntoMachine<T>;
}

#[diagnostic::do_not_recommend]
impl<M: IntoMachine<T>, T> CheckedMade<T, true> for M {
    type Itself = M;
}
