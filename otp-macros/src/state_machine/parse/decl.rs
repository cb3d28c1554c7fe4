//! Reading the enum.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Meta, Token, Variant};

use crate::errors::Errors;
use crate::paths::Otp;
use crate::server_options::ServerOptions;
use crate::state_machine::model::{Decl, State};
use crate::state_machine::{args, messages};
use crate::suggest::closest;

pub(super) fn read(args: TokenStream, mut input: DeriveInput, errors: &mut Errors) -> Decl {
    super::take_second_attribute(&mut input.attrs, errors);
    if let Data::Enum(data) = &mut input.data {
        data.variants = once_each(std::mem::take(&mut data.variants), errors);
    }
    let typed = input.to_token_stream();
    let mut states = Vec::new();
    let is_enum = match &mut input.data {
        Data::Enum(data) => {
            for variant in &mut data.variants {
                let terminal = take_terminal(&mut variant.attrs, errors);
                let cfg = variant.attrs.iter().find(|attribute| {
                    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
                });
                states.push(State {
                    name: variant.ident.clone(),
                    fields: variant.fields.clone(),
                    cfg: cfg.cloned(),
                    terminal,
                });
            }
            true
        }
        _ => false,
    };
    let mut decl = Decl {
        args,
        typed,
        item: input.to_token_stream(),
        vis: input.vis,
        name: input.ident,
        generics: input.generics,
        is_enum,
        states,
        options: ServerOptions::default(),
        initial: Vec::new(),
        has_initial: false,
        data: None,
        has_data: false,
        allow: Vec::new(),
        otp: Otp::facade(),
    };
    args::decl(&mut decl, errors);
    decl
}

/// The variants without those whose name is taken: rustc would report what is made of them as well.
fn once_each(
    variants: Punctuated<Variant, Token![,]>,
    errors: &mut Errors,
) -> Punctuated<Variant, Token![,]> {
    let mut seen: Vec<Ident> = Vec::new();
    let first = |variant: &Variant| {
        let is_first = !seen.contains(&variant.ident);
        if is_first {
            seen.push(variant.ident.clone());
        } else if !variant.attrs.iter().any(|attr| attr.path().is_ident("cfg")) {
            // Of conditions is told elsewhere.
            errors.err(&variant.ident, messages::state_twice(&variant.ident));
        }
        is_first
    };
    variants.into_iter().filter(first).collect()
}

/// Takes `#[terminal]` off a variant, and what is meant to be that.
fn take_terminal(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> bool {
    let mut terminal = false;
    attrs.retain(|attribute| {
        let Some(ident) = attribute.path().get_ident() else {
            return true;
        };
        let name = ident.to_string();
        let known = ["terminal", "final", "end", "initial"];
        if !known.contains(&name.as_str()) && closest(&name, &["terminal"]).is_none() {
            return true;
        }
        if name == "initial" {
            errors.err(ident, messages::INITIAL_ON_VARIANT);
            return false;
        }
        if name != "terminal" {
            errors.err(ident, messages::unknown_on_variant(&name));
        } else if !matches!(attribute.meta, Meta::Path(_)) {
            errors.err(&attribute.meta, messages::TERMINAL_WITH_OPTIONS);
        }
        terminal = true;
        false
    });
    terminal
}
