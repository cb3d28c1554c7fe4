//! The restart intensity as a sliding window over single restarts.
//!
//! Pure: times come from outside. The rule is that of OTP's supervisor: what is older than the period
//! is forgotten one by one, and a restart exactly as old as the period still counts.

use std::collections::VecDeque;
use std::time::Duration;

use super::Intensity;

/// The restarts that still count.
#[derive(Clone, Debug)]
pub(super) struct Restarts {
    intensity: Intensity,
    /// When they were, as the time since any fixed moment.
    times: VecDeque<Duration>,
}

impl Restarts {
    pub(super) fn new(intensity: Intensity) -> Self {
        Self {
            intensity,
            times: VecDeque::new(),
        }
    }

    /// Counts a restart at `now`. `false`: it is one too many.
    pub(super) fn add(&mut self, now: Duration) -> bool {
        let Some(limit) = self.intensity.restarts else {
            return true;
        };
        self.forget(now);
        self.times.push_back(now);
        self.times.len() <= limit as usize
    }

    /// How many more there may be at `now`; `None` is any number.
    pub(super) fn left(&mut self, now: Duration) -> Option<u32> {
        self.forget(now);
        let used = u32::try_from(self.times.len()).unwrap_or(u32::MAX);
        Some(self.intensity.restarts?.saturating_sub(used))
    }

    fn forget(&mut self, now: Duration) {
        while let Some(&oldest) = self.times.front()
            && now.saturating_sub(oldest) > self.intensity.within
        {
            self.times.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_restart_after_the_last_allowed_is_too_many() {
        let mut restarts = Restarts::new(Intensity::new(2, 5 * SECOND));
        assert!(restarts.add(SECOND));
        assert!(restarts.add(SECOND));
        assert!(!restarts.add(SECOND));
    }

    #[test]
    fn one_exactly_as_old_as_the_period_still_counts() {
        let mut restarts = Restarts::new(Intensity::new(1, 5 * SECOND));
        assert!(restarts.add(SECOND));
        assert!(!restarts.clone().add(6 * SECOND));
        assert!(restarts.add(6 * SECOND + Duration::from_nanos(1)));
    }

    #[test]
    fn with_zero_the_first_is_too_many_and_with_never_none_is() {
        assert!(!Restarts::new(Intensity::new(0, SECOND)).add(SECOND));
        let mut restarts = Restarts::new(Intensity::NEVER);
        assert!((0..1000).all(|_| restarts.add(SECOND)));
    }

    proptest! {
        #[test]
        fn it_agrees_with_counting_over_the_whole_history(
            limit in 0_u32..5,
            period in 1_u64..20,
            gaps in prop::collection::vec(0_u64..8, 0..60),
        ) {
            let mut restarts = Restarts::new(Intensity::new(limit, Duration::from_secs(period)));
            let mut history = Vec::new();
            let mut now = 0;
            for gap in gaps {
                now += gap;
                history.push(now);
                let within = history.iter().filter(|&&then| now - then <= period).count();
                let fine = restarts.add(Duration::from_secs(now));
                prop_assert_eq!(fine, within <= limit as usize);
                if !fine {
                    break;
                }
            }
        }
    }
}
