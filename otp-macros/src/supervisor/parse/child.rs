//! A child: `rates: Rates(config.feed) { restart: transient }`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

use super::entries::{self, Entry};
use super::{body, groups, values};
use crate::carried;
use crate::errors::Errors;
use crate::options::given_twice;
use crate::suggest::closest;
use crate::supervisor::messages;
use crate::supervisor::model::{Body, Child, ChildOptions, Given, Kind, Server};

/// The kinds of children that are not a type of the user's.
pub(crate) const KINDS: [&str; 5] = [
    "supervisor",
    "dynamic",
    "partition",
    "task_supervisor",
    "registry",
];

/// The options of a child.
pub(crate) const OPTIONS: [&str; 3] = ["restart", "shutdown", "significant"];

/// What stands behind the colon of a child, taken apart.
pub(super) struct Parts {
    /// `Rates`, `Cache::<String, u64>` or `dynamic<Session>`.
    pub(super) head: Vec<TokenTree>,
    /// The parentheses.
    pub(super) args: Option<Group>,
    /// The braces.
    pub(super) block: Option<Group>,
    /// What should not be there, or second braces.
    pub(super) rest: Vec<TokenTree>,
}

/// Whether a value is that of a child, whatever its name.
pub(super) fn looks_like_one(value: &TokenStream) -> bool {
    let parts = parts(value);
    let word = matches!(parts.head.first(), Some(TokenTree::Ident(_)));
    word && (parts.args.is_some() || parts.block.is_some() || kind_word(&parts).is_some())
}

/// Whether a value has parentheses or braces, which that of an option never has.
pub(super) fn has_group(value: &TokenStream) -> bool {
    let parts = parts(value);
    let word = matches!(parts.head.first(), Some(TokenTree::Ident(_)));
    word && (parts.args.is_some() || parts.block.is_some())
}

/// Reads a child.
pub(super) fn read(entry: Entry, errors: &mut Errors) -> Option<Child> {
    let Entry { attrs, key, value } = entry;
    let Some(value) = value else {
        errors.err(&key, messages::word_alone(&key));
        return None;
    };
    let mut parts = parts(&value);
    if !looks_like_one(&value) && OPTIONS.iter().any(|option| key == option) {
        errors.err(&key, messages::option_of_child(&key, &value));
        return None;
    }
    let (kind, options) = match kind_word(&parts) {
        Some((word, kind)) => {
            if word != kind {
                errors.err(&word, messages::unknown_kind(&word, kind));
            }
            match kind {
                "supervisor" => nested(&key, &word, &parts, errors),
                "dynamic" => groups::dynamic(&key, word, &parts, errors),
                "partition" => groups::partition(&key, word, &parts, errors),
                "task_supervisor" => groups::tasks(&key, &parts, errors),
                _ => groups::registry(&key, &word, &parts, errors),
            }
        }
        None => server(&key, &mut parts, errors),
    };
    for attribute in &attrs {
        if !carried::is_carried(attribute) {
            let path = attribute.path();
            errors.err(path, messages::attribute_of_child(&path.to_token_stream()));
        }
    }
    Some(Child {
        carried: carried::carried(&attrs),
        name: key,
        kind,
        options,
    })
}

