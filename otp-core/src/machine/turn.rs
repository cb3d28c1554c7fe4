//! What a handler asks for: the next state, what to insert, what to postpone, which timeouts to set.

use std::time::Duration;

use tokio::time::Instant;

use super::behaviour::StateMachine;
use super::inner::{Change, Inner};
use super::timers::{TimeoutKey, When};
use crate::ExitReason;

/// What is to follow on one event. Handlers write into it; the machine does it when they have returned.
///
/// The `Next` that `#[state_machine]` makes for each handler wraps one, and lets through what that handler
/// has declared. A turn that nothing was written into keeps the state.
///
/// Nothing in it happens if the handler does not return: a handler that panics ends the machine, and one whose
/// future is dropped is that of a process that was killed.
///
/// ```
/// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
/// # use lamp::{Event, Lamp};
/// use otp_core::Bare;
///
/// let mut lamp = Bare::new(Lamp::Off, Vec::new());
/// lamp.send(Event::Do(|turn| {
///     turn.insert(Event::Say("inserted"));
///     turn.go(Lamp::On);
/// }));
/// assert_eq!(lamp.data(), &["is off", "is on", "inserted"]);
/// ```
pub struct Turn<M: StateMachine> {
    pub(super) go: Go<M>,
    /// What few events need.
    pub(super) inner: Option<Box<Inner<M>>>,
}

/// The `Next` of a handler.
pub trait HasTurn<M: StateMachine>: Sized {
    /// What it writes into.
    fn __turn(&mut self) -> &mut Turn<M>;
}

/// Where the machine goes.
pub(super) enum Go<M> {
    Stay,
    To(M),
    /// Into the same state once more.
    Again,
    /// It ends; the reason is in `Inner`.
    Stop,
}

impl<M: StateMachine> Turn<M> {
    pub(super) fn new() -> Self {
        Self {
            go: Go::Stay,
            inner: None,
        }
    }

    #[inline]
    pub(super) fn inner(&mut self) -> &mut Inner<M> {
        self.inner.get_or_insert_default()
    }

    /// The machine's next state. The same variant as the current one only replaces the fields: that is no
    /// change of state.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| turn.go(Lamp::On)));
    /// lamp.send(Event::Do(|turn| turn.go(Lamp::On)));
    /// assert_eq!(lamp.data(), &["is off", "is on"]);
    /// ```
    #[inline]
    pub fn go(&mut self, state: M) {
        self.go = Go::To(state);
    }

    /// Runs the enter handler of the current state again. Neither timeouts nor postponed events take
    /// notice.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| turn.repeat()));
    /// assert_eq!(lamp.data(), &["is off", "is off"]);
    /// ```
    #[inline]
    pub fn repeat(&mut self) {
        self.go = Go::Again;
    }

