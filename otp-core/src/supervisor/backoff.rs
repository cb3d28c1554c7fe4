//! Pauses between restarts: twice as long each time, with jitter.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// The pauses before the restarts of a child that keeps failing: twice as long each time, from `min`
/// up to `max`. Each is shortened at random by up to a half, so that what failed together does not
/// come back together.
///
/// A child that stays up for longer than `max` begins anew at `min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Backoff {
    min: Duration,
    max: Duration,
}

impl Backoff {
    /// Pauses from `min` to `max`.
    pub const fn new(min: Duration, max: Duration) -> Self {
        Self { min, max }
    }

    /// The pause before the next restart of a child that was up for `up` since its last start.
    /// `streak` counts its restarts in a row.
    pub(super) fn next(self, streak: &mut u32, up: Duration) -> Duration {
        if up > self.max {
            *streak = 0;
        }
        let pause = self.pause(*streak);
        *streak += 1;
        pause
    }

    /// The pause before the restart number `attempt` in a row, from 0.
    fn pause(self, attempt: u32) -> Duration {
        let factor = 1_u32.checked_shl(attempt).unwrap_or(u32::MAX);
        let longest = self.min.saturating_mul(factor).min(self.max.max(self.min));
        // The standard library's hasher is seeded at random for each.
        let random = RandomState::new().hash_one(attempt) % 1024;
        let random = u32::try_from(random).unwrap_or(0);
        longest.saturating_sub(longest / 2 * random / 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_with_up_to_half_of_jitter() {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(30));
        for (attempt, longest) in [(0, 100), (1, 200), (3, 800), (9, 30_000), (80, 30_000)] {
            let longest = Duration::from_millis(longest);
            for _ in 0..64 {
                let pause = backoff.pause(attempt);
                assert!(pause <= longest && pause >= longest / 2, "{pause:?}");
            }
        }
    }
}
