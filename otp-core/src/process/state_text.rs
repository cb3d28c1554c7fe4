//! The text of a state, if its type is `Debug`: found by the compiler for each type by itself.

use std::fmt::{self, Debug, Write};

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
        let mut text = Cut(String::new());
        // The end of the room is the one error.
        if write!(text, "{:?}", self.0).is_err() {
            text.0.push_str("..");
        }
        Some(text.0)
    }
}

impl<S> NoText for &StateText<'_, S> {
    fn text(&self) -> Option<String> {
        None
    }
}

/// Bytes of a state that are shown, at the most.
const LONGEST: usize = 2048;

/// Text up to the longest that is shown: what would come after is not even made.
struct Cut(String);

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = LONGEST - self.0.len();
        let mut fits = room.min(text.len());
        while !text.is_char_boundary(fits) {
            fits -= 1;
        }
        self.0.push_str(&text[..fits]);
        if fits < text.len() {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}
