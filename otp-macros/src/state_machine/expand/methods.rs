//! The handle's methods: one for each call and cast.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::dispatch::{self, Host};
use super::scope::{Scope, arguments, tuple};
use crate::lints;
use crate::names;
use crate::state_machine::model::{Answer, Event, Function, Role};

pub(super) fn methods(scope: &Scope<'_>) -> TokenStream {
    let methods = scope
        .events
        .iter()
        .filter(|(event, _)| event.first().role.has_method());
    let methods = methods.map(|(event, variant)| method(scope, event, variant));
    let (impls, _, clause) = scope.generics.split_for_impl();
    let handle = &scope.handle;
    let lints = lints::methods();
    quote! {
        #[allow(unused_variables, unreachable_patterns, deprecated)]
        #lints
        impl #impls #handle #clause {
            #(#methods)*
        }
    }
}

/// The docs and the other attributes of an event: of all its clauses' docs, those that are there.
pub(super) fn attributes(event: &Event<'_>, otherwise: &str) -> TokenStream {
    let carried = &event.first().carried;
    let others = &carried.others;
    let mut docs: Vec<&syn::Attribute> = Vec::new();
    for clause in &event.clauses {
        docs.extend(&clause.carried.docs);
    }
    let doc = docs.is_empty().then(|| quote!(#[doc = #otherwise]));
    let must_use = &carried.must_use;
    let must_use = must_use
        .as_ref()
        .filter(|attribute| attribute.meta.require_path_only().is_err());
    quote!(#(#docs)* #doc #(#others)* #must_use)
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
        tuple(&scope.argument_types(first))
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
    let values = tuple(&arguments(first));
    let spec = spec(scope, event, variant, &kind);
    quote! {
        #attributes
        #[inline]
        #vis fn #name(&self, #(#declarations),*) -> #result {
            <#otp::ServerRef<#machine>>::#send(self, const { &#spec }, #values)
        }
    }
}

/// The constant by which the engine runs a handler in place, or makes its message.
fn spec(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident, kind: &TokenStream) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let name = event.text();
    let values = tuple(&arguments(event.first()));
    let reply = names::local("reply");
    let made = scope.made(event, variant, &reply);
    let made = quote!(<#otp::Machine<#server>>::message(#made));
    let message = if event.first().role == Role::Call {
        quote!(|#values, #reply| #made)
    } else {
        quote!(|#values| #made)
    };
    if !any_in_place(scope, event) {
        return quote!(#otp::#kind::queued(#name, #message));
    }
    let (machine, cx, args, state, data, turn) = (
        names::local("machine"),
        names::local("cx"),
        names::local("args"),
        names::local("state"),
        names::local("data"),
        names::local("turn"),
    );
    let body = dispatch::states(scope, event, variant, Host::Caller);
    quote! {
        #otp::#kind::attempted(
            #name,
            |#machine, #cx, #args| {
                #machine.in_place(#cx, #args, |#state: &mut #server, #data, #args, #turn, #cx| #body)
            },
            #message,
        )
    }
}

/// Whether some state handles the event at once.
fn any_in_place(scope: &Scope<'_>, event: &Event<'_>) -> bool {
    scope.machine.states_of(event).iter().any(|state| {
        let answer = event.answer(&state.name);
        matches!(answer, Some(Answer::Clause(clause))
            if clause.asyncness().is_none() && !clause.is_delayed())
    })
}
