//! What can be seen of a machine: by `sys`, and in the report of a crash.

use std::fmt::{self, Write};

use tokio::time::Instant;

use super::behaviour::StateMachine;
use super::inner::Inner;
use super::server::Machine;
use super::turn::Turn;

/// A timeout that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunningTimeout {
    /// The name of its event.
    pub event: &'static str,
    /// When it fires.
    pub due: Instant,
}

/// What waits in a machine.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    timeouts: Vec<RunningTimeout>,
    queued: Vec<&'static str>,
    postponed: Vec<&'static str>,
}

impl Shown {
    pub(super) fn of<M: StateMachine>(inner: Option<&Inner<M>>) -> Self {
        let Some(inner) = inner else {
            return Self::default();
        };
        let running = inner.timers.list().into_iter();
        let timeouts = running.map(|(event, due)| RunningTimeout {
            event: M::describe(event),
            due,
        });
        Self {
            timeouts: timeouts.collect(),
            queued: inner.queued(),
            postponed: inner.postponed(),
        }
    }

    pub(super) fn timeouts(self) -> Vec<RunningTimeout> {
        self.timeouts
    }
}

impl<M: StateMachine> Machine<M> {
    /// The state.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::Lamp;
    /// use otp_core::{Machine, Start};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let lamp = Start::<Machine<Lamp>>::new(()).await.unwrap();
    /// assert_eq!(lamp.sys().get_state().await.unwrap().state(), &Lamp::Off);
    /// # });
    /// ```
    pub fn state(&self) -> &M {
        &self.state
    }

    /// The data that all states share.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::Lamp;
    /// use otp_core::{Machine, Start};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let lamp = Start::<Machine<Lamp>>::new(()).await.unwrap();
    /// assert_eq!(lamp.sys().get_state().await.unwrap().data(), &["is off"]);
    /// # });
    /// ```
    pub fn data(&self) -> &M::Data {
        &self.data
    }

    /// A machine in another state and with other data, for [`Sys::replace_state`](crate::Sys::replace_state):
    /// the machine that it is given to keeps its events and timeouts, and no enter handler runs.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::Lamp;
    /// use otp_core::{Machine, Start};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let lamp = Start::<Machine<Lamp>>::new(()).await.unwrap();
    /// let _ = lamp.sys().replace_state(|_| Machine::with(Lamp::On, vec!["replaced"])).await.unwrap();
    /// let shown = lamp.sys().get_state().await.unwrap();
    /// assert_eq!((shown.state(), shown.data()), (&Lamp::On, &vec!["replaced"]));
    /// # });
    /// ```
    pub fn with(state: M, data: M::Data) -> Self {
        Self {
            state,
            data,
            turn: Turn::new(),
            shown: None,
        }
    }

    /// The timeouts that run, in the order in which they fire.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use std::time::Duration;
    ///
    /// use otp_core::{CallSpec, Machine, Start, TimeoutKey, Turn};
    ///
    /// const ASK: CallSpec<Machine<Lamp>, (fn(&mut Turn<Lamp>),), ()> =
    ///     CallSpec::Queued("do", |(what,), reply| Machine::message(Event::Ask(what, reply)));
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let lamp = Start::<Machine<Lamp>>::new(()).await.unwrap();
    /// let start: fn(&mut Turn<Lamp>) = |turn| {
    ///     turn.start_timeout(TimeoutKey::Event, Duration::from_secs(9), Event::Say("is idle"));
    /// };
    /// lamp.call(&ASK, (start,)).await.unwrap();
    /// let shown = lamp.sys().get_state().await.unwrap();
    /// assert_eq!(shown.timeouts()[0].event, "is idle");
    /// # });
    /// ```
    pub fn timeouts(&self) -> Vec<RunningTimeout> {
        self.shown().timeouts()
    }

    /// The names of the postponed events, in the order in which they came.
    ///
    /// ```
    /// # mod lamp { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lamp.rs")); }
    /// # use lamp::{Event, Lamp};
    /// use otp_core::{CallSpec, Machine, Start, Turn};
    ///
    /// const ASK: CallSpec<Machine<Lamp>, (fn(&mut Turn<Lamp>),), ()> =
    ///     CallSpec::Queued("do", |(what,), reply| Machine::message(Event::Ask(what, reply)));
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let lamp = Start::<Machine<Lamp>>::new(()).await.unwrap();
    /// let postpone: fn(&mut Turn<Lamp>) = |turn| turn.postpone(Event::Say("later"));
    /// lamp.call(&ASK, (postpone,)).await.unwrap();
    /// assert_eq!(lamp.sys().get_state().await.unwrap().postponed(), ["later"]);
    /// # });
    /// ```
    pub fn postponed(&self) -> Vec<&'static str> {
        self.shown().postponed
    }

    fn shown(&self) -> Shown {
        match &self.shown {
            Some(shown) => (**shown).clone(),
            None => Shown::of(self.turn.inner.as_deref()),
        }
    }

    /// All of it in a line, for the report of a crash.
    pub(super) fn text(&self) -> String {
        let state = self.state.describe_state();
        let mut text = state.unwrap_or_else(|| self.state.state().to_string());
        let mut add = |name: &str, what: &dyn fmt::Display| {
            // A string takes everything.
            let _ = write!(text, ", {name}: {what}");
        };
        if let Some(data) = M::describe_data(&self.data) {
            add("data", &data);
        }
        let shown = self.shown();
        if !shown.queued.is_empty() {
            add("queued", &shown.queued.join(" "));
        }
        if !shown.postponed.is_empty() {
            add("postponed", &shown.postponed.join(" "));
        }
        if !shown.timeouts.is_empty() {
            let names: Vec<_> = shown.timeouts.iter().map(|timeout| timeout.event).collect();
            add("timeouts", &names.join(" "));
        }
        text
    }
}

/// A copy shows what its machine was: state, data, timeouts, and the names of what waited.
impl<M: StateMachine + Clone> Clone for Machine<M>
where
    M::Data: Clone,
{
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            data: self.data.clone(),
            turn: Turn::new(),
            shown: Some(Box::new(self.shown())),
        }
    }
}

impl<M: StateMachine + fmt::Debug> fmt::Debug for Machine<M>
where
    M::Data: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.shown();
        f.debug_struct("Machine")
            .field("state", &self.state)
            .field("data", &self.data)
            .field("queued", &shown.queued)
            .field("postponed", &shown.postponed)
            .field("timeouts", &shown.timeouts)
            .finish_non_exhaustive()
    }
}
