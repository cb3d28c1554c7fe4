//! The kinds of reports, and the words by which the runtime tells them.

/// What a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A supervisor has started a child.
    Started,
    /// A child failed to start.
    StartFailed,
    /// A handler, an `init` or a `terminate` panicked.
    Crashed,
    /// A process has ended otherwise than in order, or a child has that is to run.
    Ended,
    /// A supervisor starts a child again.
    Restarted,
    /// A supervisor has restarted too often and gives up: its own supervisor has to see to it.
    Escalated,
    /// A supervisor begins to stop its children.
    Stopping,
    /// A supervisor has stopped a child.
    Stopped,
    /// A child that was to stop has ended with another reason than it was asked to.
    StoppedOtherwise,
    /// All significant children have ended, and with them their supervisor.
    AutoShutdown,
    /// A handler held its thread for long.
    Slow,
    /// A message was dropped for want of room.
    Dropped,
    /// There is no handler for a message.
    Unhandled,
    /// A state machine's state refuses an event, and nobody waits for an answer.
    Refused,
    /// A server whose messages are traced handles one.
    Handles,
    /// Anything else.
    Other,
}

/// The beginnings of the runtime's texts.
const WORDS: &[(&str, Kind)] = &[
    ("child started", Kind::Started),
    ("child failed to start", Kind::StartFailed),
    ("a handler panicked", Kind::Crashed),
    ("child ended otherwise", Kind::StoppedOtherwise),
    ("children ended otherwise", Kind::StoppedOtherwise),
    ("child ended", Kind::Ended),
    ("process ended", Kind::Ended),
    ("task ended", Kind::Ended),
    ("the tree failed to start", Kind::StartFailed),
    ("child is restarted", Kind::Restarted),
    ("supervisor gives up", Kind::Escalated),
    ("supervisor stops", Kind::Stopping),
    ("child stopped", Kind::Stopped),
    ("children stopped", Kind::Stopped),
    ("significant children", Kind::AutoShutdown),
    ("a handler held its thread", Kind::Slow),
    ("full mailbox", Kind::Dropped),
    ("no `#[info]` handler", Kind::Unhandled),
    ("an event was refused", Kind::Refused),
    ("handles", Kind::Handles),
];

impl Kind {
    pub(super) fn of(text: &str) -> Self {
        WORDS
            .iter()
            .find(|(words, _)| text.starts_with(words))
            .map_or(Self::Other, |(_, kind)| *kind)
    }
}
