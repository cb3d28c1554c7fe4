//! The list of options inside an attribute: `mailbox = 16, allow(stateless_server), flag`.
//!
//! Only the shape is read here; what an option means is the business of whoever knows its names.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

use crate::errors::Errors;
use crate::show::show;

/// One option, as written.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

/// What follows the name of an option.
pub(crate) enum Value {
    /// Nothing.
    Flag,
    /// `= tokens`, at least one.
    Equals(TokenStream),
    /// `(tokens)`.
    List(Group),
}

/// Reads the options; what has not the shape of one is reported and left out, and so is a second
/// option of the same name.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let parts = split(tokens).into_iter();
    let parts: Vec<_> = parts
        .flat_map(|part| split_at_missing_comma(part, errors))
        .collect();
    for part in parts {
        let Some(entry) = entry(&part, errors) else {
            continue;
        };
        if entries.iter().any(|earlier| earlier.key == entry.key) {
            errors.err(&entry.key, given_twice(&entry.key));
        } else {
            entries.push(entry);
        }
    }
    entries
}

pub(crate) fn given_twice(key: &Ident) -> String {
    format!("`{key}` is given twice\nhelp: leave one of them")
}

/// The tokens between the commas; empty parts are left out.
pub(crate) fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(Vec::new()),
            other => parts.last_mut().expect("starts with one").push(other),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Splits `mailbox = 64 call_timeout = 2s`, where the second option begins.
fn split_at_missing_comma(part: Vec<TokenTree>, errors: &mut Errors) -> Vec<Vec<TokenTree>> {
    let begins = |at: usize| {
        matches!(&part[at..], [TokenTree::Ident(_), TokenTree::Punct(punct), ..]
            if punct.as_char() == '=' && punct.spacing() == Spacing::Alone)
    };
    let Some(at) = (1..part.len()).find(|&at| begins(at)) else {
        return vec![part];
    };
    let (first, second) = part.split_at(at);
    let text = |tokens: &[TokenTree]| show(tokens.iter().cloned().collect::<TokenStream>());
    errors.err(
        &second[0],
        format!(
            "a comma is missing before `{}`\nhelp: write `{}, {}`",
            second[0],
            text(first),
            text(second)
        ),
    );
    let mut parts = vec![first.to_vec()];
    parts.extend(split_at_missing_comma(second.to_vec(), errors));
    parts
}

/// The tokens after `=`, read by `read`; an option without them is reported.
pub(crate) fn with<T>(
    entry: &Entry,
    errors: &mut Errors,
    read: impl FnOnce(&TokenStream, &mut Errors) -> Option<T>,
) -> Option<T> {
    if let Value::Equals(value) = &entry.value {
        return read(value, errors);
    }
    errors.err(&entry.key, needs_value(&entry.key));
    None
}

/// How an option is written.
fn form(key: &str) -> &'static str {
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

fn needs_value(key: &Ident) -> String {
    let form = form(&key.to_string());
    format!("`{key}` needs a value\nhelp: write `{form}`")
}

fn entry(part: &[TokenTree], errors: &mut Errors) -> Option<Entry> {
    let whole = || part.iter().cloned().collect::<TokenStream>();
    let [TokenTree::Ident(key), rest @ ..] = part else {
        errors.err(
            whole(),
            "this is not an option\nhelp: write `name = value`, with commas between options",
        );
        return None;
    };
    let value = match rest {
        [] => Value::Flag,
        [TokenTree::Punct(punct)] if punct.as_char() == '=' => {
            errors.err(
                whole(),
                format!("`{key}` has no value\nhelp: write `{key} = value`"),
            );
            return None;
        }
        [TokenTree::Punct(punct), value @ ..] if punct.as_char() == '=' => {
            Value::Equals(value.iter().cloned().collect())
        }
        [TokenTree::Punct(punct), value @ ..] if punct.as_char() == ':' => {
            let value: TokenStream = value.iter().cloned().collect();
            errors.err(
                punct,
                format!("an option takes `=`\nhelp: write `{key} = {}`", show(value)),
            );
            return None;
        }
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            Value::List(group.clone())
        }
        [stray, ..] => {
            errors.err(
                stray,
                format!(
                    "unexpected after `{key}`\nhelp: write `{key} = value`, with commas between options"
                ),
            );
            return None;
        }
    };
    Some(Entry {
        key: key.clone(),
        value,
    })
}
