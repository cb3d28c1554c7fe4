//! What stands in the parentheses of our attributes.

use proc_macro2::{Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Member, Pat, Type};

use super::attributes::Marker;
use super::messages;
use super::model::{Decl, Function, Instead, On, Role, Source, What};
use crate::duration;
use crate::errors::Errors;
use crate::options::{self, with};
use crate::paths::Otp;
use crate::protocol;
use crate::red_flags::allow;
use crate::suggest::closest;
use crate::tokens::{as_ident, mentions};

/// The options of the enum.
pub(crate) const DECL: [&str; 11] = [
    "initial",
    "data",
    "mailbox",
    "mailbox_on_restart",
    "overflow",
    "call_timeout",
    "slow_handler",
    "donate",
    "name",
    "crate",
    "allow",
];
/// The options of the `impl`.
pub(crate) const BLOCK: [&str; 1] = ["protocol"];
/// The red flags that a machine can have.
pub(crate) const FLAGS: [&str; 2] = ["unreachable_state", "no_way_out"];

/// Reads `#[state_machine(..)]` of the enum.
pub(crate) fn decl(decl: &mut Decl, errors: &mut Errors) {
    for entry in options::parse(decl.args.clone(), errors) {
        if decl.options.read(&entry, errors) {
            continue;
        }
        let key = entry.key.to_string();
        match key.as_str() {
            "initial" => {
                decl.has_initial = true;
                let states = with(&entry, errors, names);
                decl.initial = states.unwrap_or_default();
            }
            "data" => {
                decl.has_data = true;
                decl.data = with(&entry, errors, data);
            }
            "crate" => {
                let path = with(&entry, errors, |value, errors| {
                    Some(Otp::from_option(value, " =", errors))
                });
                decl.otp = path.unwrap_or_else(Otp::facade);
            }
            "allow" => decl.allow = allow(&entry, &FLAGS, errors, messages::unknown_flag),
            _ => {
                errors.err(&entry.key, messages::unknown_option(&key));
                // A misspelt one is there, and wrong.
                let meant = closest(&key, &DECL);
                decl.has_initial |= meant == Some("initial");
                decl.has_data |= meant == Some("data");
            }
        }
    }
    // One that could not be read is there, and wrong.
    decl.has_initial |= mentions(decl.args.clone(), "initial");
    decl.has_data |= mentions(decl.args.clone(), "data");
    decl.options.check(errors);
}

/// Reads `#[state_machine(..)]` of the `impl`: the name of the protocol.
pub(crate) fn block(tokens: TokenStream, errors: &mut Errors) -> Option<Ident> {
    let mut found = None;
    for entry in options::parse(tokens, errors) {
        if entry.key == "protocol" {
            found = with(&entry, errors, protocol::name);
        } else {
            errors.err(&entry.key, messages::option_of_block(&entry.key));
        }
    }
    found
}

fn data(value: &TokenStream, errors: &mut Errors) -> Option<Type> {
    let ty = syn::parse2::<Type>(value.clone()).ok();
    if ty.is_none() {
        errors.err(value, messages::DATA_NOT_A_TYPE);
    }
    ty
}

/// `A | B`.
fn names(tokens: &TokenStream, errors: &mut Errors) -> Option<Vec<Ident>> {
    let mut found = Vec::new();
    for part in split(tokens.clone(), '|') {
        match as_ident(&part) {
            Some(name) if name != "_" => found.push(name),
            _ => {
                errors.err(part, messages::NOT_A_STATE);
                return None;
            }
        }
    }
    Some(found)
}

/// The tokens between the signs.
fn split(tokens: TokenStream, sign: char) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == sign => parts.push(TokenStream::new()),
            _ => parts.last_mut().expect("starts with one").extend([token]),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Reads what the attribute that gives a function its role says.
