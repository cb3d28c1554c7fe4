//! Why a process ended.

use std::fmt;
use std::sync::Arc;

/// Why a process ended, or is asked to end. Every process ends with exactly one.
///
/// Cheap to clone: one end may be told to many links and monitors.
///
/// ```
/// use otp_core::ExitReason;
///
/// assert!(ExitReason::Normal.is_clean());
/// assert!(ExitReason::shutdown_with("deploy").is_clean());
/// assert!(!ExitReason::Killed.is_clean());
/// assert_eq!(ExitReason::error("no disk").to_string(), "no disk");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExitReason {
    /// It had done its work. Does not end linked processes.
    Normal,
    /// Its supervisor, or somebody in its place, asked it to end.
    Shutdown,
    /// As `Shutdown`, with a word on why.
    ShutdownWith(Arc<str>),
    /// The signal that cannot be trapped. A process that gets it ends with [`ExitReason::Killed`].
    Kill,
    /// It was ended by [`ExitReason::Kill`].
    Killed,
    /// There was no such process (any more).
    NoProc,
    /// Its own code panicked.
    Panic {
        /// The panic's message.
        message: Arc<str>,
        /// `file:line:column` of the panic.
        location: Arc<str>,
    },
    /// The tokio runtime that the process lived on was shut down under it.
    RuntimeGone,
    /// Any other reason, in the words of who ended it.
    Error(Arc<str>),
}

impl ExitReason {
    /// [`ExitReason::ShutdownWith`] from any text.
    pub fn shutdown_with(why: impl Into<Arc<str>>) -> Self {
        Self::ShutdownWith(why.into())
    }

    /// [`ExitReason::Error`] from anything that prints.
    pub fn error(why: impl fmt::Display) -> Self {
        Self::Error(why.to_string().into())
    }

    /// Whether this is an orderly end: `Normal`, `Shutdown` or `ShutdownWith`.
    ///
    /// A `transient` child is restarted after any other, and only others are reported as errors.
    pub fn is_clean(&self) -> bool {
        matches!(self, Self::Normal | Self::Shutdown | Self::ShutdownWith(_))
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("normal"),
            Self::Shutdown => f.write_str("shutdown"),
            Self::ShutdownWith(why) => write!(f, "shutdown: {why}"),
            Self::Kill => f.write_str("kill"),
            Self::Killed => f.write_str("killed"),
            Self::NoProc => f.write_str("no such process"),
            Self::Panic { message, location } => write!(f, "panic at {location}: {message}"),
            Self::RuntimeGone => f.write_str("its tokio runtime was shut down"),
            Self::Error(why) => f.write_str(why),
        }
    }
}
