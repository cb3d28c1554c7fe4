//! A child and its options.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::Type;

use crate::show::show;
use crate::suggest::{closest, list, one_of};
use crate::supervisor::parse::{KINDS, OPTIONS};

pub(crate) const NESTED_ARGUMENTS: &str = "a nested supervisor takes no arguments: its children use those of the tree\n\
     help: remove the parentheses";

pub(crate) fn attribute_of_child(name: &TokenStream) -> String {
    format!(
        "`#[{}]` has nothing to go on: what is generated for a child is a method\n\
         help: remove it; a child can have docs, `#[cfg(..)]`, `#[allow(..)]` and `#[deprecated]`",
        show(name)
    )
}

pub(crate) fn option_of_child(key: &Ident, value: &TokenStream) -> String {
    format!(
        "`{key}` is an option of one child\n\
         help: write it in the braces of that child: `rates: Rates(..) {{ {key}: {} }}`",
        show(value)
    )
}

pub(crate) fn unknown_child_option(key: &Ident, known: &[&str]) -> String {
    let name = key.to_string();
    let help = match name.as_str() {
        "strategy" | "intensity" | "auto_shutdown" | "backoff" => {
            format!("help: `{key}` goes on the supervisor, not on a child")
        }
        "timeout" | "shutdown_timeout" => "help: did you mean `shutdown`?".into(),
        "name" | "id" => "help: the child's name is what stands before the colon".into(),
        "max_children" => {
            "help: it goes on a `dynamic`: `sessions: dynamic<Session> { .. }`".into()
        }
        "permanent" | "transient" | "temporary" => format!("help: write `restart: {key}`"),
        "brutal_kill" | "infinity" => format!("help: write `shutdown: {key}`"),
        _ => one_of(&name, known),
    };
    format!("`{key}` is not an option of a child\n{help}")
}

pub(crate) fn unknown_kind(word: &Ident, kind: &str) -> String {
    let help = if closest(&word.to_string(), &KINDS).is_some() {
        format!("did you mean `{kind}`?")
    } else {
        format!("write `{kind}`")
    };
    format!("`{word}` is not a kind of child\nhelp: {help}")
}

pub(crate) fn no_child(name: &Ident, head: &TokenStream) -> String {
    if head.is_empty() {
        return format!("`{name}` has no type\nhelp: write `{name}: Rates(..)`");
    }
    format!(
        "a child is a type with the arguments of its `start`, and this is none\n\
         help: write `{name}: Rates(..)`, or one of `supervisor {{ .. }}`, `dynamic<Type>`, \
         `partition<Type>`, `task_supervisor` and `registry<Key, Type>`"
    )
}

pub(crate) fn no_type(name: &Ident, ty: &Type, is_word: bool) -> String {
    let word = show(ty);
    if is_word {
        let options = list(&OPTIONS).replace(" or ", " and ");
        return format!(
            "`{name}` is not an option of a supervisor, and `{word}` is not a child\n\
             help: the options are {options}; a child is written `{name}: Rates(..)`"
        );
    }
    format!(
        "a child is a server or a tree, by its type, and `{word}` is neither\n\
         help: write `{name}: Rates(..)`"
    )
}

pub(crate) fn no_parentheses(name: &Ident, ty: &Type) -> String {
    let ty = show(ty);
    format!(
        "`{ty}` is started with the arguments of its `#[init]`, of which there may be none\n\
         help: write `{name}: {ty}()`"
    )
}

pub(crate) fn constructor(name: &Ident, ty: &Type, function: &Ident) -> String {
    let ty = show(ty);
    format!(
        "the supervisor starts the child itself, and again when it has crashed\n\
         help: write `{name}: {ty}(..)`, without `::{function}`"
    )
}

pub(crate) fn awaited(name: &Ident, ty: &Type) -> String {
    format!(
        "the supervisor starts the child itself, so there is nothing to wait for here\n\
         help: write `{name}: {}(..)` and nothing behind it",
        show(ty)
    )
}

pub(crate) fn after_child(stray: &TokenTree) -> String {
    let shown = match stray {
        TokenTree::Group(_) => String::from("a group"),
        other => format!("`{other}`"),
    };
    format!(
        "unexpected {shown} after a child\n\
         help: write `,` and then the next one, or options in braces: `{{ restart: transient }}`"
    )
}

pub(crate) fn nested_head(name: &Ident) -> String {
    format!(
        "a nested supervisor is named by its child, `{name}`\nhelp: write `{name}: supervisor {{ .. }}`"
    )
}

pub(crate) fn nested_without_block(name: &Ident) -> String {
    format!(
        "the nested supervisor `{name}` has no block\n\
         help: write `{name}: supervisor {{ strategy: one_for_one, intensity: 3 per 5s, ledger: Ledger() }}`"
    )
}
