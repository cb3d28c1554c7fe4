//! The block of a supervisor: its options and its children.

use proc_macro2::{Ident, TokenStream};

use super::entries::{self, Entry};
use super::{child, values};
use crate::errors::Errors;
use crate::options::given_twice;
use crate::paths::Otp;
use crate::suggest::closest;
use crate::supervisor::messages;
use crate::supervisor::model::{Body, Given};

/// The options of a supervisor.
pub(crate) const OPTIONS: [&str; 5] =
    ["strategy", "intensity", "auto_shutdown", "backoff", "crate"];

/// What is not an option here, and which one is meant.
const ALIASES: [(&str, &str); 9] = [
    ("max_restarts", "intensity"),
    ("max_seconds", "intensity"),
    ("period", "intensity"),
    ("restarts", "intensity"),
    ("restart_intensity", "intensity"),
    ("restart_strategy", "strategy"),
    ("autoshutdown", "auto_shutdown"),
    ("delay", "backoff"),
    ("otp", "crate"),
];

/// Reads a block into `body`; the answer is its `crate: ..`, which only the outermost one has.
pub(super) fn read(
    tokens: TokenStream,
    body: &mut Body,
    outermost: bool,
    errors: &mut Errors,
) -> Option<Otp> {
    let before = errors.count();
    let mut otp = None;
    let mut seen: Vec<Ident> = Vec::new();
    for entry in entries::read(tokens, errors) {
        let Some((option, spelling)) = option(&entry) else {
            body.children.extend(child::read(entry, errors));
            continue;
        };
        if let Some(attribute) = entry.attrs.first() {
            errors.err(attribute, messages::ATTRIBUTE_OF_OPTION);
        }
        let again = seen.iter().any(|earlier| earlier == option);
        seen.push(Ident::new(option, entry.key.span()));
        if spelling != Spelling::Right {
            // `max_restarts` and `max_seconds` are one mistake.
            if !again {
                errors.err(&entry.key, messages::unknown_option(&entry.key, option));
            }
        } else if again {
            errors.err(&entry.key, given_twice(&entry.key));
        }
        if again {
            continue;
        }
        let Some(value) = entry.value.as_ref() else {
            if spelling == Spelling::Right {
                errors.err(&entry.key, messages::needs_value(&entry.key));
            }
            lost(option, body);
            continue;
        };
        if spelling == Spelling::OtherWord {
            lost(option, body);
            continue;
        }
        if option != "crate" && child::has_group(value) {
            errors.err(&entry.key, messages::option_as_child(&entry.key));
            lost(option, body);
            continue;
        }
        match option {
            "strategy" => body.strategy = values::strategy(value, errors).into(),
            "intensity" => body.intensity = values::intensity(value, errors).into(),
            "auto_shutdown" => body.auto_shutdown = values::auto_shutdown(value, errors).into(),
            "backoff" => body.backoff = values::backoff(value, errors).into(),
            _ if outermost => otp = Some(Otp::from_option(value, ":", errors)),
            _ => errors.err(&entry.key, messages::CRATE_OF_NESTED),
        }
    }
    body.is_doubtful = errors.count() > before;
    otp
}

/// An option whose value is not there or not one.
fn lost(option: &str, body: &mut Body) {
    match option {
        "strategy" => body.strategy = Given::Wrong,
        "intensity" => body.intensity = Given::Wrong,
        "auto_shutdown" => body.auto_shutdown = Given::Wrong,
        "backoff" => body.backoff = Given::Wrong,
        _ => {}
    }
}

/// How the name of an option is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Right,
    /// A slip; the value is meant for the option.
    Slip,
    /// Another word for it, whose value is another as well.
    OtherWord,
}

/// The option that an entry is; nothing for a child.
fn option(entry: &Entry) -> Option<(&'static str, Spelling)> {
    let key = entry.key.to_string();
    if let Some(option) = OPTIONS.iter().find(|option| **option == key) {
        return Some((option, Spelling::Right));
    }
    if entry.value.as_ref().is_some_and(child::looks_like_one) {
        return None;
    }
    if let Some((_, option)) = ALIASES.iter().find(|(alias, _)| *alias == key) {
        return Some((option, Spelling::OtherWord));
    }
    let near = closest(&key.to_lowercase(), &OPTIONS)?;
    Some((near, Spelling::Slip))
}
