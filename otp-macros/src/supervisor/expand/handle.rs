//! The handle of a supervisor, `ShopRef`: it has a method for each child.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Level, Scope, ref_type};
use crate::supervisor::model::{Child, Kind};
use crate::{bounds, lints, names, tokens};

pub(super) fn handle(scope: &Scope<'_>, level: &Level<'_>) -> TokenStream {
    let Scope { tree, otp, .. } = scope;
    let vis = &tree.vis;
    let cfg = &level.cfg;
    let (handle, children) = (names::handle(&level.stem), names::children(&level.stem));
    let generics = &scope.generics;
    let (impls, arguments, clause) = generics.split_for_impl();
    let doc = format!(
        " A handle to the supervisor `{}` and to its children: it can be cloned and sent anywhere.",
        level.path
    );
    let f = names::local("f");
    let fields = level.body.children.iter().filter_map(|child| {
        let (cfg, name) = (&child.carried.cfg, &child.name);
        let ty = ref_type(scope, level, child)?;
        Some(quote!(#(#cfg)* #name: #ty,))
    });
    let fields: TokenStream = fields.collect();
    let phantom = phantom(scope).map(|ty| {
        let field = names::phantom();
        quote!(#field: #ty,)
    });
    let methods: TokenStream = level
        .body
        .children
        .iter()
        .filter_map(|child| method(scope, level, child))
        .collect();
    let (lints, hidden) = (lints::METHODS, lints::HIDDEN);
    let inner = quote!(#otp::SupervisorRef);
    // Where rustc points when the handle has no method of a name.
    let header = tokens::respan(quote!(#vis struct #handle), level.stem.span());
    quote! {
        #(#cfg)*
        #[doc = #doc]
        #[allow(nonstandard_style, dead_code)]
        #header #generics #clause {
            supervisor: #inner,
            children: ::std::sync::Arc<#children #arguments>,
        }

        #(#cfg)*
        #hidden
        struct #children #generics #clause {
            #fields
            #phantom
        }

        #(#cfg)*
        #lints
        impl #impls #handle #arguments #clause {
            #methods
        }

        #(#cfg)*
        #[automatically_derived]
        impl #impls ::core::clone::Clone for #handle #arguments #clause {
            fn clone(&self) -> Self {
                Self {
                    supervisor: ::core::clone::Clone::clone(&self.supervisor),
                    children: ::core::clone::Clone::clone(&self.children),
                }
            }
        }

        #(#cfg)*
        #[automatically_derived]
        impl #impls ::core::fmt::Debug for #handle #arguments #clause {
            fn fmt(&self, #f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.supervisor, #f)
            }
        }

        #(#cfg)*
        #[automatically_derived]
        impl #impls ::core::ops::Deref for #handle #arguments #clause {
            type Target = #inner;

            fn deref(&self) -> &#inner {
                &self.supervisor
            }
        }
    }
}

/// The type of the field that only mentions the type parameters.
pub(super) fn phantom(scope: &Scope<'_>) -> Option<TokenStream> {
    let names = bounds::type_names(&scope.tree.generics);
    (!names.is_empty()).then(|| quote!(::core::marker::PhantomData<fn() -> (#(#names,)*)>))
}

/// `shop.rates()`.
fn method(scope: &Scope<'_>, level: &Level<'_>, child: &Child) -> Option<TokenStream> {
    let ty = ref_type(scope, level, child)?;
    let Child { carried, name, .. } = child;
    let (cfg, docs, others) = (&carried.cfg, &carried.docs, &carried.others);
    let doc = docs.is_empty().then(|| {
        let what = match &child.kind {
            Kind::Nested(_) => "supervisor",
            _ => "child",
        };
        let doc = format!(" The {what} `{}`.", names::text(name));
        quote!(#[doc = #doc])
    });
    let vis = &scope.tree.vis;
    let body = if scope.broken {
        quote!(loop {})
    } else {
        quote!(&self.children.#name)
    };
    Some(quote! {
        #(#cfg)*
        #(#docs)*
        #doc
        #(#others)*
        #[must_use]
        #[allow(dead_code, private_interfaces)]
        #vis fn #name(&self) -> &#ty {
            #body
        }
    })
}
