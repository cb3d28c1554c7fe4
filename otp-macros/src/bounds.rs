//! The generics of what is generated for a generic server.

use crate::tokens;
use quote::ToTokens;
use syn::{GenericParam, Generics, Type, WherePredicate, parse_quote};

/// The user's generics, with what every parameter of a server must be: `Send` and `'static`.
///
/// The user need not write these bounds, for there is no server without them.
pub(crate) fn of_server(generics: &Generics, server: &Type) -> Generics {
    let mut bounded = of_tree(generics);
    // Only after a mistake: a server with a lifetime has been reported.
    if generics.lifetimes().next().is_some() {
        let predicates = &mut bounded.make_where_clause().predicates;
        predicates.push(parse_quote!(#server: 'static));
    }
    bounded
}

/// The user's generics, with what every parameter of a tree must be: the same as that of a server,
/// for a tree keeps its arguments and handles until it ends.
pub(crate) fn of_tree(generics: &Generics) -> Generics {
    let mut generics = without_defaults(generics);
    let params: Vec<_> = generics
        .type_params()
        .map(|param| param.ident.clone())
        .collect();
    let predicates = &mut generics.make_where_clause().predicates;
    for param in params {
        predicates.push(parse_quote!(#param: ::core::marker::Send + 'static));
    }
    generics
}

/// The generics without their lifetimes.
pub(crate) fn without_lifetimes(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    generics.params = generics
        .params
        .into_iter()
        .filter(|param| !matches!(param, GenericParam::Lifetime(_)))
        .collect();
    generics
}

/// The generics with one more predicate.
pub(crate) fn and(generics: &Generics, predicate: WherePredicate) -> Generics {
    let mut generics = without_defaults(generics);
    generics.make_where_clause().predicates.push(predicate);
    generics
}

/// The generics for an `impl`, where defaults may not stand.
fn without_defaults(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for param in &mut generics.params {
        match param {
            GenericParam::Type(param) => param.default = None,
            GenericParam::Const(param) => param.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
    generics
}

/// The names of the type and const parameters.
pub(crate) fn names(generics: &Generics) -> Vec<&syn::Ident> {
    let params = generics.params.iter();
    params
        .filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect()
}

/// The names of the type parameters.
pub(crate) fn type_names(generics: &Generics) -> Vec<&syn::Ident> {
    generics.type_params().map(|param| &param.ident).collect()
}

/// Whether the tokens depend on a parameter of the generics.
pub(crate) fn depends(tokens: impl ToTokens, generics: &Generics) -> bool {
    tokens::uses_any(&tokens.into_token_stream(), &names(generics))
}
