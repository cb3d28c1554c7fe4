//! The user's attributes that go along to what we make of an item.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// The user's attributes that what we generate has as well.
#[derive(Default)]
pub(crate) struct Carried {
    pub(crate) cfg: Vec<Attribute>,
    pub(crate) docs: Vec<Attribute>,
    /// `deprecated`, `allow`, and `cfg_attr` of these and of `doc`.
    pub(crate) others: Vec<Attribute>,
    pub(crate) must_use: Option<Attribute>,
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
pub(crate) fn inner_attributes(attribute: &Attribute) -> Vec<Meta> {
    if !attribute.path().is_ident("cfg_attr") {
        return Vec::new();
    }
    let list = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    list.map_or_else(|_| Vec::new(), |list| list.into_iter().skip(1).collect())
}

/// The `cfg`s of a field.
pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<Attribute> {
    let cfg = |attribute: &&Attribute| attribute.path().is_ident("cfg");
    attrs.iter().filter(cfg).cloned().collect()
}
