//! The types of `next` after a mistake: whatever a handler may have meant to write is there.
//!
//! What a handler declares is held to as far as it can be read. Where it cannot, a handler may lead
//! anywhere, so that the mistake is one error and completion goes on working. Nothing here runs.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Generics, parse_quote};

use super::functions::next_name;
use super::next::{entry_name, state_timeout_of};
use super::scope::Scope;
use crate::bounds;
use crate::lints;
use crate::names;
use crate::state_machine::events::Event;
use crate::state_machine::model::{Function, NextCall, Role, State};
use crate::state_machine::parse::is_next;
use crate::suggest::closest;
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
        if let Some((timeout, _)) = state_timeout_of(scope, state) {
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
    let generics = with_turn(scope);
    let params = bounds::type_names(&generics);
    let (impls, arguments, clause) = generics.split_for_impl();
    let lints = lints::METHODS;
    let declared = quote! {
        #[doc(hidden)]
        #[allow(dead_code, private_interfaces, private_bounds, nonstandard_style)]
        pub struct #name #generics (
            ::core::marker::PhantomData<&'turn ()>,
            ::core::marker::PhantomData<fn() -> (#(#params,)*)>,
        ) #clause;
    };
    // Where rustc points when a method is missing.
    let declared = tokens::respan(declared, name.span());
    quote! {
        #declared

        // It is given away twice only where something else is wrong.
        #[automatically_derived]
        impl #impls ::core::clone::Clone for #name #arguments #clause {
            fn clone(&self) -> Self { *self }
        }

        #[automatically_derived]
        impl #impls ::core::marker::Copy for #name #arguments #clause {}

        #[allow(dead_code, private_interfaces, private_bounds, unused_variables)]
        #lints
        impl #impls #name #arguments #clause {
            #methods
        }
    }
}

