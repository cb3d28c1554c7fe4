//! The types of `next` after a mistake: whatever a handler may have meant to write is there.
//!
//! What a handler declares is held to as far as it can be read. Where it cannot, a handler may lead
//! anywhere, so that the mistake is one error and completion goes on working. Nothing here runs.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Fields, Generics, parse_quote};

use super::functions::next_name;
use super::scope::Scope;
use crate::lints;
use crate::names;
use crate::state_machine::model::{Event, Function, Role, State};
use crate::state_machine::parse::is_next;
use crate::tokens;
use crate::types;

/// The types of all handlers that take a `next`, by value or by mistake otherwise.
pub(super) fn types(scope: &Scope<'_>) -> TokenStream {
    let mut out = TokenStream::new();
    let mut seen: Vec<Ident> = Vec::new();
    for function in &scope.machine.block.functions {
        let name = next_name(&scope.machine.block, function);
        if function.params.iter().any(|param| is_meant(&param.ty)) && !seen.contains(&name) {
            out.extend(holder(scope, &name, &methods(scope, function)));
            seen.push(name);
        }
    }
    for state in &scope.machine.decl.states {
        if let Some(timeout) = state_timeout_of(scope, state) {
            let name = entry_name(scope, state);
            out.extend(holder(scope, &name, &within(scope, timeout)));
        }
    }
    out
}

fn is_meant(ty: &syn::Type) -> bool {
    types::as_reference(ty).map_or_else(|| is_next(ty), |reference| is_next(&reference.elem))
}

/// A type with methods and no content.
fn holder(scope: &Scope<'_>, name: &Ident, methods: &TokenStream) -> TokenStream {
    let server = scope.server;
    let generics = with_turn(scope);
    let (impls, arguments, clause) = generics.split_for_impl();
    let lints = lints::methods();
    let declared = quote! {
        #[doc(hidden)]
        #[allow(dead_code, private_interfaces, private_bounds, nonstandard_style)]
        pub struct #name #generics (
            ::core::marker::PhantomData<&'turn mut ()>,
            ::core::marker::PhantomData<#server>,
        ) #clause;
    };
    // Where rustc points when a method is missing.
    let declared = tokens::respan(declared, name.span());
    quote! {
        #declared

        #[allow(dead_code, private_interfaces, private_bounds, unused_variables)]
        #lints
        impl #impls #name #arguments #clause {
            #methods
        }
    }
}

fn with_turn(scope: &Scope<'_>) -> Generics {
    let mut generics = scope.generics.clone();
    generics.params.insert(0, parse_quote!('turn));
    generics
}

fn methods(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let otp = scope.otp;
    let mut out: TokenStream = targets(scope, function)
        .into_iter()
        .map(|(state, at)| go(scope, state, at))
        .collect();
    out.extend(quote! {
        pub fn repeat(self) { loop {} }
        pub fn stop(self, reason: #otp::ExitReason) { loop {} }
    });
    let reply = |function: &Function| {
        let (reply, answer) = (names::local("reply"), scope.answer(function));
        (function.role == Role::Call).then(|| quote!(#reply: #otp::ReplyTo<#answer>,))
    };
    let (own, arguments) = (reply(function), scope.declarations(function));
    out.extend(quote! {
        pub fn postpone(self, #own #(#arguments),*) -> Self { loop {} }
    });
    for (event, _) in &scope.events {
        let first = event.first();
        let method = |beginning: &str, end: &str| {
            let name = names::text(&first.name);
            format_ident!("{beginning}_{name}{end}", span = first.name.span())
        };
        let (insert, reply) = (method("insert", ""), reply(first));
        let declarations = scope.declarations(first);
        out.extend(quote! {
            pub fn #insert(&mut self, #reply #(#declarations),*) { loop {} }
        });
        if first.role.is_timeout() {
            let (start, start_at) = (method("start", ""), method("start", "_at"));
            let (cancel, update) = (method("cancel", ""), method("update", ""));
            let when = names::local("when");
            out.extend(quote! {
                pub fn #start(&mut self, #when: ::core::time::Duration, #(#declarations),*) {
                    loop {}
                }
                pub fn #start_at(
                    &mut self,
                    #when: impl ::core::convert::Into<#otp::When>,
                    #(#declarations),*
                ) {
                    loop {}
                }
                pub fn #cancel(&mut self) { loop {} }
                pub fn #update(&mut self, #(#declarations),*) { loop {} }
            });
        }
    }
    out
}

/// Where a handler may lead: anywhere, unless it says so and all that it says are states.
fn targets<'a>(scope: &Scope<'a>, function: &Function) -> Vec<(&'a State, Span)> {
    let decl = &scope.machine.decl;
    let readable = function.on.as_ref().filter(|on| on.is_clear());
    let declared = readable.and_then(|_| {
        let targets = function.targets().iter();
        let found = targets.map(|name| Some((decl.state(name)?, name.span())));
        found.collect::<Option<Vec<_>>>()
    });
    declared.unwrap_or_else(|| {
        let anywhere = decl.states.iter();
        anywhere.map(|state| (state, state.name.span())).collect()
    })
}

/// `next.unlocked(credit)`.
fn go(scope: &Scope<'_>, target: &State, at: Span) -> TokenStream {
    let method = names::method(&target.name);
    let fields = match &target.fields {
        Fields::Unit => Vec::new(),
        fields => fields
            .iter()
            .enumerate()
            .map(|(place, field)| {
                let name = field.ident.clone();
                let name = name.unwrap_or_else(|| format_ident!("field{}", place));
                let ty = scope.outside(&field.ty);
                quote!(#name: #ty)
            })
            .collect(),
    };
    let returned = state_timeout_of(scope, target).map(|_| {
        let name = entry_name(scope, target);
        let generics = with_turn(scope);
        let (_, arguments, _) = generics.split_for_impl();
        quote!(-> #name #arguments)
    });
    let doc = format!(" The machine is `{}` next.", target.name);
    let method = quote! {
        #[doc = #doc]
        pub fn #method(self, #(#fields),*) #returned { loop {} }
    };
    tokens::respan(method, at)
}

fn state_timeout_of<'s, 'a>(scope: &'s Scope<'a>, state: &State) -> Option<&'s Event<'a>> {
    let mut events = scope.events.iter().map(|(event, _)| event);
    events.find(|event| {
        let first = event.first();
        first.role == Role::StateTimeout && first.states.contains(&state.name)
    })
}

fn entry_name(scope: &Scope<'_>, state: &State) -> Ident {
    let machine = names::text(&scope.machine.decl.name);
    format_ident!("{machine}{}Entry", names::text(&state.name))
}

/// What `next.unlocked(..)` returns if `Unlocked` has a timeout.
fn within(scope: &Scope<'_>, timeout: &Event<'_>) -> TokenStream {
    let declarations = scope.declarations(timeout.first());
    quote! {
        pub fn within(self, after: ::core::time::Duration, #(#declarations),*) { loop {} }
    }
}
