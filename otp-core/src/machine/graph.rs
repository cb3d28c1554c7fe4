//! A machine's graph as data.

/// What kind of event it is that a transition follows on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// Somebody asks, and waits for the answer.
    Call,
    /// Somebody sends.
    Cast,
    /// A message that is known by its type.
    Info,
    /// Inserted by the machine itself.
    Internal,
    /// The time in a state is over.
    StateTimeout,
    /// No event came for a time.
    EventTimeout,
    /// A timeout with a name of its own.
    Timeout,
}

/// One edge of a machine's graph: `event` may lead `from` one state `to` another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transition<S> {
    /// The state in which the event is handled.
    pub from: S,
    /// The event's name.
    pub event: &'static str,
    /// What kind of event it is.
    pub kind: EventKind,
    /// Where it may lead; the same state if it leads nowhere.
    pub to: S,
}
