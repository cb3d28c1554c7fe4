//! The kinds of children that are ours: `dynamic`, `partition`, `task_supervisor`, `registry`.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprClosure, Pat, Token, Type, parse_quote};

use super::child::{self, Parts};
use super::entries::Entry;
use super::values;
use crate::errors::Errors;
use crate::supervisor::messages;
use crate::supervisor::model::{ChildOptions, Dynamic, Given, GroupOptions, Kind, Make, Partition};

/// The options of a `dynamic`.
pub(crate) const DYNAMIC: [&str; 5] = [
    "intensity",
    "max_children",
    "restart",
    "shutdown",
    "backoff",
];
/// The options of a `partition`.
pub(crate) const PARTITION: [&str; 5] = ["intensity", "strategy", "restart", "shutdown", "backoff"];

pub(super) fn dynamic(
    name: &Ident,
    word: Ident,
    parts: &Parts,
    errors: &mut Errors,
) -> (Kind, ChildOptions) {
    let (options, common) = options(parts, &DYNAMIC, messages::unknown_dynamic_option, errors);
    child::nothing_more(parts, errors);
    let Some(ty) = one_type(name, &word, parts, errors) else {
        return (Kind::Wrong, common);
    };
    let make = match &parts.args {
        Some(args) if args.stream().is_empty() => {
            errors.err(args, messages::dynamic_parentheses(name, &ty));
            None
        }
        Some(args) => make(
            args.stream(),
            None,
            messages::dynamic_closure(name, &ty),
            errors,
        ),
        None => None,
    };
    let dynamic = Dynamic {
        word,
        ty,
        make,
        options,
    };
    (Kind::Dynamic(dynamic), common)
}

pub(super) fn partition(
    name: &Ident,
    word: Ident,
    parts: &Parts,
    errors: &mut Errors,
) -> (Kind, ChildOptions) {
    let (options, common) = options(
        parts,
        &PARTITION,
        messages::unknown_partition_option,
        errors,
    );
    child::nothing_more(parts, errors);
    let Some(ty) = one_type(name, &word, parts, errors) else {
        return (Kind::Wrong, common);
    };
    let mut partition = Partition {
        word,
        ty,
        count: None,
        make: None,
        options,
    };
    let args = parts.args.as_ref().map(Group::stream).unwrap_or_default();
    // A closure may have commas of its own, between its bars: what is before the first is the count.
    let mut tokens = args.into_iter().peekable();
    let closure_first = matches!(tokens.peek(), Some(TokenTree::Punct(bar)) if bar.as_char() == '|')
        || matches!(tokens.peek(), Some(TokenTree::Ident(word)) if word == "move");
    let mut count = TokenStream::new();
    if !closure_first {
        for token in tokens.by_ref() {
            if matches!(&token, TokenTree::Punct(comma) if comma.as_char() == ',') {
                break;
            }
            count.extend([token]);
        }
    }
    if !count.is_empty() {
        partition.count = values::partitions(&count, errors);
    }
    let closure: TokenStream = tokens.collect();
    if !closure.is_empty() {
        let form = messages::partition_closure(name, &partition.ty);
        partition.make = make(closure, Some(&parse_quote!(usize)), form, errors);
    }
    (Kind::Partition(partition), common)
}

pub(super) fn tasks(name: &Ident, parts: &Parts, errors: &mut Errors) -> (Kind, ChildOptions) {
    let options = child::options(parts.block.as_ref(), errors);
    let stray = parts.head.get(1).cloned();
    if let Some(stray) = stray.or_else(|| parts.args.clone().map(TokenTree::Group)) {
        errors.err(stray, messages::tasks_arguments(name));
    } else {
        child::nothing_more(parts, errors);
    }
    (Kind::Tasks, options)
}

