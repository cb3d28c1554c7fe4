//! What is wrong with an option that servers and machines share.

use proc_macro2::{Ident, TokenStream};

use super::{DONATE, ON_RESTART, OVERFLOW};
use crate::show::show;
use crate::suggest::one_of;

pub(crate) const OVERFLOW_OF_UNBOUNDED: &str =
    "a mailbox without a bound never overflows\nhelp: remove `overflow`, or write `mailbox = 1024`";
pub(crate) const MAILBOX_ZERO: &str =
    "a mailbox of 0 would take no message at all\nhelp: write `mailbox = 1` or more";
pub(crate) const MAILBOX_TOO_LARGE: &str =
    "no mailbox can be that long\nhelp: write a smaller number, or `mailbox = unbounded`";
pub(crate) const ZERO_LIMIT: &str =
    "a limit of nothing is always exceeded\nhelp: write at least `1us`";
pub(crate) const NAME_EMPTY: &str =
    "a name cannot be empty\nhelp: write `name = \"counter\"`, or remove it";

pub(crate) fn mailbox_word(word: &Ident) -> String {
    let help = match crate::suggest::closest(&word.to_string(), &["unbounded"]) {
        Some(near) => format!("help: did you mean `{near}`?"),
        None => "help: write a number, `mailbox = 1024`, or `mailbox = unbounded`".into(),
    };
    format!("a mailbox has a literal number of places, and `{word}` is none\n{help}")
}

pub(crate) fn mailbox_kind(value: &TokenStream) -> String {
    format!(
        "`{}` is not a number of messages\nhelp: write `mailbox = 1024`, or `mailbox = unbounded`",
        show(value)
    )
}

pub(crate) fn overflow_policy(word: &str) -> String {
    let help = match word {
        "block" | "backpressure" => "help: did you mean `wait`?".into(),
        "drop" | "drop_new" => "help: did you mean `drop_newest`?".into(),
        "error" | "fail" => "help: did you mean `reject`?".into(),
        _ => one_of(word, &OVERFLOW),
    };
    format!("`{word}` is not what a full mailbox can do\n{help}")
}

pub(crate) fn on_restart(word: &str) -> String {
    let help = match word {
        "true" | "preserve" | "retain" => "help: did you mean `keep`?".into(),
        "false" | "clear" | "discard" => "help: did you mean `drop`?".into(),
        _ => one_of(word, &ON_RESTART),
    };
    format!("`{word}` is not what a restart can do with the messages that wait\n{help}")
}

pub(crate) fn donate(word: &str) -> String {
    format!(
        "`{word}` is not a value of `donate`\n{}",
        one_of(word, &DONATE)
    )
}

pub(crate) fn timeout_word(word: &Ident) -> String {
    format!(
        "`{word}` is not a time to wait\nhelp: write `call_timeout = 5s`, or `call_timeout = infinity`"
    )
}

pub(crate) fn name_not_literal(value: &TokenStream) -> String {
    let word = show(value);
    let literal = if word != "NAME" && word.chars().all(|c| c.is_alphanumeric() || c == '_') {
        word.to_lowercase()
    } else {
        "counter".into()
    };
    format!(
        "names are never made at run time, so this one is a literal\n\
         help: write `name = \"{literal}\"`; for names that are data use a `Registry`"
    )
}
