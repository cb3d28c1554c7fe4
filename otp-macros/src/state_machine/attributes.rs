//! The attributes on a function of a machine that are ours.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Meta, parse_quote};

use super::messages;
use super::model::{Role, What};
use crate::errors::Errors;
use crate::suggest::closest;

const ROLES: [(&str, Role); 11] = [
    ("init", Role::Init),
    ("call", Role::Call),
    ("cast", Role::Cast),
    ("info", Role::Info),
    ("internal", Role::Internal),
    ("state_timeout", Role::StateTimeout),
    ("event_timeout", Role::EventTimeout),
    ("timeout", Role::Timeout),
    ("enter", Role::Enter),
    ("exit", Role::Exit),
    ("terminate", Role::Terminate),
];

const INSTEAD: [(&str, What); 3] = [
    ("postpone", What::Postpone),
    ("ignore", What::Ignore),
    ("refuse", What::Refuse),
];

/// The names that people try first.
const ALIASES: [(&str, &str); 9] = [
    ("handle_call", "call"),
    ("handle_cast", "cast"),
    ("handle_info", "info"),
    ("on_enter", "enter"),
    ("on_exit", "exit"),
    ("entry", "enter"),
    ("generic_timeout", "timeout"),
    ("next_event", "internal"),
    ("transition", "on"),
];

/// Attributes of the language that look like a slip of one of ours.
const FOREIGN: [&str; 6] = ["cold", "test", "inline", "case", "bench", "link"];

/// What an attribute of ours says.
#[derive(Clone, Copy)]
pub(crate) enum Word {
    Role(Role),
    On,
    Instead(What),
}

/// One of our attributes.
#[derive(Clone)]
pub(crate) struct Marker {
    pub(crate) word: Word,
    pub(crate) name: Ident,
    /// What stands in its parentheses.
    pub(crate) tokens: TokenStream,
    pub(crate) attribute: Attribute,
}

impl Marker {
    /// What stands above an init, at its name.
    pub(crate) fn init(name: &Ident) -> Self {
        Marker {
            word: Word::Role(Role::Init),
            name: name.clone(),
            tokens: TokenStream::new(),
            attribute: parse_quote!(#[init]),
        }
    }

    /// Whether what it says could be read, and is not there: `#[on = Locked]`, which has been reported.
    pub(crate) fn is_reported(&self) -> bool {
        matches!(self.attribute.meta, Meta::NameValue(_))
    }
}

/// Takes our attributes out of `attrs`; a misspelt one is reported and taken for the right one.
pub(crate) fn take(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Vec<Marker> {
    let mut markers = Vec::new();
    attrs.retain(|attribute| {
        let Some((word, name)) = word(attribute, errors) else {
            return true;
        };
        let tokens = match &attribute.meta {
            Meta::List(list) => list.tokens.clone(),
            Meta::Path(_) => TokenStream::new(),
            Meta::NameValue(pair) => {
                errors.err(pair, messages::attribute_with_equals(&name));
                TokenStream::new()
            }
        };
        markers.push(Marker {
            word,
            name,
            tokens,
            attribute: attribute.clone(),
        });
        false
    });
    markers
}

fn word(attribute: &Attribute, errors: &mut Errors) -> Option<(Word, Ident)> {
    let ident = attribute.path().get_ident()?;
    let name = ident.to_string();
    if let Some(word) = known(&name) {
        return Some((word, ident.clone()));
    }
    if name == "every" || name == "after" {
        errors.err(ident, messages::server_timer(&name));
        return Some((Word::Role(Role::Timeout), ident.clone()));
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let near = || {
        let roles = ROLES.iter().map(|(name, _)| *name);
        let names: Vec<_> = roles.chain(INSTEAD.iter().map(|(name, _)| *name)).collect();
        closest(&name, &names).filter(|_| !FOREIGN.contains(&name.as_str()))
    };
    let meant = alias.map(|(_, marker)| *marker).or_else(near)?;
    errors.err(ident, messages::unknown_attribute(&name, meant));
    known(meant).map(|word| (word, Ident::new(meant, ident.span())))
}

fn known(name: &str) -> Option<Word> {
    if name == "on" {
        return Some(Word::On);
    }
    let role = ROLES.iter().find(|(role, _)| *role == name);
    let instead = INSTEAD.iter().find(|(instead, _)| *instead == name);
    role.map(|(_, role)| Word::Role(*role))
        .or(instead.map(|(_, what)| Word::Instead(*what)))
}
