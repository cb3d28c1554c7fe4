//! The machine without a process: for tests, and where there is no runtime.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use super::behaviour::BareMachine;
use super::inner::Inner;
use super::replies::{BareError, Pending};
use super::settle::{self, Host};
use super::show::{RunningTimeout, Shown};
use super::turn::{Go, Turn};
use crate::{ExitReason, ReplyTo};

/// A state machine without a process: events are handled where they are sent, with the same rules.
///
/// It has a clock of its own, which stands still until [`Bare::advance`] moves it; one without timeouts needs
/// none, and its [`Bare::now`] is the time there is.
///
/// Its handlers must neither await nor take a context: see [`BareMachine`].
///
/// There is nothing to wait for and nobody to cancel: each method has done all that follows when it returns.
///
/// ```
/// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
/// # use lamp::{Event, Lamp};
/// use otp_core::Bare;
///
/// let mut lamp = Bare::new(Lamp::Off, Vec::new());
/// assert_eq!(lamp.ask(Event::Press).unwrap(), 2);
/// assert_eq!(lamp.state(), &Lamp::On);
/// assert_eq!(lamp.data(), &["is off", "pressed", "is on"]);
/// ```
pub struct Bare<M: BareMachine> {
    state: M,
    data: M::Data,
    inner: Option<Box<Inner<M>>>,
    over: Option<ExitReason>,
}

/// Enter and exit handlers, run without a process.
struct Alone;

impl<M: BareMachine> Host<M> for Alone {
    #[inline]
    fn exit(&mut self, state: &mut M, data: &mut M::Data, to: M::State, turn: &mut Turn<M>) {
        state.exit_bare(data, to, turn);
    }

    #[inline]
    fn enter(&mut self, state: &mut M, data: &mut M::Data, from: M::State, turn: &mut Turn<M>) {
        state.enter_bare(data, from, turn);
    }
}

impl<M: BareMachine> Bare<M> {
    /// A machine in its first state: its enter handler has run.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::Lamp;
    /// use otp_core::Bare;
    ///
    /// let lamp = Bare::new(Lamp::On, vec!["new"]);
    /// assert_eq!(lamp.data(), &["new", "is on"]);
    /// ```
    pub fn new(state: M, data: M::Data) -> Self {
        Self::begin(state, data, |_, _, _| {})
    }

    /// As [`Bare::new`]; `init` may insert events and start timeouts before the state is entered.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::Bare;
    ///
    /// let lamp = Bare::begin(Lamp::Off, Vec::new(), |_, _, turn| turn.insert(Event::Say("begun")));
    /// assert_eq!(lamp.data(), &["is off", "begun"]);
    /// ```
    pub fn begin(
        state: M,
        data: M::Data,
        init: impl FnOnce(&mut M, &mut M::Data, &mut Turn<M>),
    ) -> Self {
        let mut bare = Self {
            state,
            data,
            inner: None,
            over: None,
        };
        let mut turn = Turn::new();
        if M::TIMEOUTS {
            turn.inner().timers.clock = Some(Instant::now());
        }
        init(&mut bare.state, &mut bare.data, &mut turn);
        turn.go = Go::Stay;
        let here = bare.state.state();
        settle::declared(&bare.state, &mut turn);
        settle::enter_now(&mut bare.state, &mut bare.data, here, &mut turn, &mut Alone);
        settle::finish(&bare.state, &mut turn);
        bare.inner = turn.inner;
        bare.drain();
        bare
    }

    /// The state.
    /// That of a machine that has ended is the one that it ended in.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::Lamp;
    /// use otp_core::Bare;
    ///
    /// assert_eq!(Bare::new(Lamp::Off, Vec::new()).state(), &Lamp::Off);
    /// ```
    #[inline]
    pub fn state(&self) -> &M {
        &self.state
    }

    /// The data that all states share.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::Lamp;
    /// use otp_core::Bare;
    ///
    /// assert_eq!(Bare::new(Lamp::Off, Vec::new()).data(), &["is off"]);
    /// ```
    #[inline]
    pub fn data(&self) -> &M::Data {
        &self.data
    }

    /// The reason with which the machine has ended, if it has.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::{Bare, ExitReason};
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// assert_eq!(lamp.ended(), None);
    /// lamp.send(Event::Do(|turn| turn.go(Lamp::Burnt)));
    /// assert_eq!(lamp.ended(), Some(&ExitReason::Normal));
    /// ```
    pub fn ended(&self) -> Option<&ExitReason> {
        self.over.as_ref()
    }

    /// Handles an event, and all that follows on it. A machine that has ended drops it.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Say("hello"));
    /// assert_eq!(lamp.data(), &["is off", "hello"]);
    /// ```
    #[inline]
    pub fn send(&mut self, event: M::Event) {
        if self.over.is_some() {
            return;
        }
        self.handle(event);
        self.drain();
    }

