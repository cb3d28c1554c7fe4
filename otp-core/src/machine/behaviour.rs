//! What a state machine is: the traits that `#[state_machine]` implements, or that are written by hand.

use std::any::Any;
use std::convert::Infallible;
use std::fmt::{self, Debug, Display};
use std::future::{Future, ready};
use std::hash::Hash;
use std::time::Duration;

use super::server::{Machine, MachineContext};
use super::turn::Turn;
use crate::{ExitReason, Options, ServerRef};

/// What a machine's enum declares: its options, its data, its states.
///
/// Written by `#[state_machine]` on the enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a state machine",
    label = "no `#[state_machine]` on the enum `{Self}`",
    note = "write `#[state_machine(initial = .., data = ..)]` on the enum and `#[state_machine]` on its impl"
)]
pub trait MachineDecl: Sized + Send + 'static {
    /// Name, mailbox, timeouts.
    const OPTIONS: Options;
    /// What all states share.
    type Data: Send + 'static;
    /// The states without their fields.
    type State: Copy + Eq + Hash + Debug + Display + Send + Sync + 'static;

    /// Which state this is. Two values of one variant are the same state, whatever is in their fields.
    fn state(&self) -> Self::State;

    /// Whether the machine ends, with [`ExitReason::Normal`], when it has entered this state.
    fn is_terminal(state: Self::State) -> bool {
        let _ = state;
        false
    }
}

/// Whether a machine has enter (or exit) handlers, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// None.
    None,
    /// They do not await: [`StateMachine::enter_now`], [`StateMachine::exit_now`] are run.
    Now,
    /// They may await: [`StateMachine::enter`], [`StateMachine::exit`] are run.
    Awaits,
}

/// A state machine: states, data, and what each event does.
///
/// Usually written by `#[state_machine]`; by hand it looks like this:
///
/// ```
/// use otp_core::{
///     CallSpec, ExitReason, Machine, MachineContext, MachineDecl, Options, ReplyTo, ServerRef, Start,
///     StateMachine, Turn,
/// };
///
/// #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
/// enum Door {
///     Open,
///     Shut,
/// }
///
/// # impl std::fmt::Display for Door {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { std::fmt::Debug::fmt(self, f) }
/// # }
/// enum Event {
///     Push(ReplyTo<u32>),
/// }
///
/// impl MachineDecl for Door {
///     const OPTIONS: Options = Options::new("Door");
///     type Data = u32;
///     type State = Self;
///     fn state(&self) -> Self { *self }
/// }
///
/// impl StateMachine for Door {
///     type Args = ();
///     type Ref = ServerRef<Machine<Self>>;
///     type InitError = std::convert::Infallible;
///     type Event = Event;
///     type Timeout = std::convert::Infallible;
///
///     async fn init(
///         (): (), _: &mut Turn<Self>, _: &mut MachineContext<Self>,
///     ) -> Result<Option<(Self, u32)>, Self::InitError> {
///         Ok(Some((Door::Shut, 0)))
///     }
///
///     async fn handle(
///         &mut self, pushes: &mut u32, event: Event, turn: &mut Turn<Self>, _: &mut MachineContext<Self>,
///     ) {
///         let Event::Push(reply) = event;
///         *pushes += 1;
///         turn.go(match self { Door::Open => Door::Shut, Door::Shut => Door::Open });
///         reply.send(*pushes);
///     }
/// }
///
/// const PUSH: CallSpec<Machine<Door>, (), u32> =
///     CallSpec::Queued("push", |(), reply| Machine::message(Event::Push(reply)));
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let door = Start::<Machine<Door>>::new(()).await.unwrap();
/// assert_eq!(door.call(&PUSH, ()).await, Ok(1));
/// assert_eq!(door.sys().get_state().await.unwrap().state(), &Door::Open);
/// # });
/// ```
///
/// # Order
///
/// After a change to another state: the exit handler, then the enter handler, then inserted events, then
/// postponed ones in the order in which they came, then timeouts of no time, then messages. Timeouts that
/// ran out are events in the order of the mailbox.
///
/// What is not used is declared by the constants, and costs nothing then.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a state machine",
    label = "no `#[state_machine]` on an `impl {Self}`",
    note = "write `#[state_machine]` on the enum and on the impl that has its events"
)]
pub trait StateMachine: MachineDecl {
    /// What `init` takes.
    type Args: Send + 'static;
    /// The handle that [`Start`](crate::Start) gives.
    type Ref: From<ServerRef<Machine<Self>>> + Clone + Send + Sync + 'static;
    /// What `init` may fail with; [`Infallible`] if it cannot.
    type InitError: Display + Send + 'static;
    /// Everything that can happen: an enum of calls (with their `ReplyTo`), casts, infos, internal events
    /// and timeouts (with what was given to them when they were set).
    type Event: Send + 'static;
    /// The named timeouts, an enum without fields; [`Infallible`] if there are none.
    type Timeout: Copy + Eq + Send + Sync + 'static;

