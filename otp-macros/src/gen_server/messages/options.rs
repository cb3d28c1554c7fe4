//! Options and their values.

use proc_macro2::{Ident, TokenStream};

use crate::gen_server::args::{BLOCK, BLOCK_LINTS, DECL, DECL_LINTS, DONATE, ON_RESTART, OVERFLOW};
use crate::gen_server::attributes::Marker;
use crate::gen_server::model::Role;
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
pub(crate) const EVERY_ZERO: &str =
    "a timer without a pause would leave no time for anything else\nhelp: write at least `1us`";
pub(crate) const NAME_EMPTY: &str =
    "a name cannot be empty\nhelp: write `name = \"counter\"`, or remove it";
pub(crate) const PROTOCOL_NOT_A_NAME: &str =
    "`protocol` names the trait to generate\nhelp: write `protocol = CounterApi`";
pub(crate) const CONTINUE_NOT_A_NAME: &str = "`continue` names a `#[handle_continue]` function\nhelp: write `continue = load`, without parentheses or quotes";

pub(crate) fn unknown_decl_option(key: &str) -> String {
    let help = match key {
        "protocol" => "help: it goes on the `impl`: `#[gen_server(protocol = ..)] impl ..`".into(),
        "timeout" => "help: did you mean `call_timeout`?".into(),
        "keep_mailbox" | "on_restart" => "help: did you mean `mailbox_on_restart`?".into(),
        "capacity" | "mailbox_size" | "queue" => "help: did you mean `mailbox`?".into(),
        _ => one_of(key, &DECL),
    };
    format!("`{key}` is not an option of a gen_server's struct\n{help}")
}

pub(crate) fn unknown_block_option(key: &str) -> String {
    let help = if DECL.contains(&key) {
        format!("help: it goes on the struct: `#[gen_server({key} = ..)] struct ..`")
    } else {
        one_of(key, &BLOCK)
    };
    format!("`{key}` is not an option of a gen_server's `impl`\n{help}")
}

pub(crate) fn unknown_handler_option(marker: &Marker, key: &Ident) -> String {
    let marker_name = &marker.name;
    let help = match (marker.role, key.to_string().as_str()) {
        (Role::Call, "timeout" | "call_timeout") => {
            "help: write `#[gen_server(call_timeout = 5s)]` on the struct, or `.timeout(..)` after one call"
                .into()
        }
        (Role::Cast, "timeout" | "call_timeout") => {
            "help: remove it: a cast waits for no answer".into()
        }
        (_, "mailbox" | "overflow" | "name") => {
            format!("help: it goes on the struct: `#[gen_server({key} = ..)]`")
        }
        (_, "allow") => "help: it goes on the `impl`: `#[gen_server(allow(..))]`".into(),
        (Role::Terminate | Role::Read, _) => format!("help: write `#[{marker_name}]`"),
        _ => format!("help: the only option is `#[{marker_name}(continue = step)]`"),
    };
    format!("`{key}` is not an option of `#[{marker_name}]`\n{help}")
}

/// How an option is written.
pub(crate) fn form(key: &str) -> &'static str {
    match key {
        "mailbox" => "mailbox = 1024",
        "mailbox_on_restart" => "mailbox_on_restart = keep",
        "overflow" => "overflow = reject",
        "call_timeout" => "call_timeout = 5s",
        "slow_handler" => "slow_handler = 50ms",
        "donate" => "donate = never",
        "name" => "name = \"counter\"",
        "protocol" => "protocol = CounterApi",
        "continue" => "continue = load",
        _ => "crate = otp_core",
    }
}

pub(crate) fn needs_value(key: &Ident, form: &str) -> String {
    format!("`{key}` needs a value\nhelp: write `{form}`")
}

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

pub(crate) fn name_of_generic(server: &Ident) -> String {
    format!(
        "`{server}` is generic, and servers of its different types would fight for one name\n\
         help: remove the name, and keep the servers in a `Registry`"
    )
}

pub(crate) fn allow_form(known: &[&str]) -> String {
    format!(
        "`allow` takes the names of red flags\nhelp: write `allow({})`",
        known.join(", ")
    )
}

pub(crate) fn unknown_lint(lint: &str) -> String {
    let all = [DECL_LINTS.as_slice(), BLOCK_LINTS.as_slice()].concat();
    format!(
        "`{lint}` is not a red flag of a gen_server\n{}",
        one_of(lint, &all)
    )
}

/// For a struct: where a red flag that `impl` blocks have is silenced.
pub(crate) fn lint_of_block(lint: &str) -> Option<String> {
    BLOCK_LINTS.contains(&lint).then(|| {
        format!(
            "`{lint}` is found on the `impl`\nhelp: silence it there: `#[gen_server(allow({lint}))] impl ..`"
        )
    })
}

/// For an `impl` block: where a red flag that structs have is silenced.
pub(crate) fn lint_of_decl(lint: &str) -> Option<String> {
    DECL_LINTS.contains(&lint).then(|| {
        format!(
            "`{lint}` is found on the struct\nhelp: silence it there: `#[gen_server(allow({lint}))] struct ..`"
        )
    })
}
