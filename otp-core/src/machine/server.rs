//! A machine as a server: each event is a message, what waits inside is handled by continue steps, which
//! come before any message.

use std::any::Any;

use tokio::time::Instant;

use super::behaviour::{HandleMachineInfo, Hook, StateMachine};
use super::settle::{self, Host};
use super::show::Shown;
use super::turn::{Go, Turn};
use crate::{Context, ExitReason, HandleInfo, Options, Server, ServerDecl};

/// The server that runs a state machine.
///
/// What a [`ServerRef`](crate::ServerRef) of it gives is a server's: calls, monitors, links, names, `sys`.
/// [`Sys::get_state`](crate::Sys::get_state) gives a `Machine`, of which state, data and running timeouts
/// can be seen.
///
/// A call to a machine that has ended is `CallError::Down`, as for any server; dropped before its answer, it
/// goes on in the machine, and the answer is dropped.
///
/// ```
/// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
/// # use lamp::{Event, Lamp};
/// use otp_core::{CallSpec, Machine, Start};
///
/// const PRESS: CallSpec<Machine<Lamp>, (), usize> =
///     CallSpec::Queued("press", |(), reply| Machine::message(Event::Press(reply)));
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let lamp = Start::<Machine<Lamp>>::new(()).await.unwrap();
/// assert_eq!(lamp.call(&PRESS, ()).await, Ok(2));
/// assert_eq!(lamp.sys().get_state().await.unwrap().state(), &Lamp::On);
/// # });
/// ```
pub struct Machine<M: StateMachine> {
    pub(super) state: M,
    pub(super) data: M::Data,
    pub(super) turn: Turn<M>,
    /// Of a copy: what waited in the machine that it was made of.
    pub(super) shown: Option<Box<Shown>>,
}

/// A machine's own process, as its handlers see it: `cx: &mut MachineContext<Self>`.
pub type MachineContext<M> = Context<Machine<M>>;

/// A message to a machine: one of its events, made by [`Machine::message`].
pub struct Message<M: StateMachine>(Letter<M>);

enum Letter<M: StateMachine> {
    Event(M::Event),
    /// The alarm rang.
    Tick(Instant),
}

impl<M: StateMachine> Message<M> {
    pub(super) fn tick(at: Instant) -> Self {
        Self(Letter::Tick(at))
    }
}

/// A step of a machine between two messages.
#[derive(Clone, Copy, Debug)]
pub struct Step(Next);

#[derive(Clone, Copy, Debug)]
enum Next {
    /// A handler was run in place; what it asked for may await.
    Settle,
    /// The next event that waits inside, of this name.
    Event(&'static str),
}

impl<M: StateMachine> Machine<M> {
    /// The message that brings an event: what a [`CallSpec`](crate::CallSpec) or a
    /// [`CastSpec`](crate::CastSpec) is made with.
    #[inline]
    pub fn message(event: M::Event) -> Message<M> {
        Message(Letter::Event(event))
    }

    async fn event(&mut self, event: M::Event, cx: &mut MachineContext<M>) {
        self.state
            .handle(&mut self.data, event, &mut self.turn, cx)
            .await;
        self.settle(cx).await;
    }

    async fn settle(&mut self, cx: &mut MachineContext<M>) {
        if awaits::<M>() {
            settle::settle(&mut self.state, &mut self.data, &mut self.turn, cx).await;
            self.go_on(cx);
        } else {
            self.settle_in_place(cx);
        }
    }

    /// A handler was run in place; what it asked for is done here, or, if it may await, in a step.
    #[inline]
    pub(super) fn settle_in_place(&mut self, cx: &mut MachineContext<M>) {
        if awaits::<M>() && !matches!(self.turn.go, Go::Stay) {
            return cx.continue_with(Step(Next::Settle));
        }
        let ends = settle::settle_now(
            &mut self.state,
            &mut self.data,
            &mut self.turn,
            &mut InProcess(cx),
        );
        if let Some(reason) = ends {
            cx.stop(reason);
        }
        self.go_on(cx);
    }

    /// What waits inside comes before any message; if nothing does, the alarm is set.
    #[inline]
    fn go_on(&mut self, cx: &mut MachineContext<M>) {
        if (M::INNER || M::TIMEOUTS)
            && let Some(inner) = &mut self.turn.inner
        {
            if inner.has_next() {
                let name = inner.peek().map_or("event", M::describe);
                cx.continue_with(Step(Next::Event(name)));
                return;
            }
            let timers = &mut inner.timers;
            timers.fired = None;
            if M::TIMEOUTS
                && std::mem::take(&mut timers.moved)
                && let Some(at) = timers.earliest()
                && timers.alarm.is_later_than(at)
            {
                timers.alarm.set(at, cx);
            }
        }
    }

