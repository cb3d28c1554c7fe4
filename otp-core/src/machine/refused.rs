//! What is said of an event that a state refuses and nobody waits for.

/// A cast or an info was dropped because the machine's state refuses it.
#[cold]
pub fn refused(machine: &'static str, state: &'static str, event: &'static str) {
    tracing::warn!(machine, state, event, "an event was refused");
}
