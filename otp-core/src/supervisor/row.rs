//! A long row of children, started or stopped one after the other on the supervisor's own stack: now and
//! then the other tasks of its thread have their turn.

use std::time::Duration;

use crate::process::clock;

/// How long a supervisor goes on before others have their turn.
const SHARE: Duration = Duration::from_micros(100);

/// Work on one child after the other.
pub(super) struct Row {
    /// Ticks at which others have their turn.
    until: u64,
}

impl Row {
    pub(super) fn begin() -> Self {
        Self {
            until: clock::ticks() + clock::to_ticks(SHARE),
        }
    }

    /// Whether it is time for a [`pause`](Row::pause); asked before each child.
    #[inline]
    pub(super) fn is_long(&self) -> bool {
        clock::ticks() > self.until
    }

    /// Others have their turn.
    pub(super) async fn pause(&mut self) {
        tokio::task::yield_now().await;
        *self = Self::begin();
    }
}
