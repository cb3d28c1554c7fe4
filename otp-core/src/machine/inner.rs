//! What waits in a machine beside its mailbox: inserted events, postponed events, timeouts.

use std::collections::VecDeque;

use super::behaviour::StateMachine;
use super::timers::{TimeoutKey, Timers, When};
use crate::ExitReason;

/// Made for a machine when it first needs it.
pub(super) struct Inner<M: StateMachine> {
    /// Events to be handled before any message.
    queue: VecDeque<M::Event>,
    /// How many of them, from the front, were inserted in this turn.
    inserted: usize,
    /// Postponed events, in the order in which they came.
    pub(super) later: VecDeque<M::Event>,
    pub(super) timers: Timers<M>,
    /// What this turn does to the state timeout, once it is known in which state it ends.
    pub(super) state_timeout: Option<Change<M>>,
    /// Whether this turn has set or cancelled the event timeout.
    pub(super) touched: bool,
    pub(super) stop: Option<ExitReason>,
}

/// A change of the state timeout.
pub(super) enum Change<M: StateMachine> {
    Start(M::State, When, Place<M>),
    Update(M::State, Place<M>),
    Cancel,
}

/// An event, and its place among those that fire at one time: that of its setting.
pub(super) struct Place<M: StateMachine> {
    pub(super) order: u64,
    pub(super) event: M::Event,
}

impl<M: StateMachine> Default for Inner<M> {
    fn default() -> Self {
        Self {
            queue: VecDeque::new(),
            inserted: 0,
            later: VecDeque::new(),
            timers: Timers::default(),
            state_timeout: None,
            touched: false,
            stop: None,
        }
    }
}

impl<M: StateMachine> Inner<M> {
    pub(super) fn insert(&mut self, event: M::Event) {
        self.queue.insert(self.inserted, event);
        self.inserted += 1;
    }

    /// The machine has changed to another state: what was postponed comes after what was inserted, and
    /// before what waits.
    pub(super) fn retry(&mut self) {
        while let Some(event) = self.later.pop_back() {
            self.queue.insert(self.inserted, event);
        }
    }

    /// The turn is over, and the machine is in `state`.
    pub(super) fn finish(&mut self, state: &M) {
        self.inserted = 0;
        if !M::TIMEOUTS {
            return;
        }
        let here = state.state();
        match self.state_timeout.take() {
            Some(Change::Start(of, when, place)) if of == here => {
                self.timers.start_state(of, when, place);
            }
            Some(Change::Update(of, place)) if of == here => {
                self.timers.update_state(of, place);
            }
            Some(Change::Cancel) => self.timers.cancel(TimeoutKey::State),
            _ => {}
        }
        if M::EVENT_TIMEOUTS && !std::mem::take(&mut self.touched) {
            self.timers.cancel(TimeoutKey::Event);
        }
    }

    /// Whether something is to be handled before any message.
    #[inline]
    pub(super) fn has_next(&self) -> bool {
        !self.queue.is_empty() || self.timers.fires()
    }

    /// What is to be handled before any message: inserted and retried events, then timeouts.
    pub(super) fn next(&mut self, here: M::State) -> Option<M::Event> {
        self.queue.pop_front().or_else(|| self.timers.fire(here))
    }

    /// What [`Inner::next`] would give.
    pub(super) fn peek(&self) -> Option<&M::Event> {
        self.queue.front().or_else(|| self.timers.peek())
    }

    /// The names of the events that wait here.
    pub(super) fn queued(&self) -> Vec<&'static str> {
        self.queue.iter().map(M::describe).collect()
    }

    /// The names of the postponed events.
    pub(super) fn postponed(&self) -> Vec<&'static str> {
        self.later.iter().map(M::describe).collect()
    }
}