    /// Whether there are enter handlers.
    const ENTER: Hook = Hook::None;
    /// Whether there are exit handlers.
    const EXIT: Hook = Hook::None;
    /// Whether there are timeouts of any kind.
    const TIMEOUTS: bool = true;
    /// Whether there are event timeouts.
    const EVENT_TIMEOUTS: bool = true;
    /// Whether anything is postponed or inserted.
    const INNER: bool = true;
    /// Whether there are terminal states.
    const TERMINAL: bool = true;

    /// Makes the first state and the data. `Ok(None)` means that there is nothing to start
    /// ([`StartError::Ignored`](crate::StartError::Ignored)). Of the turn, only events to insert and
    /// timeouts count.
    fn init(
        args: Self::Args,
        turn: &mut Turn<Self>,
        cx: &mut MachineContext<Self>,
    ) -> impl Future<Output = Result<Option<(Self, Self::Data)>, Self::InitError>> + Send;

    /// Handles one event. What follows is written into the turn, and done when this has returned.
    fn handle(
        &mut self,
        data: &mut Self::Data,
        event: Self::Event,
        turn: &mut Turn<Self>,
        cx: &mut MachineContext<Self>,
    ) -> impl Future<Output = ()> + Send;

    /// The enter handlers, if [`ENTER`](Self::ENTER) is [`Hook::Awaits`]: `self` is the new state, `from`
    /// the one before (itself at the start, and when it is repeated). Of the turn, only timeouts and
    /// `repeat` count.
    fn enter(
        &mut self,
        data: &mut Self::Data,
        from: Self::State,
        turn: &mut Turn<Self>,
        cx: &mut MachineContext<Self>,
    ) -> impl Future<Output = ()> + Send {
        let _ = (data, from, turn, cx);
        ready(())
    }

    /// The enter handlers, if [`ENTER`](Self::ENTER) is [`Hook::Now`].
    #[inline]
    fn enter_now(
        &mut self,
        data: &mut Self::Data,
        from: Self::State,
        turn: &mut Turn<Self>,
        cx: &mut MachineContext<Self>,
    ) {
        let _ = (data, from, turn, cx);
    }

    /// The exit handlers, if [`EXIT`](Self::EXIT) is [`Hook::Awaits`]: `self` is the state that is left.
    /// Of the turn, only timeouts count.
    fn exit(
        &mut self,
        data: &mut Self::Data,
        to: Self::State,
        turn: &mut Turn<Self>,
        cx: &mut MachineContext<Self>,
    ) -> impl Future<Output = ()> + Send {
        let _ = (data, to, turn, cx);
        ready(())
    }

    /// The exit handlers, if [`EXIT`](Self::EXIT) is [`Hook::Now`].
    #[inline]
    fn exit_now(
        &mut self,
        data: &mut Self::Data,
        to: Self::State,
        turn: &mut Turn<Self>,
        cx: &mut MachineContext<Self>,
    ) {
        let _ = (data, to, turn, cx);
    }

    /// The state timeout that this state declares: started at each entry, unless the turn sets another.
    #[inline]
    fn state_timeout(&self) -> Option<(Duration, Self::Event)> {
        None
    }

