//! The attributes on a function of a server that are ours.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Meta};

use super::messages;
use super::model::Role;
use crate::carried::inner_attributes;
use crate::errors::Errors;
use crate::suggest::closest;

/// Our attributes and what each makes of a function.
const MARKERS: [(&str, Role); 9] = [
    ("init", Role::Init),
    ("call", Role::Call),
    ("cast", Role::Cast),
    ("info", Role::Info),
    ("every", Role::Every),
    ("after", Role::After),
    ("handle_continue", Role::Continue),
    ("terminate", Role::Terminate),
    ("read", Role::Read),
];

/// The names that OTP programmers try first.
const ALIASES: [(&str, &str); 9] = [
    ("handle_call", "call"),
    ("handle_cast", "cast"),
    ("handle_info", "info"),
    ("handle_init", "init"),
    ("handle_terminate", "terminate"),
    ("on_terminate", "terminate"),
    ("send_interval", "every"),
    ("handler", "call"),
    ("message", "call"),
];

/// Attributes of the language that look like a slip of one of ours.
const FOREIGN: [&str; 6] = ["cold", "test", "inline", "case", "bench", "link"];

/// One of our attributes.
pub(crate) struct Marker {
    pub(crate) role: Role,
    /// Its name as typed.
    pub(crate) name: Ident,
    pub(crate) attribute: Attribute,
}

/// Takes our attributes out of `attrs`; a misspelt one is reported and taken for the right one, so
/// that nothing else is said about it.
pub(crate) fn take_markers(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut rest = Vec::new();
    for attribute in attrs.drain(..) {
        match marker(&attribute, errors) {
            Some((role, name)) => markers.push(Marker {
                role,
                name,
                attribute,
            }),
            None => rest.push(attribute),
        }
    }
    *attrs = rest;
    markers
}

fn marker(attribute: &Attribute, errors: &mut Errors) -> Option<(Role, Ident)> {
    let ident = attribute.path().get_ident()?;
    let name = ident.to_string();
    if let Some(role) = role(&name) {
        return Some((role, ident.clone()));
    }
    if name == "cfg_attr" {
        return conditional(attribute, errors);
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let near = || {
        let names: Vec<_> = MARKERS.iter().map(|(name, _)| *name).collect();
        closest(&name, &names).filter(|_| !FOREIGN.contains(&name.as_str()))
    };
    let meant = alias.map(|(_, marker)| *marker).or_else(near)?;
    errors.err(ident, messages::unknown_attribute(&name, meant));
    role(meant).map(|role| (role, Ident::new(meant, ident.span())))
}

/// What happens to a function must be known here, where no `cfg` has been decided yet.
fn conditional(attribute: &Attribute, errors: &mut Errors) -> Option<(Role, Ident)> {
    inner_attributes(attribute).iter().find_map(|meta| {
        let name = meta.path().get_ident()?;
        let role = role(&name.to_string())?;
        errors.err(name, messages::conditional_attribute(name));
        Some((role, name.clone()))
    })
}

fn role(name: &str) -> Option<Role> {
    let marker = MARKERS.iter().find(|(marker, _)| *marker == name);
    marker.map(|(_, role)| *role)
}

/// What stands in the parentheses of an attribute; nothing for `#[call]`.
pub(crate) fn arguments(marker: &Marker, errors: &mut Errors) -> TokenStream {
    match &marker.attribute.meta {
        Meta::List(_) if marker.attribute.path().is_ident("cfg_attr") => TokenStream::new(),
        Meta::List(list) => list.tokens.clone(),
        Meta::NameValue(pair) => {
            errors.err(pair, messages::attribute_with_equals(&marker.name));
            TokenStream::new()
        }
        Meta::Path(_) => TokenStream::new(),
    }
}
