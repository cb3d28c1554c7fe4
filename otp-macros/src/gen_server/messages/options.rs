//! Options and their values.

use proc_macro2::Ident;

use crate::gen_server::args::{BLOCK, BLOCK_LINTS, DECL, DECL_LINTS};
use crate::gen_server::attributes::Marker;
use crate::gen_server::model::Role;
use crate::suggest::one_of;

pub(crate) const EVERY_ZERO: &str =
    "a timer without a pause would leave no time for anything else\nhelp: write at least `1us`";
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

pub(crate) fn name_of_generic(server: &Ident) -> String {
    format!(
        "`{server}` is generic, and servers of its different types would fight for one name\n\
         help: remove the name, and keep the servers in a `Registry`"
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
