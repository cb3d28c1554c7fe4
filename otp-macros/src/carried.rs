//! The user's attributes that go along to what we make of an item.

use darling::ast::NestedMeta;
use proc_macro2::Ident;
use syn::{Attribute, Meta};

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

/// Whether an attribute means something on what we make.
pub(crate) fn is_carried(attribute: &Attribute) -> bool {
    const CARRIED: [&str; 5] = ["doc", "cfg", "cfg_attr", "allow", "deprecated"];
    CARRIED.iter().any(|name| attribute.path().is_ident(name))
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
    let Meta::List(list) = &attribute.meta else {
        return Vec::new();
    };
    if !attribute.path().is_ident("cfg_attr") {
        return Vec::new();
    }
    let items = NestedMeta::parse_meta_list(list.tokens.clone()).unwrap_or_default();
    let inner = items.into_iter().skip(1).filter_map(|item| match item {
        NestedMeta::Meta(meta) => Some(meta),
        _ => None,
    });
    inner.collect()
}
