//! The enum of all events, and that of the named timeouts.

use proc_macro2::TokenStream;
use quote::quote;

use super::checked::{What, sent};
use super::scope::{Scope, arguments};
use crate::lints;
use crate::names;
use crate::state_machine::model::Role;

pub(super) fn event(scope: &Scope<'_>) -> TokenStream {
    let Scope {
        otp,
        event,
        generics,
        ..
    } = scope;
    let variants = scope.events.iter().map(|(found, variant)| {
        let first = found.first();
        let names = arguments(first);
        let types = first.arguments().map(|param| {
            let outside = scope.argument_type(param);
            sent(What::Argument, &param.ty, outside, generics, otp)
        });
        let reply = (first.role == Role::Call).then(|| {
            let (field, mut answer) = (names::reply_field(), scope.answer(first));
            if let Some(ty) = first.answer() {
                answer = sent(What::Answer, ty, answer, generics, otp);
            }
            quote!(#field: #otp::ReplyTo<#answer>)
        });
        quote!(#variant { #(#names: #types,)* #reply })
    });
    let phantom = scope.has_phantom().then(|| {
        let (phantom, server) = (names::phantom(), scope.server);
        quote! {
            #phantom(::core::convert::Infallible, ::core::marker::PhantomData<fn() -> #server>)
        }
    });
    let clause = &generics.where_clause;
    let lints = lints::HIDDEN;
    let timeouts = named(scope);
    quote! {
        #[doc(hidden)]
        #lints
        pub enum #event #generics #clause {
            #(#variants,)*
            #phantom
        }

        #timeouts
    }
}

fn named(scope: &Scope<'_>) -> Option<TokenStream> {
    let events = scope.events.iter();
    let named: Vec<_> = events
        .filter(|(event, _)| event.first().role == Role::Timeout)
        .map(|(_, variant)| variant)
        .collect();
    let (timeout, lints) = (&scope.timeout, lints::HIDDEN);
    (!named.is_empty()).then(|| {
        quote! {
            #[doc(hidden)]
            #lints
            #[derive(
                ::core::clone::Clone,
                ::core::marker::Copy,
                ::core::fmt::Debug,
                ::core::cmp::PartialEq,
                ::core::cmp::Eq,
            )]
            pub enum #timeout {
                #(#named,)*
            }
        }
    })
}

/// The type of the named timeouts.
pub(super) fn timeout_type(scope: &Scope<'_>) -> TokenStream {
    let timeout = &scope.timeout;
    if scope.machine.with_role(Role::Timeout).next().is_some() {
        quote!(#timeout)
    } else {
        quote!(::core::convert::Infallible)
    }
}

/// The arm of the variant that cannot exist.
pub(super) fn phantom_arm(scope: &Scope<'_>) -> Option<TokenStream> {
    let (event, phantom, never) = (&scope.event, names::phantom(), names::local("never"));
    scope
        .has_phantom()
        .then(|| quote!(#event::#phantom(#never, _) => match #never {}))
}
