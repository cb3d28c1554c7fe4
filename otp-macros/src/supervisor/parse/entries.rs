//! The entries of a block, `name: value`, with their attributes.
//!
//! Only the shape is read here. An entry that is written a little wrong is reported and read as what
//! it is meant to be, so that nothing else is said about it.

use proc_macro2::{Delimiter, Ident, Punct, Spacing, TokenStream, TokenTree};
use syn::Attribute;
use syn::parse::Parser;

use crate::errors::Errors;
use crate::supervisor::messages;
use crate::tokens;

/// One entry of a block.
pub(super) struct Entry {
    pub(super) attrs: Vec<Attribute>,
    pub(super) key: Ident,
    /// What follows the colon; nothing for a word that stands alone.
    pub(super) value: Option<TokenStream>,
}

/// Reads the entries of a block.
pub(super) fn read(tokens: TokenStream, errors: &mut Errors) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for part in split(tokens, errors) {
        entries.extend(entry(&part, entries.last(), errors));
    }
    entries
}

/// The tokens of each entry. Commas between angle brackets separate nothing; where one is missing,
/// the next `name:` shows it.
fn split(tokens: TokenStream, errors: &mut Errors) -> Vec<Vec<TokenTree>> {
    let tokens = opened(tokens);
    let mut parts = vec![Vec::new()];
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        let part = parts.last_mut().expect("starts with one");
        depth = tokens::depth_of_angles(depth, &tokens[..at], token);
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                ',' if depth == 0 => {
                    parts.push(Vec::new());
                    continue;
                }
                ';' => {
                    errors.err(punct, messages::SEMICOLON);
                    parts.push(Vec::new());
                    depth = 0;
                    continue;
                }
                _ => {}
            }
        }
        if depth == 0 && has_content(part) && begins(&tokens, at) {
            errors.err(token, messages::comma_missing(token));
            parts.push(Vec::new());
        }
        parts
            .last_mut()
            .expect("starts with one")
            .push(token.clone());
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The tokens, with those that came through a `macro_rules!` out of their invisible groups.
fn opened(tokens: TokenStream) -> Vec<TokenTree> {
    let mut all = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                all.extend(opened(group.stream()));
            }
            other => all.push(other),
        }
    }
    all
}

/// Whether there is more in the part than attributes and words before a name.
fn has_content(part: &[TokenTree]) -> bool {
    let (_, rest) = without_attributes(part);
    rest.iter().any(|token| !is_stray(token))
}

/// Whether an entry begins at this token: `name:`, `name =`, or an attribute.
fn begins(tokens: &[TokenTree], at: usize) -> bool {
    match (&tokens[at], tokens.get(at + 1)) {
        (TokenTree::Ident(_), Some(TokenTree::Punct(next))) => {
            let sign = matches!(next.as_char(), ':' | '=') && next.spacing() == Spacing::Alone;
            sign && !(at > 0 && matches!(&tokens[at - 1], TokenTree::Punct(_)))
        }
        (TokenTree::Punct(hash), Some(TokenTree::Group(group))) => {
            hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket
        }
        _ => false,
    }
}

/// Keywords that people put before a child's name.
fn is_stray(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident)
        if ["let", "mut", "pub", "const", "static"].iter().any(|word| ident == word))
}

fn without_attributes(part: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let mut end = 0;
    while let [TokenTree::Punct(hash), TokenTree::Group(_), ..] = &part[end..] {
        if hash.as_char() != '#' {
            break;
        }
        end += 2;
    }
    part.split_at(end)
}

fn entry(part: &[TokenTree], earlier: Option<&Entry>, errors: &mut Errors) -> Option<Entry> {
    let (attrs, mut rest) = without_attributes(part);
    let attrs = attributes(attrs.iter().cloned().collect(), errors);
    let mut strays = 0;
    let before = rest;
    while let [stray, after @ ..] = rest
        && is_stray(stray)
        && !matches!(after.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
    {
        strays += 1;
        rest = after;
    }
    if strays > 0 {
        errors.err(&before[0], messages::stray_word(&before[0], rest));
    }
    let (key, value) = match rest {
        [] => {
            if strays == 0
                && let Some(attribute) = attrs.first()
            {
                errors.err(attribute, messages::ATTRIBUTE_OF_NOTHING);
            }
            return None;
        }
        [TokenTree::Ident(key)] => (key, None),
        [TokenTree::Ident(key), TokenTree::Punct(sign), value @ ..] if is_sign(sign, value) => {
            if sign.as_char() == '=' && strays == 0 {
                errors.err(sign, messages::equals(key, value));
            }
            if value.is_empty() {
                errors.err(key, messages::value_missing(key));
                return None;
            }
            (key, Some(value.iter().cloned().collect()))
        }
        [TokenTree::Ident(key), TokenTree::Group(group)] if key == "allow" => {
            errors.err(key, messages::ALLOW);
            let _ = group;
            return None;
        }
        [TokenTree::Literal(name), TokenTree::Punct(sign), value @ ..] if is_sign(sign, value) => {
            errors.err(name, messages::string_as_name(name, value));
            return None;
        }
        other => {
            // `intensity: 3, 5s` has been reported at the `3`.
            let goes_on = matches!(other, [TokenTree::Literal(_)])
                && earlier.is_some_and(|entry| entry.key == "intensity" || entry.key == "backoff");
            if !goes_on {
                let whole: TokenStream = other.iter().cloned().collect();
                errors.err(&whole, messages::no_entry(other));
            }
            return None;
        }
    };
    Some(Entry {
        attrs,
        key: key.clone(),
        value,
    })
}

/// Whether it is a colon or an equals sign, and not the first half of `::` or `==`.
fn is_sign(sign: &Punct, after: &[TokenTree]) -> bool {
    let half = matches!(after.first(), Some(TokenTree::Punct(next)) if next.as_char() == ':')
        && sign.spacing() == Spacing::Joint;
    matches!(sign.as_char(), ':' | '=') && !half
}

fn attributes(tokens: TokenStream, errors: &mut Errors) -> Vec<Attribute> {
    Attribute::parse_outer
        .parse2(tokens)
        .unwrap_or_else(|error| {
            errors.add(error);
            Vec::new()
        })
}
