//! The third pass: tokens out of a checked model.
//!
//! One file for one generated thing. Nothing here fails: what the checks have let through can be
//! expanded, and after a mistake what users of the tree name is there and does nothing.

mod build;
mod handle;
mod options;
mod start;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Generics, Type};

use super::model::{Body, Child, Dynamic, Kind, Partition, Tree};
use crate::paths::Otp;
use crate::{bounds, names, suspects, tokens};

/// What every part of an expansion needs, worked out once.
struct Scope<'a> {
    tree: &'a Tree,
    otp: &'a Otp,
    /// Whether there are mistakes.
    broken: bool,
    /// The generics of every `impl`, with the bounds that a tree needs.
    generics: Generics,
}

/// A supervisor of the tree with the names of what is generated for it.
struct Level<'a> {
    body: &'a Body,
    /// `Shop`, or `ShopBack` for the nested `back`.
    stem: Ident,
    /// `Shop`, or `Shop.back`: its name at run time.
    path: String,
    /// The conditions of the nested ones around it.
    cfg: Vec<Attribute>,
}

/// The tree's types and functions.
pub(crate) fn tree(tree: &Tree, broken: bool) -> TokenStream {
    let mut generics = bounds::of_tree(&tree.generics);
    if broken {
        // A lifetime has been reported, and nothing would use it.
        generics = bounds::without_lifetimes(&generics);
    }
    let scope = Scope {
        tree,
        otp: &tree.otp,
        broken,
        generics,
    };
    let outermost = Level {
        body: &tree.body,
        stem: tree.name.clone(),
        path: names::text(&tree.name),
        cfg: tree.carried.cfg.clone(),
    };
    let start = start::start(&scope, &outermost);
    let handles = handles(&scope, &outermost);
    quote!(#start #handles)
}

/// The handle of a supervisor and those of the supervisors in it.
fn handles(scope: &Scope<'_>, level: &Level<'_>) -> TokenStream {
    let handle = handle::handle(scope, level);
    let children = level.body.children.iter();
    let named = children.filter(|child| !scope.broken || has_own_name(level.body, child));
    let nested = named.filter_map(|child| {
        let Kind::Nested(body) = &child.kind else {
            return None;
        };
        Some(handles(scope, &level.down(child, body)))
    });
    let nested: TokenStream = nested.collect();
    quote!(#handle #nested)
}

impl Level<'_> {
    /// The supervisor nested as `child`.
    fn down<'b>(&self, child: &Child, body: &'b Body) -> Level<'b> {
        let mut cfg = self.cfg.clone();
        cfg.extend(child.carried.cfg.iter().cloned());
        Level {
            body,
            stem: names::nested(&self.stem, &child.name),
            path: format!("{}.{}", self.path, names::text(&child.name)),
            cfg,
        }
    }

    /// `ShopRef`, with its arguments.
    fn handle_type(&self, scope: &Scope<'_>) -> TokenStream {
        let handle = names::handle(&self.stem);
        let (_, arguments, _) = scope.generics.split_for_impl();
        quote!(#handle #arguments)
    }
}

/// The type of the handle of a child; nothing when the child, or its name, could not be read.
fn ref_type(scope: &Scope<'_>, level: &Level<'_>, child: &Child) -> Option<TokenStream> {
    let otp = scope.otp;
    if scope.broken && !has_own_name(level.body, child) {
        return None;
    }
    Some(match &child.kind {
        Kind::Server(server) => {
            let ty = &server.ty;
            // Where rustc points when the type is neither a server nor a tree.
            let span = suspects::suspect(ty);
            let (open, close) = (
                tokens::respan(quote!(<), span),
                tokens::respan(quote!(as #otp::Supervisable>::Ref), span),
            );
            quote!(#open #ty #close)
        }
        Kind::Nested(body) => level.down(child, body).handle_type(scope),
        Kind::Dynamic(Dynamic { ty, make, .. }) => {
            let own = make.as_ref().map(|make| own_type(&make.inputs));
            let own = own.map(|own| quote!(, #own));
            let server = served(ty, otp);
            quote!(#otp::DynamicRef<#server #own>)
        }
        Kind::Partition(Partition { ty, .. }) => {
            let server = served(ty, otp);
            quote!(#otp::PartitionRef<#server>)
        }
        Kind::Tasks => quote!(#otp::TaskSupervisorRef),
        Kind::Registry(key, ty) => {
            let server = served(ty, otp);
            quote!(#otp::RegistryRef<#key, #server>)
        }
        Kind::Wrong => return None,
    })
}

/// The server behind a type: the type itself, or what runs a state machine.
fn served(ty: &Type, otp: &Otp) -> TokenStream {
    // Where rustc points when there is none.
    let span = suspects::suspect(ty);
    let (open, close) = (
        tokens::respan(quote!(<), span),
        tokens::respan(quote!(as #otp::Served>::Server), span),
    );
    quote!(#open #ty #close)
}

/// Whether a child has a name that is one, and is the first to have it.
fn has_own_name(body: &Body, child: &Child) -> bool {
    let earlier = body
        .children
        .iter()
        .take_while(|other| !std::ptr::eq(*other, child));
    let taken = earlier
        .filter(|other| other.carried.cfg.is_empty() || child.carried.cfg.is_empty())
        .any(|other| other.name == child.name);
    !taken && syn::parse_str::<Ident>(&child.name.to_string()).is_ok()
}

/// The type of the arguments of a closure: that of the one, or a tuple.
fn own_type(inputs: &[(syn::Pat, Type)]) -> TokenStream {
    let types: Vec<&Type> = inputs.iter().map(|(_, ty)| ty).collect();
    if let [only] = types.as_slice() {
        quote!(#only)
    } else {
        quote!((#(#types),*))
    }
}
