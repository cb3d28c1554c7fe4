//! The timeouts that run in one machine: deadlines, and the events that they stand for.
//!
//! Arming and cancelling only writes here. What wakes the machine at a deadline is `alarm`'s business.

use std::time::Duration;

use tokio::time::Instant;

use super::behaviour::StateMachine;
use super::inner::Place;

/// Which timeout: a machine has one state timeout, one event timeout, and one of each name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeoutKey<T> {
    /// Ended by a change to another state.
    State,
    /// Ended by any event.
    Event,
    /// Ended by itself alone.
    Named(T),
}

/// When a timeout is to fire. From a [`Duration`] (from now; `Duration::MAX` is never) or a tokio
/// [`Instant`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After this time. No time at all: after inserted and postponed events, and before any message.
    After(Duration),
    /// At this time; at once if it is over.
    At(Instant),
}

impl From<Duration> for When {
    fn from(after: Duration) -> Self {
        Self::After(after)
    }
}

impl From<Instant> for When {
    fn from(at: Instant) -> Self {
        Self::At(at)
    }
}

/// A timeout that runs.
struct Armed<M: StateMachine> {
    due: Due,
    /// Of two with one deadline, the one that was set first fires first.
    order: u64,
    event: M::Event,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// Before any message.
    AtOnce,
    At(Instant),
}

/// The timeouts of one machine.
pub(super) struct Timers<M: StateMachine> {
    /// The state timeout, and the state that it belongs to.
    state: Option<(M::State, Armed<M>)>,
    event: Option<Armed<M>>,
    named: Vec<(M::Timeout, Armed<M>)>,
    order: u64,
    /// How many are to fire before any message.
    at_once: usize,
    /// The machine's clock, if it is not tokio's.
    pub(super) clock: Option<Instant>,
    /// A deadline earlier than all that were known to the alarm may have been set.
    pub(super) moved: bool,
    /// Everything due by then is to fire before any message.
    pub(super) fired: Option<Instant>,
    pub(super) alarm: super::alarm::Alarm,
}

impl<M: StateMachine> Default for Timers<M> {
    fn default() -> Self {
        Self {
            state: None,
            event: None,
            named: Vec::new(),
            order: 0,
            at_once: 0,
            clock: None,
            moved: false,
            fired: None,
            alarm: super::alarm::Alarm::default(),
        }
    }
}

impl<M: StateMachine> Timers<M> {
    pub(super) fn now(&self) -> Instant {
        self.clock.unwrap_or_else(Instant::now)
    }

    /// Sets a timeout that is not the state's, anew if it runs.
    pub(super) fn start(&mut self, key: TimeoutKey<M::Timeout>, when: When, event: M::Event) {
        self.cancel(key);
        let place = self.place(event);
        let Some(armed) = self.armed(when, place) else {
            return;
        };
        match key {
            TimeoutKey::State => {}
            TimeoutKey::Event => self.event = Some(armed),
            TimeoutKey::Named(name) => self.named.push((name, armed)),
        }
    }

    /// An event's place among those that fire at one time.
    pub(super) fn place(&mut self, event: M::Event) -> Place<M> {
        self.order += 1;
        Place {
            order: self.order,
            event,
        }
    }

    /// Sets the state timeout of `state`, anew if it runs.
    pub(super) fn start_state(&mut self, state: M::State, when: When, place: Place<M>) {
        self.cancel(TimeoutKey::State);
        if let Some(armed) = self.armed(when, place) {
            self.state = Some((state, armed));
        }
    }

    /// Gives the state timeout another event; if it does not run, it fires at once.
    pub(super) fn update_state(&mut self, state: M::State, place: Place<M>) {
        match &mut self.state {
            Some((_, armed)) => armed.event = place.event,
            None => self.start_state(state, When::After(Duration::ZERO), place),
        }
    }

    /// `None`: that is never.
    fn armed(&mut self, when: When, place: Place<M>) -> Option<Armed<M>> {
        let due = match when {
            When::After(Duration::ZERO) => Due::AtOnce,
            When::After(after) => Due::At(self.now().checked_add(after)?),
            When::At(at) if at <= self.now() => Due::AtOnce,
            When::At(at) => Due::At(at),
        };
        match due {
            Due::AtOnce => self.at_once += 1,
            Due::At(at) => self.moved |= self.alarm.is_later_than(at),
        }
        Some(Armed {
            due,
            order: place.order,
            event: place.event,
        })
    }