    /// Ends the machine. The answer of the call in work goes first.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::{Bare, ExitReason};
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| turn.stop(ExitReason::Shutdown)));
    /// assert_eq!(lamp.ended(), Some(&ExitReason::Shutdown));
    /// ```
    pub fn stop(&mut self, reason: ExitReason) {
        self.inner().stop = Some(reason);
        self.go = Go::Stop;
    }

    /// Keeps an event until the machine has changed to another state.
    ///
    /// A call among them is answered when the machine ends, at the latest.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| turn.postpone(Event::Say("at last"))));
    /// assert_eq!(lamp.data(), &["is off"]);
    /// lamp.send(Event::Do(|turn| turn.go(Lamp::On)));
    /// assert_eq!(lamp.data(), &["is off", "is on", "at last"]);
    /// ```
    pub fn postpone(&mut self, event: M::Event) {
        self.inner().later.push_back(event);
    }

    /// Inserts an event before all that wait, after those that were inserted in this turn.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| {
    ///     turn.insert(Event::Say("one"));
    ///     turn.insert(Event::Say("two"));
    /// }));
    /// assert_eq!(lamp.data(), &["is off", "one", "two"]);
    /// ```
    pub fn insert(&mut self, event: M::Event) {
        self.inner().insert(event);
    }

    /// Starts a named timeout or the event timeout, anew if it runs. [`TimeoutKey::State`] is set by
    /// [`Turn::start_state_timeout`] and ignored here.
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
    /// lamp.advance(Duration::from_secs(9));
    /// assert_eq!(lamp.data(), &["is off", "is old"]);
    /// ```
    pub fn start_timeout(
        &mut self,
        key: TimeoutKey<M::Timeout>,
        when: impl Into<When>,
        event: M::Event,
    ) {
        let inner = self.inner();
        inner.touched |= key == TimeoutKey::Event;
        inner.timers.start(key, when.into(), event);
    }

    /// Starts the state timeout of `state`, anew if it runs: the state that the machine is in after this
    /// turn. If it is in another one then, nothing is started.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use std::time::Duration;
    ///
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| {
    ///     turn.go(Lamp::On);
    ///     turn.start_state_timeout(Lamp::On, Duration::from_secs(9), Event::Say("is hot"));
    /// }));
    /// lamp.advance(Duration::from_secs(9));
    /// assert_eq!(lamp.data(), &["is off", "is on", "is hot"]);
    /// ```
    pub fn start_state_timeout(&mut self, state: M::State, when: impl Into<When>, event: M::Event) {
        let inner = self.inner();
        let place = inner.timers.place(event);
        inner.state_timeout = Some(Change::Start(state, when.into(), place));
    }

    /// Stops a timeout. It does not fire any more, even if it has run out already.
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
    ///     turn.cancel_timeout(TimeoutKey::Named("old"));
    /// }));
    /// assert!(lamp.timeouts().is_empty());
    /// ```
    pub fn cancel_timeout(&mut self, key: TimeoutKey<M::Timeout>) {
        let inner = self.inner();
        match key {
            TimeoutKey::State => inner.state_timeout = Some(Change::Cancel),
            TimeoutKey::Event | TimeoutKey::Named(_) => {
                inner.touched |= key == TimeoutKey::Event;
                inner.timers.cancel(key);
            }
        }
    }

    /// Gives a running named timeout or event timeout another event, and leaves its time alone. One that
    /// does not run fires at once. An event timeout does not run any more when an event is handled, unless
    /// it was set in the same turn.
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
    ///     turn.update_timeout(TimeoutKey::Named("old"), Event::Say("is very old"));
    /// }));
    /// lamp.advance(Duration::from_secs(9));
    /// assert_eq!(lamp.data(), &["is off", "is very old"]);
    /// ```
    pub fn update_timeout(&mut self, key: TimeoutKey<M::Timeout>, event: M::Event) {
        let inner = self.inner();
        let runs = key != TimeoutKey::Event || inner.touched;
        inner.touched |= key == TimeoutKey::Event;
        let event = if runs {
            match inner.timers.update(key, event) {
                Ok(()) => return,
                Err(event) => event,
            }
        } else {
            event
        };
        inner.timers.start(key, When::After(Duration::ZERO), event);
    }

    /// Gives the state timeout of `state` another event, and leaves its time alone. If it does not run
    /// (the machine may just have changed to `state`), it fires at once.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use std::time::Duration;
    ///
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| {
    ///     turn.go(Lamp::On);
    ///     turn.start_state_timeout(Lamp::On, Duration::from_secs(9), Event::Say("is hot"));
    ///     turn.update_state_timeout(Lamp::On, Event::Say("is very hot"));
    /// }));
    /// lamp.advance(Duration::from_secs(9));
    /// assert_eq!(lamp.data(), &["is off", "is on", "is very hot"]);
    /// ```
    pub fn update_state_timeout(&mut self, state: M::State, event: M::Event) {
        let inner = self.inner();
        let mut place = inner.timers.place(event);
        inner.state_timeout = Some(match inner.state_timeout.take() {
            Some(Change::Start(of, when, set)) if of == state => {
                place.order = set.order;
                Change::Start(of, when, place)
            }
            Some(Change::Cancel) => Change::Start(state, Duration::ZERO.into(), place),
            Some(Change::Update(of, set)) if of == state => {
                place.order = set.order;
                Change::Update(of, place)
            }
            _ => Change::Update(state, place),
        });
    }

    /// The machine's clock: tokio's, or that of a [`Bare`](crate::Bare).
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use std::time::Duration;
    ///
    /// use otp_core::Bare;
    ///
    /// let mut lamp = Bare::new(Lamp::Off, Vec::new());
    /// lamp.send(Event::Do(|turn| {
    ///     let at = turn.now() + Duration::from_secs(9);
    ///     turn.start_state_timeout(Lamp::Off, at, Event::Say("is idle"));
    /// }));
    /// assert_eq!(lamp.timeouts()[0].due, lamp.now() + Duration::from_secs(9));
    /// ```
    pub fn now(&self) -> Instant {
        let inner = self.inner.as_ref();
        inner.map_or_else(Instant::now, |inner| inner.timers.now())
    }
}

impl<M: StateMachine> std::fmt::Debug for Turn<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Turn").finish_non_exhaustive()
    }
}
