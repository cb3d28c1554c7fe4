//! The attributes and the signatures of functions.

use proc_macro2::{Ident, TokenStream};
use syn::{Lifetime, Receiver, Type};

use crate::gen_server::model::Function;
use crate::show::show;
use crate::types;

pub(crate) fn unknown_attribute(name: &str, meant: &str) -> String {
    format!("`#[{name}]` is not an attribute of a gen_server\nhelp: write `#[{meant}]`")
}

pub(crate) fn conditional_attribute(name: &Ident) -> String {
    format!(
        "`#[{name}]` must be known before conditions are\n\
         help: write `#[cfg(..)]` and `#[{name}]` on the function"
    )
}

pub(crate) fn attribute_with_equals(name: &Ident) -> String {
    let example = match name.to_string().as_str() {
        "every" | "after" => "(30s)",
        "init" | "call" | "cast" | "info" | "handle_continue" => "(continue = step)",
        _ => "",
    };
    format!("`#[{name}]` takes its options in parentheses\nhelp: write `#[{name}{example}]`")
}

pub(crate) fn attribute_on_no_function(name: &Ident) -> String {
    format!("`#[{name}]` goes on a function\nhelp: move it to the function, or remove it")
}

pub(crate) fn two_attributes(first: &Ident, second: &Ident) -> String {
    if first == second {
        return format!("`#[{second}]` is here twice\nhelp: leave one");
    }
    format!(
        "a function is one thing, and this one is `#[{first}]` already\n\
         help: leave one of the two, or write a second function"
    )
}

pub(crate) fn timer_without_duration(name: &Ident) -> String {
    format!("`#[{name}]` needs a duration\nhelp: write `#[{name}(30s)]`")
}

pub(crate) fn timer_with_more(name: &Ident) -> String {
    format!("`#[{name}]` takes one duration and nothing else\nhelp: write `#[{name}(30s)]`")
}

pub(crate) const ASYNC_READ: &str =
    "a read runs in the caller and never waits\nhelp: remove `async`";
pub(crate) const INIT_WITH_SELF: &str =
    "`#[init]` makes the state, so there is no `self` yet\nhelp: remove it, and return `Self`";
pub(crate) const INIT_RETURNS_IMPL: &str = "what `#[init]` returns must have a name\nhelp: write `Self`, `Option<Self>`, `Result<Self, E>` or `Result<Option<Self>, E>`";
pub(crate) const INIT_RETURNS_BORROW: &str = "the server owns its state, and its error goes to whoever starts it\nhelp: return owned values, `Self` or `Result<Self, String>`";
pub(crate) const READ_WITH_SELF: &str = "a read runs in the caller, where the server's state is not\n\
     help: take the table instead, as `name_of_the_field: &TableReader<Key, Value>`";
pub(crate) const REPLY_AND_OUTPUT: &str = "a call answers once, and this one does so through its `ReplyTo`\nhelp: remove the return type, or the `ReplyTo`";
pub(crate) const WHERE_ON_HANDLER: &str = "all messages of a server are one type, which has no place for a handler's own bounds\n\
     help: write them on the `impl`";

pub(crate) fn qualifier(qualifier: &TokenStream, marker: &Ident) -> String {
    let word = show(qualifier);
    let why = match word.split(' ').next() {
        Some("const") => "nothing of a server runs when the program compiles",
        Some("unsafe") => "whoever sends a message cannot know what the handler needs to be safe",
        _ => "only the server's loop calls it",
    };
    format!("a function with `#[{marker}]` cannot be `{word}`: {why}\nhelp: remove `{word}`")
}

pub(crate) fn generic_handler(param: &Ident, marker: &Ident) -> String {
    let why = if marker == "init" {
        "a server starts with arguments of one type"
    } else {
        "all messages of a server are one type, which has no place for a handler's own parameters"
    };
    format!("{why}\nhelp: write a concrete type for `{param}`, or make the struct generic")
}

pub(crate) fn lifetime_of_handler(lifetime: &Lifetime) -> String {
    format!(
        "a message outlives the one who sends it, so nothing in it borrows for `{lifetime}`\n\
         help: remove `{lifetime}`, and take and return owned values"
    )
}

pub(crate) fn handler_without_self(function: &Function) -> String {
    format!(
        "`#[{}]` works on the server's state, and `{}` takes no `self`\n\
         help: write `{}`, or remove the attribute",
        function.marker,
        function.name,
        signature(function, Some("&mut self"), true)
    )
}

pub(crate) fn self_by_value(receiver: &Receiver) -> String {
    format!(
        "the server keeps its state and lends it to each handler, so `{}` cannot be had\n\
         help: write `&mut self`, or `&self` where nothing changes",
        show(receiver)
    )
}

pub(crate) fn init_returns_nothing(function: &Function) -> String {
    format!(
        "`#[init]` returns the server's first state, and `{}` returns nothing\n\
         help: write `{} -> Self`, or `-> Result<Self, E>`",
        function.name,
        signature(function, None, false)
    )
}

pub(crate) fn init_returns_other(output: &Type) -> String {
    format!(
        "`#[init]` returns the server's first state, and `{}` is none\n\
         help: write `Self`, `Option<Self>`, `Result<Self, E>` or `Result<Option<Self>, E>`",
        show(output)
    )
}

pub(crate) fn cast_returns(name: &Ident, output: &Type) -> String {
    format!(
        "nobody waits for the answer to a cast, so `{}` would be lost\n\
         help: make `{name}` a `#[call]`, or remove the return type",
        show(output)
    )
}

pub(crate) fn nobody_gets(marker: &Ident) -> String {
    format!(
        "nobody waits for what `#[{marker}]` returns\n\
         help: remove the return type; keep the value in `self`, or end the server with `cx.stop(reason)`"
    )
}

pub(crate) fn answer_impl_trait(output: &Type) -> String {
    format!(
        "the answer goes to another task, so its type needs a name, and `{}` has none\n\
         help: write the type itself, as `Vec<String>` for `impl Iterator<Item = String>`",
        show(output)
    )
}

pub(crate) fn answer_borrows(output: &Type) -> String {
    format!(
        "the answer leaves the server, so it cannot borrow from its state\nhelp: write `{}`",
        types::owned(output)
    )
}

/// The signature of a function on one line, with what is between the parentheses.
fn signature(function: &Function, receiver: Option<&str>, with_output: bool) -> String {
    let mut parts: Vec<String> = receiver.map(str::to_owned).into_iter().collect();
    for param in &function.params {
        parts.push(format!("{}: {}", show(&param.pat), show(&param.ty)));
    }
    let asyncness = function.asyncness.map_or("", |_| "async ");
    let output = match &function.output {
        Some(output) if with_output => format!(" -> {}", show(output)),
        _ => String::new(),
    };
    format!(
        "{asyncness}fn {}({}){output}",
        function.name,
        parts.join(", ")
    )
}