/// The machine's generics as `next` has them in the user's functions: with no lifetime but its own, and
/// with no bounds but the user's.
fn with_turn(scope: &Scope<'_>) -> Generics {
    let mut generics = bounds::without_lifetimes(&scope.machine.block.generics);
    generics.params.insert(0, parse_quote!('turn));
    generics
}

/// The methods of one handler's `next`, each name once.
struct Methods {
    taken: Vec<String>,
    out: TokenStream,
}

impl Methods {
    fn add(&mut self, name: &Ident, signature: &TokenStream) {
        let text = names::text(name);
        if !self.taken.contains(&text) {
            self.out.extend(quote!(pub fn #name #signature { loop {} }));
            self.taken.push(text);
        }
    }
}

fn methods(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let otp = scope.otp;
    let mut methods = Methods {
        taken: Vec::new(),
        out: TokenStream::new(),
    };
    for call in &function.nexts {
        if let Some(signature) = as_called(scope, call) {
            methods.add(&call.method, &signature);
        }
    }
    for (state, at) in targets(scope, function) {
        let mut method = names::method(&state.name);
        method.set_span(at);
        methods.add(&method, &tokens::respan(go(scope, state), at));
    }
    let reply = |function: &Function| {
        let (reply, answer) = (names::local("reply"), scope.answer(function));
        (function.role == Role::Call).then(|| quote!(#reply: #otp::ReplyTo<#answer>,))
    };
    let (own, arguments) = (reply(function), scope.declarations(function));
    for (name, signature) in [
        ("repeat", quote!((self))),
        ("stop", quote!((self, reason: #otp::ExitReason))),
        ("postpone", quote!((self, #own #(#arguments),*) -> Self)),
    ] {
        methods.add(&Ident::new(name, Span::call_site()), &signature);
    }
    for (event, _) in &scope.events {
        let first = event.first();
        let declarations = scope.declarations(first);
        let reply = reply(first);
        let mut add = |beginning: &str, end: &str, signature: TokenStream| {
            let name = names::text(&first.name);
            let name = format_ident!("{beginning}_{name}{end}", span = first.name.span());
            methods.add(&name, &signature);
        };
        add("insert", "", quote!((&mut self, #reply #(#declarations),*)));
        if first.role.is_timeout() {
            let after = quote!(after: ::core::time::Duration);
            let when = quote!(when: impl ::core::convert::Into<#otp::When>);
            add("start", "", quote!((&mut self, #after, #(#declarations),*)));
            add(
                "start",
                "_at",
                quote!((&mut self, #when, #(#declarations),*)),
            );
            add("cancel", "", quote!((&mut self)));
            add("update", "", quote!((&mut self, #(#declarations),*)));
        }
    }
    methods.out
}

/// A method that takes what it is given, for a call with which something is wrong.
fn as_called(scope: &Scope<'_>, call: &NextCall) -> Option<TokenStream> {
    let machine = scope.machine;
    let given = call.arguments?;
    let text = names::text(&call.method);
    let state = machine.decl.state_of_method(&call.method);
    let timeout = machine.timeout_of_method(&text).map(|timeout| {
        let time = usize::from(text.starts_with("start_"));
        timeout.arguments().count() + time
    });
    let right = state.map(|state| state.fields.len()).or(timeout);
    let is_right = right.map_or_else(|| is_of_every_next(scope, &text), |right| right == given);
    if is_right {
        return None;
    }
    let near = |state: &&State| closest(&text, &[&names::snake(&state.name)]).is_some();
    let meant = state.or_else(|| machine.decl.states.iter().find(near));
    let returned = meant.and_then(|state| returned(scope, state));
    let arguments = (0..given).map(|place| {
        let name = format_ident!("argument{place}");
        quote!(#name: impl ::core::marker::Sized)
    });
    Some(quote!((self, #(#arguments),*) #returned))
}

fn is_of_every_next(scope: &Scope<'_>, method: &str) -> bool {
    let mut events = scope.events.iter().map(|(event, _)| event);
    ["repeat", "stop", "postpone"].contains(&method)
        || events.any(|event| {
            let name = event.text();
            let is_timeout = event.first().role.is_timeout();
            method == format!("insert_{name}") || is_timeout && method == format!("cancel_{name}")
        })
}

/// Where a handler may lead: anywhere, unless it says so and all that it says are states.
fn targets<'a>(scope: &Scope<'a>, function: &Function) -> Vec<(&'a State, Span)> {
    let decl = &scope.machine.decl;
    let readable = function.on.as_ref().filter(|on| on.is_clear());
    let declared = readable.and_then(|_| {
        let targets = function.targets().iter();
        let found = targets.map(|name| Some((decl.state(name)?, name.span())));
        let mut found = found.collect::<Option<Vec<_>>>()?;
        // What is not declared has been reported.
        let called = function.nexts.iter();
        let called = called.filter_map(|call| decl.state_of_method(&call.method));
        found.extend(called.map(|state| (state, state.name.span())));
        Some(found)
    });
    declared.unwrap_or_else(|| {
        let anywhere = decl.states.iter();
        anywhere.map(|state| (state, state.name.span())).collect()
    })
}

/// `next.unlocked(credit)`.
fn go(scope: &Scope<'_>, target: &State) -> TokenStream {
    let fields = target.fields.iter().enumerate().map(|(place, field)| {
        let name = field.ident.clone();
        let name = name.unwrap_or_else(|| format_ident!("field{}", place));
        let ty = if types::borrows(&field.ty, &[]) {
            quote!(impl ::core::marker::Sized)
        } else {
            scope.outside(&field.ty)
        };
        quote!(#name: #ty)
    });
    let returned = returned(scope, target);
    quote!((self, #(#fields),*) #returned)
}

/// What has the time of a state's timeout, if it has one.
fn returned(scope: &Scope<'_>, target: &State) -> Option<TokenStream> {
    state_timeout_of(scope, target).map(|_| {
        let name = entry_name(scope, target);
        let generics = with_turn(scope);
        let (_, arguments, _) = generics.split_for_impl();
        quote!(-> #name #arguments)
    })
}

/// What `next.unlocked(..)` returns if `Unlocked` has a timeout.
fn within(scope: &Scope<'_>, timeout: &Event<'_>) -> TokenStream {
    let declarations = scope.declarations(timeout.first());
    quote! {
        pub fn within(self, after: ::core::time::Duration, #(#declarations),*) { loop {} }
    }
}
