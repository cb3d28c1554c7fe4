//! The shape of the entries in a block.

use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};

use crate::show::show;
use crate::suggest::list;
use crate::supervisor::parse::OPTIONS;

pub(crate) const SEMICOLON: &str = "entries are separated by commas\nhelp: write `,`";
pub(crate) const ATTRIBUTE_OF_NOTHING: &str =
    "nothing follows this attribute\nhelp: put it before a child, or remove it";
pub(crate) const ATTRIBUTE_OF_OPTION: &str =
    "an option has no attributes\nhelp: remove it; use `//` for a comment";
pub(crate) const ALLOW: &str = "a tree has no red flag that can be silenced\nhelp: remove `allow`";
pub(crate) const CRATE_OF_NESTED: &str =
    "where the runtime is, is said once\nhelp: move `crate` to the outermost block";

pub(crate) fn comma_missing(next: &TokenTree) -> String {
    match next {
        TokenTree::Ident(name) => {
            format!(
                "a comma is missing before `{name}`\nhelp: write `,` after what stands before it"
            )
        }
        _ => String::from(
            "a comma is missing before this\nhelp: write `,` after what stands before it",
        ),
    }
}

pub(crate) fn stray_word(word: &TokenTree, after: &[TokenTree]) -> String {
    let entry: Vec<TokenTree> = after
        .iter()
        .map(|token| match token {
            TokenTree::Punct(sign) if sign.as_char() == '=' => {
                TokenTree::Punct(proc_macro2::Punct::new(':', proc_macro2::Spacing::Alone))
            }
            other => other.clone(),
        })
        .collect();
    let entry: TokenStream = entry.into_iter().collect();
    format!(
        "a child is a name and what it runs, without `{word}`\nhelp: write `{}`",
        show(entry)
    )
}

pub(crate) fn equals(key: &Ident, value: &[TokenTree]) -> String {
    let value: TokenStream = value.iter().cloned().collect();
    format!(
        "in a tree, `:` stands after a name\nhelp: write `{key}: {}`",
        shortened(&value)
    )
}

/// A value as it can stand in a message, without what is inside its braces.
fn shortened(value: &TokenStream) -> String {
    let tokens = value.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => TokenTree::Group(
            proc_macro2::Group::new(Delimiter::Brace, "..".parse().unwrap_or_default()),
        ),
        other => other,
    });
    show(tokens.collect::<TokenStream>())
}

pub(crate) fn value_missing(key: &Ident) -> String {
    let form = if OPTIONS.iter().any(|option| key == option) {
        form(&key.to_string()).to_owned()
    } else {
        format!("{key}: Rates(..)")
    };
    format!("nothing follows `{key}:`\nhelp: write `{form}`")
}

pub(crate) fn needs_value(key: &Ident) -> String {
    format!(
        "`{key}` needs a value\nhelp: write `{}`",
        form(&key.to_string())
    )
}

pub(crate) fn string_as_name(name: &Literal, value: &[TokenTree]) -> String {
    let text = name.to_string();
    let text = text.trim_matches('"');
    let ident = if syn::parse_str::<Ident>(text).is_ok() {
        text
    } else {
        "rates"
    };
    let value: TokenStream = value.iter().cloned().collect();
    format!(
        "names are never made at run time, so a child is named like a variable\n\
         help: write `{ident}: {}`, without the quotes",
        shortened(&value)
    )
}

pub(crate) fn no_entry(part: &[TokenTree]) -> String {
    let whole: TokenStream = part.iter().cloned().collect();
    let ty = part.first().filter(|first| {
        matches!(first, TokenTree::Ident(word) if word.to_string().starts_with(char::is_uppercase))
    });
    if let Some(ty) = ty {
        return format!(
            "a child needs a name, by which others use it\nhelp: write `{}: {}`",
            snake(&ty.to_string()),
            shortened(&whole)
        );
    }
    match part.first() {
        Some(TokenTree::Ident(word))
            if crate::supervisor::parse::KINDS
                .iter()
                .any(|kind| word == kind) =>
        {
            format!(
                "a child needs a name, by which others use it\nhelp: write `back: {}`",
                shortened(&whole)
            )
        }
        _ => String::from(
            "this is neither an option nor a child\n\
             help: write `strategy: one_for_one` for an option, `rates: Rates(..)` for a child",
        ),
    }
}

/// The name that a child of a type is likely to have.
pub(crate) fn snake(ty: &str) -> String {
    let mut name = String::new();
    for letter in ty.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

pub(crate) fn unknown_option(key: &Ident, meant: &str) -> String {
    let near = crate::suggest::closest(&key.to_string().to_lowercase(), &[meant]).is_some();
    let help = if near {
        format!("did you mean `{meant}`?")
    } else {
        format!("write `{}`", form(meant))
    };
    format!("`{key}` is not an option of a supervisor\nhelp: {help}")
}

/// How an option is written.
pub(crate) fn form(option: &str) -> &'static str {
    match option {
        "strategy" => "strategy: one_for_one",
        "intensity" => "intensity: 3 per 5s",
        "auto_shutdown" => "auto_shutdown: any_significant",
        "backoff" => "backoff: 100ms..30s",
        "restart" => "restart: transient",
        "shutdown" => "shutdown: 10s",
        "max_children" => "max_children: 10_000",
        _ => "crate: otp_core",
    }
}

pub(crate) fn option_as_child(key: &Ident) -> String {
    format!(
        "`{key}` is an option of every supervisor, and this is no value of it\n\
         help: write `{}`; if it is a child, choose another name",
        form(&key.to_string())
    )
}

pub(crate) fn word_alone(key: &Ident) -> String {
    let name = key.to_string();
    if name == "significant" {
        return String::from(
            "`significant` is said of a child\nhelp: write it in the braces of one: `rates: Rates(..) { significant }`",
        );
    }
    if name.starts_with(char::is_uppercase) {
        return format!(
            "a child needs a name, by which others use it\nhelp: write `{}: {name}(..)`",
            snake(&name)
        );
    }
    if crate::supervisor::parse::KINDS.contains(&name.as_str()) {
        return format!("a child needs a name, by which others use it\nhelp: write `jobs: {name}`");
    }
    format!(
        "`{key}` is neither an option nor a child\n\
         help: write `{key}: Type(..)` for a child; the options are {}",
        list(&OPTIONS).replace(" or ", " and ")
    )
}
