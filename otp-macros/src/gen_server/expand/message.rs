//! The one enum of all messages.

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::Scope;
use crate::gen_server::lints;
use crate::gen_server::model::Role;
use crate::names;

/// A variant for each handler, a field for each argument, and for calls where the answer goes.
pub(super) fn message(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, message, generics, .. } = scope;
    let variants = scope.handlers.iter().map(|(function, variant)| {
        let cfg = &function.carried.cfg;
        let fields = scope.declarations(function);
        let reply = (function.role == Role::Call).then(|| {
            let (field, answer) = (names::reply_field(), scope.answer(function));
            quote!(#field: #otp::ReplyTo<#answer>)
        });
        quote!(#(#cfg)* #variant { #(#fields,)* #reply })
    });
    let phantom = has_phantom(scope).then(|| {
        let (phantom, server) = (names::phantom(), scope.server);
        quote! {
            #phantom(::core::convert::Infallible, ::core::marker::PhantomData<fn() -> #server>)
        }
    });
    let clause = &generics.where_clause;
    let lints = lints::hidden();
    quote! {
        #[doc(hidden)]
        #lints
        pub enum #message #generics #clause {
            #(#variants,)*
            #phantom
        }
    }
}

/// Whether there are type parameters, which an enum must mention somewhere.
pub(super) fn has_phantom(scope: &Scope<'_>) -> bool {
    scope.generics.type_params().next().is_some()
}

/// The arms that name the handler of each message.
pub(super) fn descriptions(scope: &Scope<'_>) -> TokenStream {
    let message = &scope.message;
    let arms = scope.handlers.iter().map(|(function, variant)| {
        let cfg = &function.carried.cfg;
        let name = names::text(&function.name);
        quote!(#(#cfg)* #message::#variant { .. } => #name)
    });
    let phantom = phantom_arm(scope);
    quote!(#(#arms,)* #phantom)
}

/// The arm of the variant that cannot exist.
pub(super) fn phantom_arm(scope: &Scope<'_>) -> Option<TokenStream> {
    let (message, phantom, never) = (&scope.message, names::phantom(), names::local("never"));
    has_phantom(scope).then(|| quote!(#message::#phantom(#never, _) => match #never {}))
}