    fn take(&mut self, key: TimeoutKey<M::Timeout>) -> Option<Armed<M>> {
        let armed = match key {
            TimeoutKey::State => self.state.take().map(|(_, armed)| armed),
            TimeoutKey::Event => self.event.take(),
            TimeoutKey::Named(name) => {
                let at = self.named.iter().position(|(other, _)| *other == name)?;
                Some(self.named.remove(at).1)
            }
        }?;
        if armed.due == Due::AtOnce {
            self.at_once -= 1;
        }
        Some(armed)
    }

    #[inline]
    pub(super) fn cancel(&mut self, key: TimeoutKey<M::Timeout>) {
        drop(self.take(key));
    }

    /// Gives a running timeout another event, and leaves its time alone. The event comes back if it does
    /// not run.
    pub(super) fn update(
        &mut self,
        key: TimeoutKey<M::Timeout>,
        event: M::Event,
    ) -> Result<(), M::Event> {
        let armed = match key {
            TimeoutKey::State => self.state.as_mut().map(|(_, armed)| armed),
            TimeoutKey::Event => self.event.as_mut(),
            TimeoutKey::Named(name) => {
                let found = self.named.iter_mut().find(|(other, _)| *other == name);
                found.map(|(_, armed)| armed)
            }
        };
        match armed {
            Some(armed) => {
                armed.event = event;
                Ok(())
            }
            None => Err(event),
        }
    }

    /// All that run, with their keys.
    fn running(&self) -> impl Iterator<Item = (TimeoutKey<M::Timeout>, &Armed<M>)> {
        let state = self
            .state
            .as_ref()
            .map(|(_, armed)| (TimeoutKey::State, armed));
        let event = self.event.as_ref().map(|armed| (TimeoutKey::Event, armed));
        let named = self
            .named
            .iter()
            .map(|(name, armed)| (TimeoutKey::Named(*name), armed));
        state.into_iter().chain(event).chain(named)
    }

    /// What fires next: before any message those of no time, in the order in which they were set; then
    /// those that are due by the last alarm, in that of their deadlines.
    fn next_key(&self) -> Option<TimeoutKey<M::Timeout>> {
        if self.at_once > 0 {
            let at_once = self.running().filter(|(_, armed)| armed.due == Due::AtOnce);
            return at_once
                .min_by_key(|(_, armed)| armed.order)
                .map(|(key, _)| key);
        }
        self.first_by(self.fired?)
    }

    /// The first of those due by `at`.
    fn first_by(&self, at: Instant) -> Option<TimeoutKey<M::Timeout>> {
        let due = self.running().filter(|(_, armed)| armed.due <= Due::At(at));
        due.min_by_key(|(_, armed)| (armed.due, armed.order))
            .map(|(key, _)| key)
    }

    /// Whether one is to fire before any message.
    #[inline]
    pub(super) fn fires(&self) -> bool {
        self.at_once > 0 || self.fired.is_some_and(|at| self.first_by(at).is_some())
    }

    /// The event of the timeout that is to fire next. One that belongs to another state than `here` (a
    /// debugger has replaced it) is dropped.
    pub(super) fn fire(&mut self, here: M::State) -> Option<M::Event> {
        loop {
            let Some(key) = self.next_key() else {
                self.fired = None;
                return None;
            };
            let strays = key == TimeoutKey::State
                && self.state.as_ref().is_some_and(|(state, _)| *state != here);
            let armed = self.take(key);
            self.moved = true;
            if !strays {
                return armed.map(|armed| armed.event);
            }
        }
    }

    /// The event that fires next, for its name.
    pub(super) fn peek(&self) -> Option<&M::Event> {
        let next = self.next_key()?;
        let mut running = self.running();
        running
            .find(|(key, _)| *key == next)
            .map(|(_, armed)| &armed.event)
    }

    /// The earliest deadline.
    pub(super) fn earliest(&self) -> Option<Instant> {
        let deadlines = self.running().filter_map(|(_, armed)| match armed.due {
            Due::AtOnce => None,
            Due::At(at) => Some(at),
        });
        deadlines.min()
    }

    /// All that run, in the order in which they fire: their events and their deadlines.
    pub(super) fn list(&self) -> Vec<(&M::Event, Instant)> {
        let now = self.now();
        let mut all: Vec<_> = self.running().map(|(_, armed)| armed).collect();
        all.sort_by_key(|armed| (armed.due, armed.order));
        let due = |due| match due {
            Due::AtOnce => now,
            Due::At(at) => at,
        };
        all.iter()
            .map(|armed| (&armed.event, due(armed.due)))
            .collect()
    }
}
