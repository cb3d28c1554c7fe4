//! What holds for all children of a dynamic supervisor, and for one of them alone.

use crate::supervisor::child_spec::Terms;
use crate::supervisor::{Backoff, Intensity, Restart, Shutdown};

/// What holds for a dynamic supervisor and its children.
///
/// ```
/// use std::time::Duration;
/// use otp_core::{DynamicFlags, Intensity, Restart, Shutdown};
///
/// const SESSIONS: DynamicFlags = DynamicFlags::new(Intensity::new(100, Duration::from_secs(1)))
///     .max_children(10_000)
///     .restart(Restart::Temporary)
///     .shutdown(Shutdown::After(Duration::from_secs(1)));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct DynamicFlags {
    pub(super) intensity: Intensity,
    pub(super) max_children: usize,
    pub(super) backoff: Option<Backoff>,
    pub(super) terms: Terms,
    pub(super) registered: bool,
    pub(super) ignored: bool,
}

impl DynamicFlags {
    /// The limit of restarts, which has no default, counts those of all children together. There may
    /// be any number of children; they are permanent and have 5 s to stop (supervisors: as long as it
    /// takes). There is no backoff.
    pub const fn new(intensity: Intensity) -> Self {
        Self {
            intensity,
            max_children: usize::MAX,
            backoff: None,
            terms: Terms {
                restart: Restart::Permanent,
                shutdown: None,
                significant: false,
            },
            registered: false,
            ignored: false,
        }
    }

    /// The same with at most `most` children, those that are being restarted among them.
    #[must_use]
    pub const fn max_children(mut self, most: usize) -> Self {
        self.max_children = most;
        self
    }

    /// The same with another rule for when a child is restarted.
    #[must_use]
    pub const fn restart(mut self, restart: Restart) -> Self {
        self.terms.restart = restart;
        self
    }

    /// The same with another way to stop a child.
    #[must_use]
    pub const fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.terms.shutdown = Some(shutdown);
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

    /// There is nothing to start: the start of the supervisor ends with
    /// [`StartError::Ignored`](crate::StartError::Ignored). For a part that a tree does without.
    #[must_use]
    pub const fn ignored(mut self) -> Self {
        self.ignored = true;
        self
    }
}

/// What holds for one child of a dynamic supervisor otherwise than for the rest.
///
/// ```
/// use otp_core::{ChildTerms, Restart, Shutdown};
///
/// let terms = ChildTerms::new().restart(Restart::Transient).shutdown(Shutdown::Infinity);
/// assert_ne!(terms, ChildTerms::new());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChildTerms {
    restart: Option<Restart>,
    shutdown: Option<Shutdown>,
}

impl ChildTerms {
    /// Nothing otherwise.
    pub const fn new() -> Self {
        Self {
            restart: None,
            shutdown: None,
        }
    }

    /// The same with another rule for when it is restarted.
    #[must_use]
    pub const fn restart(mut self, restart: Restart) -> Self {
        self.restart = Some(restart);
        self
    }

    /// The same with another way to stop it.
    #[must_use]
    pub const fn shutdown(mut self, shutdown: Shutdown) -> Self {
        self.shutdown = Some(shutdown);
        self
    }

    /// The child's terms, where these are those of all.
    pub(super) fn over(self, all: Terms) -> Terms {
        Terms {
            restart: self.restart.unwrap_or(all.restart),
            shutdown: self.shutdown.or(all.shutdown),
            significant: false,
        }
    }
}