    /// The event timeout that this state declares: started after each event that leaves the machine in
    /// it, unless the turn sets another.
    #[inline]
    fn event_timeout(&self) -> Option<(Duration, Self::Event)> {
        None
    }

    /// Runs before state and data are dropped, as [`Server::terminate`](crate::Server::terminate).
    fn terminate(
        &mut self,
        data: &mut Self::Data,
        reason: &ExitReason,
        cx: &mut MachineContext<Self>,
    ) -> impl Future<Output = ()> + Send {
        let _ = (data, reason, cx);
        ready(())
    }

    /// Turns a message sent by pid into an event: `message` is a `&mut Option<T>`, to be taken if the
    /// machine has a use for a `T`.
    fn info(message: &mut dyn Any) -> Option<Self::Event> {
        let _ = message;
        None
    }

    /// The name of an event, for traces and reports.
    fn describe(event: &Self::Event) -> &'static str {
        let _ = event;
        "event"
    }

    /// The state as text, for the report of a crash; `None` shows its name only.
    fn describe_state(&self) -> Option<String> {
        None
    }

    /// The data as text, for the report of a crash; `None` shows nothing.
    fn describe_data(data: &Self::Data) -> Option<String> {
        let _ = data;
        None
    }
}

/// A machine none of whose handlers awaits or takes a context, so that it can run without a process: see
/// [`Bare`](crate::Bare).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run without a process",
    label = "one of its handlers is `async`, or takes a context",
    note = "a bare machine has no process to wait in: start `{Self}`, or make its handlers plain functions"
)]
pub trait BareMachine: StateMachine {
    /// As [`StateMachine::handle`].
    fn handle_bare(&mut self, data: &mut Self::Data, event: Self::Event, turn: &mut Turn<Self>);

    /// As [`StateMachine::enter_now`].
    #[inline]
    fn enter_bare(&mut self, data: &mut Self::Data, from: Self::State, turn: &mut Turn<Self>) {
        let _ = (data, from, turn);
    }

    /// As [`StateMachine::exit_now`].
    #[inline]
    fn exit_bare(&mut self, data: &mut Self::Data, to: Self::State, turn: &mut Turn<Self>) {
        let _ = (data, to, turn);
    }
}

/// A machine that has a handler for messages of type `T` sent by pid, timer or stream.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no handler for `{T}`",
    label = "would send a `{T}` to a `{Self}`",
    note = "give `{Self}` a handler: `#[info] #[on(..)] fn on_message(data: &mut .., message: {T}) {{ .. }}`"
)]
pub trait HandleMachineInfo<T>: StateMachine {
    /// The machine's own event for `message`.
    fn wrap(message: T) -> Self::Event;
}

/// What an `#[init]` may return: what `T` is (the data, or state and data), an `Option` of it (`None`:
/// nothing to start), or a `Result` of either.
#[diagnostic::on_unimplemented(
    message = "`#[init]` returns `{Self}`",
    label = "expected `{T}`, `Option` of it, or `Result` of it",
    note = "an init answers the data (or `(Self, Data)`), an `Option` of it, or a `Result` of either"
)]
pub trait IntoMachine<T> {
    /// What it may fail with.
    type Error: fmt::Display + Send + 'static;

    /// The one form that the runtime takes.
    ///
    /// # Errors
    /// The init's own.
    fn into_machine(self) -> Result<Option<T>, Self::Error>;
}

impl<T> IntoMachine<T> for T {
    type Error = Infallible;

    fn into_machine(self) -> Result<Option<T>, Infallible> {
        Ok(Some(self))
    }
}

impl<T> IntoMachine<T> for Option<T> {
    type Error = Infallible;

    fn into_machine(self) -> Result<Option<T>, Infallible> {
        Ok(self)
    }
}

impl<T, E: fmt::Display + Send + 'static> IntoMachine<T> for Result<T, E> {
    type Error = E;

    fn into_machine(self) -> Result<Option<T>, E> {
        self.map(Some)
    }
}

impl<T, E: fmt::Display + Send + 'static> IntoMachine<T> for Result<Option<T>, E> {
    type Error = E;

    fn into_machine(self) -> Result<Option<T>, E> {
        self
    }
}
