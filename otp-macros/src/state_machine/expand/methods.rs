//! The handle's methods: one for each call and cast.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::dispatch;
use super::scope::{Scope, arguments};
use crate::lints;
use crate::names;
use crate::state_machine::events::Event;
use crate::state_machine::model::{Function, Role};
use crate::tokens::Values;

pub(super) fn methods(scope: &Scope<'_>) -> TokenStream {
    let methods = scope
        .events
        .iter()
        .filter(|(event, _)| event.first().role.has_method());
    let methods = methods.map(|(event, variant)| method(scope, event, variant));
    let (impls, _, clause) = scope.generics.split_for_impl();
    let handle = &scope.handle;
    let lints = lints::METHODS;
    quote! {
        #[allow(unused_variables, unreachable_patterns, deprecated)]
        #lints
        impl #impls #handle #clause {
            #(#methods)*
        }
    }
}

/// The docs of an event, and what else is said of it: of all its clauses' docs, those that are there.
pub(super) fn said(event: &Event<'_>, otherwise: &str) -> TokenStream {
    let others = &event.first().carried.others;
    let mut docs: Vec<&syn::Attribute> = Vec::new();
    for clause in &event.clauses {
        docs.extend(&clause.carried.docs);
    }
    let doc = docs.is_empty().then(|| quote!(#[doc = #otherwise]));
    quote!(#(#docs)* #doc #(#others)*)
}

/// The attributes of an event's method.
pub(super) fn attributes(event: &Event<'_>, otherwise: &str) -> TokenStream {
    let said = said(event, otherwise);
    let must_use = &event.first().carried.must_use;
    let must_use = must_use
        .as_ref()
        .filter(|attribute| attribute.meta.require_path_only().is_err());
    quote!(#said #must_use)
}

fn method(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let first = event.first();
    let Function { vis, name, .. } = first;
    let word = if first.role == Role::Call {
        "Calls"
    } else {
        "Casts"
    };
    let attributes = attributes(event, &format!(" {word} `{}`.", event.text()));
    let declarations = scope.declarations(first);
    let machine = quote!(#otp::Machine<#server>);
    let types = if scope.sound {
        Values(scope.argument_types(first)).into_token_stream()
    } else {
        quote!(())
    };
    let (result, kind, send) = if first.role == Role::Call {
        let answer = scope.answer(first);
        (
            quote!(#otp::Call<'_, #machine, #types, #answer>),
            quote!(CallSpec),
            quote!(call),
        )
    } else {
        (
            quote!(#otp::Cast<'_, #machine, #types>),
            quote!(CastSpec),
            quote!(cast),
        )
    };
    if !scope.sound {
        return quote! {
            #attributes
            #vis fn #name(&self, #(#declarations),*) -> #result { loop {} }
        };
    }
    let values = Values(arguments(first));
    let spec = spec(scope, event, variant, &kind);
    quote! {
        #attributes
        #[inline]
        #vis fn #name(&self, #(#declarations),*) -> #result {
            <#otp::ServerRef<#machine>>::#send(self, &#spec, #values)
        }
    }
}

/// The constant by which the engine runs a handler in place, or makes its message.
fn spec(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident, kind: &TokenStream) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let name = event.text();
    let values = Values(arguments(event.first()));
    let reply = names::local("reply");
    let made = scope.made(event, variant, &reply);
    let made = quote!(<#otp::Machine<#server>>::message(#made));
    let message = if event.first().role == Role::Call {
        quote!(|#values, #reply| #made)
    } else {
        quote!(|#values| #made)
    };
    if !dispatch::is_attempted(scope, event) {
        return quote!(#otp::#kind::Queued(#name, #message));
    }
    let (machine, cx, args) = (
        names::local("machine"),
        names::local("cx"),
        names::local("args"),
    );
    let at_once = dispatch::at_once_name(event);
    let attempt = if scope.is_bare() {
        quote!(in_place_alone)
    } else {
        quote!(in_place)
    };
    quote! {
        #otp::#kind::Attempted(
            #name,
            |#machine, #cx, #args| #machine.#attempt(#cx, #args, <#server>::#at_once),
            #message,
        )
    }
}
