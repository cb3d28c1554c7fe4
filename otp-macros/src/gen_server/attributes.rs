//! The attributes on a function of a server: which are ours, and which go along to what we make.

use proc_macro2::{Ident, TokenStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use super::messages;
use super::model::{Carried, Role};
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
const ALIASES: [(&str, &str); 7] = [
    ("handle_call", "call"),
    ("handle_cast", "cast"),
    ("handle_info", "info"),
    ("handle_init", "init"),
    ("handle_terminate", "terminate"),
    ("on_terminate", "terminate"),
    ("send_interval", "every"),
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

/// The attributes that the generated method, variant or function has as well.
pub(crate) fn carried(attrs: &[Attribute]) -> Carried {
    let mut carried = Carried::default();
    for attribute in attrs {
        let name = attribute.path().get_ident().map(Ident::to_string);
        match name.as_deref().unwrap_or_default() {
            "cfg" => carried.cfg.push(attribute.clone()),
            "doc" => carried.docs.push(attribute.clone()),
            "deprecated" | "allow" => carried.others.push(attribute.clone()),
            "must_use" => carried.must_use = Some(attribute.clone()),
            "cfg_attr" if only_carried(attribute) => carried.others.push(attribute.clone()),
            _ => {}
        }
    }
    carried
}

impl Carried {
    /// Whether callers of the function get a deprecation warning, which our own calls must not.
    pub(crate) fn is_deprecated(&self) -> bool {
        self.others.iter().any(|attribute| {
            attribute.path().is_ident("deprecated")
                || inner_attributes(attribute)
                    .iter()
                    .any(|meta| meta.path().is_ident("deprecated"))
        })
    }
}

fn only_carried(attribute: &Attribute) -> bool {
    inner_attributes(attribute).iter().all(|meta| {
        let known = ["doc", "deprecated", "allow"];
        known.iter().any(|name| meta.path().is_ident(name))
    })
}

/// The attributes inside `#[cfg_attr(condition, ..)]`.
fn inner_attributes(attribute: &Attribute) -> Vec<Meta> {
    if !attribute.path().is_ident("cfg_attr") {
        return Vec::new();
    }
    let list = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    list.map_or_else(|_| Vec::new(), |list| list.into_iter().skip(1).collect())
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

/// The `cfg`s of a field.
pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<Attribute> {
    let cfg = |attribute: &&Attribute| attribute.path().is_ident("cfg");
    attrs.iter().filter(cfg).cloned().collect()
}