    /// Calls: `attempt` is the handler, which gives the arguments back if the current state does not
    /// answer at once; then `event` makes the event out of them.
    ///
    /// # Errors
    /// See [`BareError`].
    ///
    /// # Panics
    /// Not by itself; a panic of a handler goes on to the caller, for there is no process that it could end.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::Lamp;
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// let before = lamp.call(
    ///     Lamp::On,
    ///     |state, _, to, turn| {
    ///         let before = *state;
    ///         turn.go(to);
    ///         Ok(before)
    ///     },
    ///     |to, reply| unreachable!("{to} is never given back: {reply:?}"),
    /// );
    /// assert_eq!(before.unwrap(), Lamp::Off);
    /// assert_eq!(lamp.state(), &Lamp::On);
    /// ```
    #[inline]
    pub fn call<A, R>(
        &mut self,
        args: A,
        attempt: impl FnOnce(&mut M, &mut M::Data, A, &mut Turn<M>) -> Result<R, A>,
        event: impl FnOnce(A, ReplyTo<R>) -> M::Event,
    ) -> Result<R, BareError<R>> {
        if self.over.is_some() {
            return Err(BareError::Over);
        }
        let mut turn = self.turn();
        match attempt(&mut self.state, &mut self.data, args, &mut turn) {
            Ok(answer) => {
                self.settle(turn);
                self.drain();
                Ok(answer)
            }
            Err(args) => {
                self.inner = turn.inner;
                self.ask(|reply| event(args, reply))
            }
        }
    }

    /// Calls by an event.
    ///
    /// # Errors
    /// See [`BareError`].
    ///
    /// # Panics
    /// As [`Bare::call`].
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// assert_eq!(lamp.ask(Event::Press).unwrap(), 2);
    /// ```
    pub fn ask<R>(
        &mut self,
        event: impl FnOnce(ReplyTo<R>) -> M::Event,
    ) -> Result<R, BareError<R>> {
        if self.over.is_some() {
            return Err(BareError::Over);
        }
        let (reply, pending) = Pending::new();
        self.send(event(reply));
        match pending.take() {
            Some(answer) => answer.map_err(BareError::Call),
            None => Err(BareError::Waits(pending)),
        }
    }

    /// The machine's clock.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::Lamp;
    /// use std::time::Duration;
    ///
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// let before = lamp.now();
    /// lamp.advance(Duration::from_secs(3600));
    /// assert_eq!(lamp.now() - before, Duration::from_secs(3600));
    /// ```
    pub fn now(&self) -> Instant {
        let inner = self.inner.as_ref();
        inner.map_or_else(Instant::now, |inner| inner.timers.now())
    }

    /// Moves the clock. Timeouts fire on the way, each at its time.
    /// A machine that has ended stays in its last state.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use std::time::Duration;
    ///
    /// use otp_core::{Bare, TimeoutKey};
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| {
    ///     turn.start_timeout(TimeoutKey::Named("old"), Duration::from_secs(9), Event::Say("is old"));
    /// }));
    /// lamp.advance(Duration::from_secs(8));
    /// assert_eq!(lamp.data(), &["is off"]);
    /// lamp.advance(Duration::from_secs(1));
    /// assert_eq!(lamp.data(), &["is off", "is old"]);
    /// ```
    pub fn advance(&mut self, time: Duration) {
        let until = self.now() + time;
        while self.over.is_none()
            && let Some(inner) = &mut self.inner
            && let Some(due) = inner.timers.earliest()
            && due <= until
        {
            inner.timers.clock = Some(due);
            inner.timers.fired = Some(due);
            self.drain();
        }
        if let Some(inner) = &mut self.inner {
            inner.timers.clock = Some(until);
        }
    }

    /// The timeouts that run, in the order in which they fire.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use std::time::Duration;
    ///
    /// use otp_core::{Bare, TimeoutKey};
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| {
    ///     turn.start_timeout(TimeoutKey::Event, Duration::from_secs(9), Event::Say("is idle"));
    /// }));
    /// let running = lamp.timeouts();
    /// assert_eq!(running[0].event, "is idle");
    /// assert_eq!(running[0].due, lamp.now() + Duration::from_secs(9));
    /// ```
    pub fn timeouts(&self) -> Vec<RunningTimeout> {
        Shown::of(self.inner.as_deref()).timeouts()
    }

    #[inline]
    fn turn(&mut self) -> Turn<M> {
        Turn {
            go: Go::Stay,
            inner: if M::INNER || M::TIMEOUTS {
                self.inner.take()
            } else {
                None
            },
        }
    }

    #[inline]
    fn handle(&mut self, event: M::Event) {
        let mut turn = self.turn();
        self.state.handle_bare(&mut self.data, event, &mut turn);
        self.settle(turn);
    }

    #[inline]
    fn settle(&mut self, mut turn: Turn<M>) {
        let ends = settle::settle_now(&mut self.state, &mut self.data, &mut turn, &mut Alone);
        if M::INNER || M::TIMEOUTS {
            self.inner = turn.inner;
        }
        if ends.is_some() {
            self.over = ends;
        }
    }

    /// Handles what waits inside.
    #[inline]
    fn drain(&mut self) {
        if M::INNER || M::TIMEOUTS {
            while self.over.is_none()
                && let here = self.state.state()
                && let Some(inner) = &mut self.inner
                && let Some(event) = inner.next(here)
            {
                self.handle(event);
            }
        }
    }
}

impl<M: BareMachine + fmt::Debug> fmt::Debug for Bare<M>
where
    M::Data: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bare")
            .field("state", &self.state)
            .field("data", &self.data)
            .field("ended", &self.over)
            .finish_non_exhaustive()
    }
}