/// The word that a child of a kind of ours begins with, and the kind; a slip counts.
fn kind_word(parts: &Parts) -> Option<(Ident, &'static str)> {
    let [TokenTree::Ident(word), rest @ ..] = parts.head.as_slice() else {
        return None;
    };
    let text = word.to_string();
    if let Some(kind) = KINDS.iter().find(|kind| **kind == text) {
        return Some((word.clone(), kind));
    }
    let in_path = matches!(rest.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    if in_path || !text.starts_with(char::is_lowercase) {
        return None;
    }
    let other = match text.as_str() {
        "tasks" => Some("task_supervisor"),
        "dynamic_supervisor" | "simple_one_for_one" => Some("dynamic"),
        "partition_supervisor" | "partitions" => Some("partition"),
        "sup" => Some("supervisor"),
        _ => closest(&text, &KINDS),
    };
    Some((word.clone(), other?))
}

/// Takes a value apart.
fn parts(value: &TokenStream) -> Parts {
    let mut parts = Parts {
        head: Vec::new(),
        args: None,
        block: None,
        rest: Vec::new(),
    };
    let mut depth = 0_i32;
    let mut arrow = false;
    for token in value.clone() {
        let in_head = parts.args.is_none() && parts.block.is_none() && parts.rest.is_empty();
        if let TokenTree::Punct(punct) = &token
            && in_head
        {
            match punct.as_char() {
                '<' => depth += 1,
                '>' if !arrow => depth -= 1,
                _ => {}
            }
            arrow = punct.as_char() == '-';
        }
        match token {
            TokenTree::Group(group)
                if depth <= 0 && in_head && group.delimiter() == Delimiter::Parenthesis =>
            {
                parts.args = Some(group);
            }
            TokenTree::Group(group)
                if depth <= 0 && parts.block.is_none() && group.delimiter() == Delimiter::Brace =>
            {
                parts.block = Some(group);
            }
            other if in_head => parts.head.push(other),
            other => parts.rest.push(other),
        }
    }
    parts
}

/// Reports what stands behind a child and is no part of it.
pub(super) fn nothing_more(parts: &Parts, errors: &mut Errors) {
    if let Some(stray) = parts.rest.first() {
        errors.err(stray, messages::after_child(stray));
    }
}

fn server(name: &Ident, parts: &mut Parts, errors: &mut Errors) -> (Kind, ChildOptions) {
    let options = options(parts.block.as_ref(), errors);
    let constructor = take_constructor(&mut parts.head);
    let head: TokenStream = parts.head.iter().cloned().collect();
    let Some(ty) = path_type(&head) else {
        let whole: TokenStream = parts.head.iter().chain(&parts.rest).cloned().collect();
        let args = parts.args.iter().cloned().map(TokenTree::Group);
        let at = if whole.is_empty() {
            args.collect()
        } else {
            whole
        };
        errors.err(&at, messages::no_child(name, &head));
        return (Kind::Wrong, options);
    };
    let function = matches!(parts.head.as_slice(), [TokenTree::Ident(word)]
        if word.to_string().starts_with(char::is_lowercase));
    if function {
        errors.err(&ty, messages::no_type(name, &ty, parts.args.is_none()));
        return (Kind::Wrong, options);
    }
    if let Some(function) = constructor {
        errors.err(&function, messages::constructor(name, &ty, &function));
    } else if parts.args.is_none() {
        errors.err(&ty, messages::no_parentheses(name, &ty));
    } else if let [TokenTree::Punct(sign), ..] = parts.rest.as_slice()
        && matches!(sign.as_char(), '.' | '?')
    {
        let at: TokenStream = parts.rest.iter().cloned().collect();
        errors.err(at, messages::awaited(name, &ty));
    } else {
        nothing_more(parts, errors);
    }
    let args = parts.args.clone();
    (Kind::Server(Server { ty, args }), options)
}

/// The type that the tokens are, if it has a name.
fn path_type(head: &TokenStream) -> Option<Type> {
    let ty = syn::parse2::<Type>(head.clone()).ok()?;
    matches!(ty, Type::Path(_)).then_some(ty)
}

/// Takes `::new` off `Rates::new`.
fn take_constructor(head: &mut Vec<TokenTree>) -> Option<Ident> {
    let [.., TokenTree::Punct(colon), TokenTree::Ident(function)] = head.as_slice() else {
        return None;
    };
    if colon.as_char() != ':' || !function.to_string().starts_with(char::is_lowercase) {
        return None;
    }
    let function = function.clone();
    head.truncate(head.len().saturating_sub(3));
    Some(function)
}

fn nested(name: &Ident, word: &Ident, parts: &Parts, errors: &mut Errors) -> (Kind, ChildOptions) {
    let mut body = Body::new(name.clone());
    if let Some(stray) = parts.head.get(1) {
        errors.err(stray, messages::nested_head(name));
    } else if let Some(args) = &parts.args {
        errors.err(args, messages::NESTED_ARGUMENTS);
    }
    let Some(block) = &parts.block else {
        errors.err(word, messages::nested_without_block(name));
        return (Kind::Wrong, ChildOptions::default());
    };
    body::read(block.stream(), &mut body, false, errors);
    let mut rest = parts.rest.iter();
    let found = match rest.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            options(Some(group), errors)
        }
        Some(other) => {
            errors.err(other, messages::after_child(other));
            ChildOptions::default()
        }
        None => ChildOptions::default(),
    };
    if let Some(other) = rest.next() {
        errors.err(other, messages::after_child(other));
    }
    (Kind::Nested(Box::new(body)), found)
}

/// The options of a child.
pub(super) fn options(block: Option<&Group>, errors: &mut Errors) -> ChildOptions {
    let mut found = ChildOptions::default();
    each(
        block,
        &OPTIONS,
        messages::unknown_child_option,
        errors,
        |option, entry, errors| {
            common(&mut found, option, entry, errors);
        },
    );
    found
}

/// Reads one of the options that all children have.
pub(super) fn common(found: &mut ChildOptions, option: &str, entry: &Entry, errors: &mut Errors) {
    if option == "significant" {
        let on = match &entry.value {
            Some(value) => values::flag(value, errors),
            None => Some(true),
        };
        // What could not be read may well have been meant.
        found.significant = on.unwrap_or(true).then(|| entry.key.clone());
        return;
    }
    let Some(value) = &entry.value else {
        errors.err(&entry.key, messages::needs_value(&entry.key));
        match option {
            "restart" => found.restart = Given::Wrong,
            _ => found.shutdown = Given::Wrong,
        }
        return;
    };
    match option {
        "restart" => found.restart = values::restart(value, errors).into(),
        _ => found.shutdown = values::shutdown(value, errors).into(),
    }
}

/// Reads the options of a block, each of which is one of `known`.
pub(super) fn each(
    block: Option<&Group>,
    known: &[&'static str],
    unknown: fn(&Ident, &[&str]) -> String,
    errors: &mut Errors,
    mut read: impl FnMut(&'static str, &Entry, &mut Errors),
) {
    let mut seen: Vec<&str> = Vec::new();
    let tokens = block.map(Group::stream).unwrap_or_default();
    for entry in entries::read(tokens, errors) {
        let key = entry.key.to_string();
        if let Some(attribute) = entry.attrs.first() {
            errors.err(attribute, messages::ATTRIBUTE_OF_OPTION);
        }
        let exact = known.iter().find(|option| **option == key).copied();
        let near = closest(&key.to_lowercase(), known);
        if exact.is_none() {
            errors.err(&entry.key, unknown(&entry.key, known));
        }
        let near = near.and_then(|near| known.iter().find(|option| **option == near).copied());
        let Some(option) = exact.or(near) else {
            continue;
        };
        if seen.contains(&option) {
            errors.err(&entry.key, given_twice(&entry.key));
            continue;
        }
        seen.push(option);
        read(option, &entry, errors);
    }
}