pub(super) fn registry(
    name: &Ident,
    word: &Ident,
    parts: &Parts,
    errors: &mut Errors,
) -> (Kind, ChildOptions) {
    let options = child::options(parts.block.as_ref(), errors);
    if let Some(args) = &parts.args {
        errors.err(args, messages::registry_arguments(name));
    } else {
        child::nothing_more(parts, errors);
    }
    let types = types(parts);
    let found = types.as_deref();
    if let Some([key, server]) = found {
        return (Kind::Registry(key.clone(), server.clone()), options);
    }
    if parts.args.is_none() {
        errors.err(
            word,
            messages::registry_types(name, found.unwrap_or_default()),
        );
    }
    (Kind::Wrong, options)
}

/// The types between the angle brackets of `dynamic<Session>`; nothing when they are none.
fn types(parts: &Parts) -> Option<Vec<Type>> {
    let mut tokens = parts.head[1..].to_vec();
    // `dynamic::<Session>` is as good.
    while matches!(tokens.first(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':') {
        tokens.remove(0);
    }
    match (tokens.first(), tokens.last()) {
        (Some(TokenTree::Punct(open)), Some(TokenTree::Punct(close)))
            if open.as_char() == '<' && close.as_char() == '>' => {}
        _ => return None,
    }
    let inside: TokenStream = tokens[1..tokens.len() - 1].iter().cloned().collect();
    let list = Punctuated::<Type, Token![,]>::parse_terminated.parse2(inside);
    list.ok().map(|list| list.into_iter().collect())
}

fn one_type(name: &Ident, word: &Ident, parts: &Parts, errors: &mut Errors) -> Option<Type> {
    match types(parts).as_deref() {
        Some([only]) => return Some(only.clone()),
        Some([_, second, ..]) => errors.err(second, messages::one_type(name, word)),
        Some([]) | None => errors.err(
            word,
            messages::type_missing(name, word, parts.args.as_ref()),
        ),
    }
    None
}

/// Reads the closure that starts one of many. `given` is the type of its one argument, when that
/// is known.
fn make(
    tokens: TokenStream,
    given: Option<&Type>,
    form: String,
    errors: &mut Errors,
) -> Option<Make> {
    let Ok(Expr::Closure(closure)) = syn::parse2::<Expr>(tokens.clone()) else {
        errors.err(tokens, form);
        return None;
    };
    let ExprClosure { inputs, body, .. } = closure;
    let mut found = Vec::new();
    for input in inputs {
        match (input, given) {
            (Pat::Type(typed), _) => found.push((*typed.pat, *typed.ty)),
            (pat, Some(ty)) => found.push((pat, ty.clone())),
            (pat, None) => {
                errors.err(&pat, messages::closure_without_type(&pat));
                return None;
            }
        }
    }
    if given.is_some() && found.len() != 1 {
        errors.err(tokens, form);
        return None;
    }
    Some(Make {
        inputs: found,
        body: body.into_token_stream(),
    })
}

fn options(
    parts: &Parts,
    known: &[&'static str],
    unknown: fn(&Ident, &[&str]) -> String,
    errors: &mut Errors,
) -> (GroupOptions, ChildOptions) {
    let mut found = GroupOptions::default();
    let mut common = ChildOptions::default();
    let read = |option: &'static str, entry: &Entry, errors: &mut Errors| {
        if matches!(option, "restart" | "shutdown") {
            child::common(&mut common, option, entry, errors);
            return;
        }
        let Some(value) = &entry.value else {
            errors.err(&entry.key, messages::needs_value(&entry.key));
            if option == "intensity" {
                found.intensity = Given::Wrong;
            }
            return;
        };
        match option {
            "strategy" => found.strategy = values::strategy(value, errors).into(),
            "intensity" => found.intensity = values::intensity(value, errors).into(),
            "backoff" => found.backoff = values::backoff(value, errors).into(),
            _ => found.max_children = values::max_children(value, errors).into(),
        }
    };
    child::each(parts.block.as_ref(), known, unknown, errors, read);
    (found, common)
}