pub(crate) fn role(marker: &Marker, role: Role, function: &mut Function, errors: &mut Errors) {
    let parts = split(marker.tokens.clone(), ',');
    let mut parts = parts.iter();
    match role {
        Role::StateTimeout | Role::EventTimeout => {
            let (mut states, mut after) = (parts.next(), parts.next());
            if let (Some(first), Some(second)) = (states, after)
                && is_literal(first)
                && !is_literal(second)
            {
                errors.err(first, messages::duration_first(&marker.name, first, second));
                (states, after) = (after, states);
            }
            match states {
                Some(states) => function.states = names(states, errors).unwrap_or_default(),
                None if marker.is_reported() => {}
                None => errors.err(&marker.name, messages::timeout_without_state(&marker.name)),
            }
            read_after(after, function, errors);
        }
        Role::Timeout => {
            read_after(parts.next(), function, errors);
        }
        Role::Enter | Role::Exit => match parts.next() {
            Some(states) => function.states = names(states, errors).unwrap_or_default(),
            None if marker.is_reported() => {}
            None => errors.err(&marker.name, messages::hook_without_state(&marker.name)),
        },
        _ => {}
    }
    if let Some(stray) = parts.next() {
        errors.err(stray, messages::stray_argument(&marker.name, role));
    }
}

fn is_literal(tokens: &TokenStream) -> bool {
    matches!(
        tokens.clone().into_iter().next(),
        Some(TokenTree::Literal(_))
    )
}

fn read_after(part: Option<&TokenStream>, function: &mut Function, errors: &mut Errors) {
    function.timed = part.is_some();
    function.after = part.and_then(|part| duration::parse(part, errors));
}

/// Reads `#[on(A { x } | B => C | D)]`.
pub(crate) fn on(marker: &Marker, errors: &mut Errors) -> Option<On> {
    if marker.tokens.is_empty() {
        if !marker.is_reported() {
            errors.err(&marker.name, messages::ON_EMPTY);
        }
        return None;
    }
    let (sources, targets) = arrow(marker.tokens.clone());
    let sources = without_guard(bars(sources, errors), errors);
    let patterns = |input: ParseStream| -> syn::Result<Vec<Pat>> {
        match Pat::parse_multi_with_leading_vert(input)? {
            Pat::Or(or) => Ok(or.cases.into_iter().collect()),
            other => Ok(vec![other]),
        }
    };
    let Ok(patterns) = patterns.parse2(sources.clone()) else {
        let at = if sources.is_empty() {
            marker.name.to_token_stream()
        } else {
            sources
        };
        errors.err(at, messages::ON_SOURCES);
        return None;
    };
    let mut found = Vec::new();
    for pat in patterns {
        match source(&pat) {
            Some(source) => {
                if let Some(condition) = fields(&pat).find_map(condition) {
                    errors.err(condition, messages::ON_CONDITION);
                }
                found.push(source);
            }
            None => errors.err(&pat, messages::ON_SOURCES),
        }
    }
    let targets = match targets {
        Some(targets) if targets.is_empty() => {
            errors.err(&marker.name, messages::ON_WITHOUT_TARGET);
            return None;
        }
        Some(targets) => Some(names(&bars(targets, errors), errors)?),
        None => None,
    };
    Some(On {
        marker: marker.name.clone(),
        sources: found,
        targets,
    })
}

/// The states with `|` between them; a comma in its place is reported.
fn bars(tokens: TokenStream, errors: &mut Errors) -> TokenStream {
    let mut reported = false;
    let bar = |token| match token {
        TokenTree::Punct(comma) if comma.as_char() == ',' => {
            if !std::mem::replace(&mut reported, true) {
                errors.err(&comma, messages::COMMA_BETWEEN_STATES);
            }
            as_bar(&comma)
        }
        other => other,
    };
    tokens.into_iter().map(bar).collect()
}

fn as_bar(comma: &Punct) -> TokenTree {
    let mut bar = Punct::new('|', Spacing::Alone);
    bar.set_span(comma.span());
    TokenTree::Punct(bar)
}

/// The states without a condition on all of them, which is reported.
fn without_guard(sources: TokenStream, errors: &mut Errors) -> TokenStream {
    let mut before = TokenStream::new();
    for token in sources {
        match token {
            TokenTree::Ident(word) if word == "if" => {
                errors.err(word, messages::ON_GUARD);
                break;
            }
            other => before.extend([other]),
        }
    }
    before
}

