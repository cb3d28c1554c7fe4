//! The text of a state, if its type is `Debug`: found by the compiler for each type by itself.

use std::fmt::Debug;

/// A state whose text is asked for: `(&StateText(state)).text()`, with both traits in scope.
pub struct StateText<'a, S>(pub &'a S);

/// The text of a state that is `Debug`.
pub trait DebugText {
    /// The text.
    fn text(&self) -> Option<String>;
}

/// No text, for every other: method look-up comes here only if there is no `Debug`.
pub trait NoText {
    /// `None`.
    fn text(&self) -> Option<String>;
}

impl<S: Debug> DebugText for StateText<'_, S> {
    fn text(&self) -> Option<String> {
        Some(format!("{:?}", self.0))
    }
}

impl<S> NoText for &StateText<'_, S> {
    fn text(&self) -> Option<String> {
        None
    }
}
