//! What a probe says when it did not receive what was expected.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

use otp_core::Pid;

/// Lines of the history that are shown, at the most.
const MOST: usize = 20;

pub(super) struct Failure<'a> {
    pub(super) pid: Pid,
    pub(super) at: &'static Location<'static>,
    /// One line for each thing that is still expected.
    pub(super) expected: Vec<String>,
    pub(super) instead: Instead,
    pub(super) difference: String,
    pub(super) history: &'a [String],
    /// How many at the end of the history have not been looked at.
    pub(super) unread: usize,
}

pub(super) enum Instead {
    Came(String),
    Nothing(Duration),
    Ended,
}

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Probe{}, at {}: expected", self.pid, self.at)?;
        for line in &self.expected {
            write!(f, "\n    {line}")?;
        }
        match &self.instead {
            Instead::Came(what) => write!(f, "\nand got\n    {what}")?,
            Instead::Nothing(time) => write!(f, "\nand got nothing within {time:?}")?,
            Instead::Ended => f.write_str("\nand got nothing: the probe has ended")?,
        }
        if !self.difference.is_empty() {
            write!(f, "\ndifference (- expected, + came)")?;
            f.write_str(&self.difference)?;
        }
        if self.history.is_empty() {
            return f.write_str("\nit had received nothing at all");
        }
        f.write_str("\nit had received, in order")?;
        let hidden = self.history.len().saturating_sub(MOST);
        if hidden > 0 {
            write!(f, "\n    ({hidden} earlier ones)")?;
        }
        let here = matches!(self.instead, Instead::Came(_))
            .then(|| (self.history.len() - self.unread).saturating_sub(1));
        for (at, line) in self.history.iter().enumerate().skip(hidden) {
            let mark = if Some(at) == here {
                "   <- this one"
            } else {
                ""
            };
            write!(f, "\n    {}. {line}{mark}", at + 1)?;
        }
        Ok(())
    }
}