    fn ring(&mut self, at: Instant, cx: &mut MachineContext<M>) {
        let timers = &mut self.turn.inner().timers;
        timers.alarm.rang();
        timers.moved = true;
        timers.fired = Some(at);
        self.go_on(cx);
    }
}

/// Whether a change of state may have to wait for a handler.
const fn awaits<M: StateMachine>() -> bool {
    matches!(M::ENTER, Hook::Awaits) || matches!(M::EXIT, Hook::Awaits)
}

/// Enter and exit handlers that do not await, run in a process.
struct InProcess<'a, M: StateMachine>(&'a mut MachineContext<M>);

impl<M: StateMachine> Host<M> for InProcess<'_, M> {
    #[inline]
    fn exit(&mut self, state: &mut M, data: &mut M::Data, to: M::State, turn: &mut Turn<M>) {
        state.exit_now(data, to, turn, self.0);
    }

    #[inline]
    fn enter(&mut self, state: &mut M, data: &mut M::Data, from: M::State, turn: &mut Turn<M>) {
        state.enter_now(data, from, turn, self.0);
    }
}

// Not what one who has forgotten `#[gen_server]` should be told of.
#[diagnostic::do_not_recommend]
impl<M: StateMachine> ServerDecl for Machine<M> {
    const OPTIONS: Options = M::OPTIONS;
    type Ref = M::Ref;
    type Shared = ();
}

#[diagnostic::do_not_recommend]
impl<M: StateMachine> Server for Machine<M> {
    type Args = M::Args;
    type InitError = M::InitError;
    type Message = Message<M>;
    type Continue = Step;

    /// The enter handler of the first state belongs to it: who has started a machine finds it there.
    async fn init(
        args: M::Args,
        cx: &mut MachineContext<M>,
    ) -> Result<Option<Self>, Self::InitError> {
        let mut turn = Turn::new();
        let Some((mut state, mut data)) = M::init(args, &mut turn, cx).await? else {
            return Ok(None);
        };
        turn.go = Go::Stay;
        let here = state.state();
        settle::declared(&state, &mut turn);
        settle::enter(&mut state, &mut data, here, &mut turn, cx).await;
        settle::finish(&state, &mut turn);
        if M::TERMINAL && M::is_terminal(here) {
            cx.stop(ExitReason::Normal);
        }
        let mut machine = Self {
            state,
            data,
            turn,
            shown: None,
        };
        machine.go_on(cx);
        Ok(Some(machine))
    }

    async fn handle(&mut self, message: Message<M>, cx: &mut MachineContext<M>) {
        match message.0 {
            Letter::Event(event) => self.event(event, cx).await,
            Letter::Tick(at) => self.ring(at, cx),
        }
    }

    async fn handle_continue(&mut self, step: Step, cx: &mut MachineContext<M>) {
        if matches!(step.0, Next::Settle) {
            return self.settle(cx).await;
        }
        let here = self.state.state();
        let next = self.turn.inner.as_mut().and_then(|inner| inner.next(here));
        match next {
            Some(event) => self.event(event, cx).await,
            None => self.go_on(cx),
        }
    }

    async fn terminate(&mut self, reason: &ExitReason, cx: &mut MachineContext<M>) {
        self.state.terminate(&mut self.data, reason, cx).await;
    }

    fn info(message: &mut dyn Any) -> Option<Message<M>> {
        M::info(message).map(Self::message)
    }

    fn describe_state(&self) -> Option<String> {
        Some(self.text())
    }

    fn describe(message: &Message<M>) -> &'static str {
        match &message.0 {
            Letter::Event(event) => M::describe(event),
            Letter::Tick(_) => "timeout",
        }
    }

    fn describe_step(step: &Step) -> &'static str {
        match step.0 {
            Next::Settle => "change of state",
            Next::Event(name) => name,
        }
    }

    fn may_drop(message: &Message<M>) -> bool {
        matches!(message.0, Letter::Event(_))
    }

    /// Events and timeouts stay; no enter handler runs.
    fn replace(&mut self, by: Self) {
        self.state = by.state;
        self.data = by.data;
    }
}

#[diagnostic::do_not_recommend]
impl<M: HandleMachineInfo<T>, T> HandleInfo<T> for Machine<M> {
    fn wrap(message: T) -> <Self as Server>::Message {
        Self::message(M::wrap(message))
    }
}
