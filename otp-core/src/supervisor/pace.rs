//! The pace of restarts: how many are too many, and how long to wait before each.

use std::time::Duration;

use tokio::time::Instant;

use super::restarts::Restarts;
use super::{Backoff, Intensity};

/// Counts the restarts of one incarnation of a supervisor, on tokio's clock.
pub(super) struct Pace {
    restarts: Restarts,
    backoff: Option<Backoff>,
    epoch: Instant,
}

/// A restart that may be made.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    /// What to wait for before it.
    pub(super) pause: Option<Duration>,
    /// How many more there may be now; `None` is any number.
    pub(super) left: Option<u32>,
}

/// A child's restarts in a row, and when it was last started: counted from the supervisor's start.
#[derive(Clone, Copy, Default)]
pub(super) struct Streak {
    length: u32,
    started: Duration,
}

impl Pace {
    pub(super) fn new(intensity: Intensity, backoff: Option<Backoff>) -> Self {
        Self {
            restarts: Restarts::new(intensity),
            backoff,
            epoch: Instant::now(),
        }
    }

    /// The time since the supervisor's start.
    fn now(&self) -> Duration {
        self.epoch.elapsed()
    }

    /// A child is started: the clock is only read where its pauses depend on it.
    pub(super) fn note_start(&self, streak: &mut Streak) {
        if self.backoff.is_some() {
            streak.started = self.now();
        }
    }

    /// Counts a restart; `again`: the last one failed. `None`: it is one too many.
    pub(super) fn turn(&mut self, streak: &mut Streak, again: bool) -> Option<Turn> {
        let now = self.now();
        if !self.restarts.add(now) {
            return None;
        }
        let up = if again {
            Duration::ZERO
        } else {
            now.saturating_sub(streak.started)
        };
        let backoff = self.backoff;
        Some(Turn {
            pause: backoff.map(|backoff| backoff.next(&mut streak.length, up)),
            left: self.restarts.left(now),
        })
    }
}
