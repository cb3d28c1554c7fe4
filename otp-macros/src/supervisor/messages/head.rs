//! What stands before the braces.

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use syn::Type;

use crate::show::show;
use crate::types;

pub(crate) const EMPTY: &str = "there is no tree in this `supervisor!`\n\
     help: write `supervisor! { pub Shop { strategy: one_for_one, intensity: 3 per 5s, rates: Rates() } }`";
pub(crate) const NO_NAME: &str = "the tree has no name\n\
     help: write `pub Shop { .. }`, or `pub Shop(config: Config) { .. }` when it takes arguments";
pub(crate) const RETURN_TYPE: &str =
    "what a tree starts as is known: a handle that is named after it\nhelp: remove the return type";
pub(crate) const ATTRIBUTE_OF_ARGUMENT: &str =
    "an argument of a tree has no attributes\nhelp: remove it";

pub(crate) fn keyword_before_name(word: &Ident) -> String {
    format!(
        "a tree is declared by its name alone\nhelp: remove `{word}`, as in `pub Shop {{ .. }}`"
    )
}

pub(crate) fn keyword_as_tree(word: &Ident) -> String {
    format!(
        "`{word}` is a keyword and cannot name a tree\nhelp: write the name of a type, as in `pub Shop {{ .. }}`"
    )
}

pub(crate) fn string_as_tree(text: &Literal) -> String {
    let name = text.to_string();
    let name = name.trim_matches('"');
    let shown = if syn::parse_str::<Ident>(name).is_ok() {
        name
    } else {
        "Shop"
    };
    format!(
        "names are never made at run time, so a tree is named like a type\n\
         help: write `pub {shown} {{ .. }}`, without the quotes"
    )
}

pub(crate) fn no_block(name: &Ident) -> String {
    format!(
        "`{name}` has no block with its options and children\n\
         help: write `{name} {{ strategy: one_for_one, intensity: 3 per 5s, rates: Rates() }}`"
    )
}

pub(crate) fn after_the_tree(first: &TokenTree) -> String {
    match first {
        TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => {
            format!("nothing follows the block of a tree\nhelp: remove `{punct}`")
        }
        _ => String::from(
            "one `supervisor!` declares one tree, and this would be a second\n\
             help: write a `supervisor! { .. }` of its own for it, or a child `back: supervisor { .. }`",
        ),
    }
}

pub(crate) fn argument_form(whole: &TokenStream) -> String {
    let first = whole.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if word != "mut" => Some(word.to_string()),
        TokenTree::Punct(_) | TokenTree::Ident(_) => None,
        other => Some(other.to_string()),
    });
    if first.as_deref() == Some("self") {
        return String::from(
            "a tree is not a value, so it has no `self`\n\
             help: write what the children need, as `config: Config`",
        );
    }
    format!(
        "an argument of a tree is a name and a type, and `{}` is not\nhelp: write `config: Config`",
        show(whole)
    )
}

pub(crate) fn argument_twice(name: &Ident) -> String {
    format!("`{name}` is an argument already\nhelp: choose another name")
}

pub(crate) fn mutable_argument(name: &Ident) -> String {
    format!(
        "each start of a child is given a clone of `{name}`, which nothing could change for the next\n\
         help: remove `mut`"
    )
}

pub(crate) fn argument_without_type(name: &Ident) -> String {
    format!("`{name}` has no type\nhelp: write `{name}: Config` with the type it has")
}

pub(crate) fn argument_borrows(name: &Ident, ty: &Type) -> String {
    format!(
        "the tree keeps `{name}` for restarts, so it cannot borrow\nhelp: write `{name}: {}`",
        types::owned(ty)
    )
}

pub(crate) fn argument_impl_trait(name: &Ident, ty: &Type) -> String {
    format!(
        "the tree keeps `{name}` for restarts, so its type needs a name, and `{}` has none\n\
         help: write the type itself, as `String` for `impl Into<String>`",
        show(ty)
    )
}

pub(crate) const LIFETIME_OF_TREE: &str = "a tree outlives whoever starts it, so it cannot borrow\n\
     help: own the data, `String` for `&str`, or share it in an `Arc`";

pub(crate) fn attribute_of_tree(name: &TokenStream) -> String {
    format!(
        "`#[{}]` has nothing to go on: the types of a tree are generated\n\
         help: remove it; a tree can have docs, `#[cfg(..)]`, `#[allow(..)]` and `#[deprecated]`",
        show(name)
    )
}