/// The tokens before and after `=>`.
fn arrow(tokens: TokenStream) -> (TokenStream, Option<TokenStream>) {
    let mut before = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let equals = matches!(&token, TokenTree::Punct(punct)
            if punct.as_char() == '=' && punct.spacing() == Spacing::Joint);
        let closes =
            matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '>');
        if equals && closes {
            tokens.next();
            return (before, Some(tokens.collect()));
        }
        before.extend([token]);
    }
    (before, None)
}

fn source(pat: &Pat) -> Option<Source> {
    let state = match pat {
        Pat::Wild(_) => None,
        Pat::Ident(ident) if ident.subpat.is_none() => Some(ident.ident.clone()),
        Pat::Path(path) => Some(path.path.get_ident()?.clone()),
        Pat::Struct(pat) => Some(pat.path.get_ident()?.clone()),
        Pat::TupleStruct(pat) => Some(pat.path.get_ident()?.clone()),
        _ => return None,
    };
    let mut bindings = Vec::new();
    if let Pat::Struct(pat) = pat {
        // What a condition is on is a field, though nothing is bound.
        let names = pat.fields.iter().filter_map(|field| match &field.member {
            Member::Named(name) => condition(&field.pat).map(|_| name.clone()),
            Member::Unnamed(_) => None,
        });
        bindings.extend(names);
    }
    for field in fields(pat) {
        bind(field, &mut bindings);
    }
    Some(Source {
        typed: state.clone(),
        state,
        pat: pat.clone(),
        bindings,
    })
}

/// The patterns of a state's fields.
fn fields(pat: &Pat) -> Box<dyn Iterator<Item = &Pat> + '_> {
    match pat {
        Pat::Struct(pat) => Box::new(pat.fields.iter().map(|field| &*field.pat)),
        Pat::TupleStruct(pat) => Box::new(pat.elems.iter()),
        _ => Box::new(std::iter::empty()),
    }
}

/// What of a field's pattern may not match: then nothing would handle the event.
fn condition(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::Ident(pat) => condition(&pat.subpat.as_ref()?.1),
        Pat::Wild(_) | Pat::Rest(_) => None,
        Pat::Tuple(pat) => pat.elems.iter().find_map(condition),
        Pat::Reference(pat) => condition(&pat.pat),
        Pat::Paren(pat) => condition(&pat.pat),
        other => Some(other),
    }
}

/// The names that a pattern binds.
pub(crate) fn bound_by(pat: &Pat) -> Vec<Ident> {
    let mut found = Vec::new();
    bind(pat, &mut found);
    found
}

fn bind(pat: &Pat, found: &mut Vec<Ident>) {
    match pat {
        Pat::Ident(pat) => found.push(pat.ident.clone()),
        Pat::Tuple(pat) => pat.elems.iter().for_each(|elem| bind(elem, found)),
        Pat::Reference(pat) => bind(&pat.pat, found),
        Pat::Paren(pat) => bind(&pat.pat, found),
        _ => {}
    }
}

/// Reads `#[postpone(A | _)]` and its sisters.
pub(crate) fn instead(marker: &Marker, what: What, errors: &mut Errors) -> Instead {
    let mut found = Instead {
        what,
        marker: marker.name.clone(),
        states: Vec::new(),
        rest: false,
    };
    if marker.tokens.is_empty() && !marker.is_reported() {
        errors.err(&marker.name, messages::instead_without_state(&marker.name));
    }
    // States are separated by `|`; a comma is as clear.
    let tokens = marker.tokens.clone().into_iter();
    let tokens = tokens.map(|token| match token {
        TokenTree::Punct(comma) if comma.as_char() == ',' => as_bar(&comma),
        other => other,
    });
    for part in split(tokens.collect(), '|') {
        match as_ident(&part) {
            Some(name) if name == "_" => found.rest = true,
            Some(name) => found.states.push(name),
            None if part.to_string() == "_" => found.rest = true,
            None => errors.err(part, messages::NOT_A_STATE),
        }
    }
    found
}
