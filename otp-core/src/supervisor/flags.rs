//! What holds for a whole supervisor: strategy, intensity, automatic shutdown, backoff.

use std::time::Duration;

use super::Backoff;

/// Which children are restarted when one has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// The failed one alone.
    OneForOne,
    /// All: the others are stopped first, in reverse order.
    OneForAll,
    /// The failed one and those that were started after it.
    RestForOne,
}

/// Whether the end of significant children ends the supervisor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AutoShutdown {
    /// No.
    #[default]
    Never,
    /// The first that ends by itself, and is not restarted, does.
    AnySignificant,
    /// The last one does.
    AllSignificant,
}

/// How many restarts are too many: the limit of restart loops.
///
/// The window slides: each restart is forgotten when it is older than the time.
///
/// ```
/// use std::time::Duration;
/// use otp_core::Intensity;
///
/// // Three restarts in any five seconds are fine, the fourth ends the supervisor.
/// let intensity = Intensity::new(3, Duration::from_secs(5));
/// assert_ne!(intensity, Intensity::NEVER);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Intensity {
    /// Restarts allowed within `within`; `None` is any number.
    pub(super) restarts: Option<u32>,
    pub(super) within: Duration,
}

impl Intensity {
    /// No limit: the supervisor never gives up.
    pub const NEVER: Self = Self {
        restarts: None,
        within: Duration::MAX,
    };

    /// At most `restarts` within `within`. With zero, the first restart already ends the supervisor.
    ///
    /// `within` must be more than zero: a supervisor with such an intensity is not started
    /// ([`SpecError::NoPeriod`](super::SpecError::NoPeriod)).
    pub const fn new(restarts: u32, within: Duration) -> Self {
        Self {
            restarts: Some(restarts),
            within,
        }
    }
}

/// What holds for a whole supervisor.
///
/// ```
/// use std::time::Duration;
/// use otp_core::{AutoShutdown, Flags, Intensity, Strategy};
///
/// const FLAGS: Flags = Flags::new(Strategy::RestForOne, Intensity::new(3, Duration::from_secs(5)))
///     .auto_shutdown(AutoShutdown::AnySignificant);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Flags {
    pub(super) strategy: Strategy,
    pub(super) intensity: Intensity,
    pub(super) auto_shutdown: AutoShutdown,
    pub(super) backoff: Option<Backoff>,
    pub(super) registered: bool,
}

impl Flags {
    /// Neither a strategy nor a limit of restarts has a default. There is no automatic shutdown, and no
    /// backoff.
    pub const fn new(strategy: Strategy, intensity: Intensity) -> Self {
        Self {
            strategy,
            intensity,
            auto_shutdown: AutoShutdown::Never,
            backoff: None,
            registered: false,
        }
    }

    /// The same with automatic shutdown.
    #[must_use]
    pub const fn auto_shutdown(mut self, auto_shutdown: AutoShutdown) -> Self {
        self.auto_shutdown = auto_shutdown;
        self
    }

    /// The same with a pause before each restart.
    #[must_use]
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = Some(backoff);
        self
    }

    /// The same, with the supervisor's name taken by it: there is one of that name at a time.
    #[must_use]
    pub const fn registered(mut self) -> Self {
        self.registered = true;
        self
    }
}
