//! The type of each handler's `next`: only what the handler has declared can be written.
//!
//! Where a handler may lead is a method of its own type. What is the same for many, inserted events and
//! timeouts, stands once, in two traits of the machine.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Fields, parse_quote};

use super::functions::next_name;
use super::scope::Scope;
use super::shared::{Shared, timeout};
use crate::lints;
use crate::names;
use crate::state_machine::model::{Event, Function, Role, State};
use crate::tokens;

/// The types of all handlers that take a `next`, and of the entries that have a timeout.
pub(super) fn types(scope: &Scope<'_>) -> TokenStream {
    let mut out = TokenStream::new();
    for function in &scope.machine.block.functions {
        if function.takes_next() {
            out.extend(next(scope, function));
        }
    }
    let states = scope.machine.decl.states.iter();
    out.extend(states.filter_map(|state| entry(scope, state)));
    out.extend(
        Shared::ALL
            .iter()
            .filter_map(|shared| shared.declared(scope)),
    );
    out
}

fn next(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let Scope {
        otp, server, state, ..
    } = scope;
    let name = next_name(&scope.machine.block, function);
    let mut generics = scope.generics.clone();
    generics.params.insert(0, parse_quote!('turn));
    let (impls, arguments, clause) = generics.split_for_impl();
    let methods = methods(scope, function);
    let doc = match function.role {
        Role::Init => " What may be begun with.".into(),
        Role::Enter | Role::Exit => format!(" What `{}` may do besides.", function.name),
        _ => format!(
            " Where `{}` may lead: one method for each state that its `#[on]` declares.",
            function.name
        ),
    };
    let here = scope
        .has_state_timeouts()
        .then(|| quote!(here: ::core::option::Option<#state>,));
    let lints = lints::methods();
    let declared = quote! {
        #[doc = #doc]
        #[doc(hidden)]
        #[allow(dead_code, private_interfaces, private_bounds, nonstandard_style)]
        pub struct #name #generics #clause {
            turn: &'turn mut #otp::Turn<#server>,
            #here
        }
    };
    let declared = tokens::respan(declared, function.name.span());
    let shared = Shared::ALL
        .into_iter()
        .filter(|shared| shared.is_of(function));
    let shared = shared.map(|shared| shared.implemented(scope, &name));
    quote! {
        #declared

        #(#shared)*

        #[allow(dead_code, private_interfaces, unused_variables)]
        #lints
        impl #impls #name #arguments #clause {
            #methods
        }
    }
}

fn methods(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let otp = scope.otp;
    let mut out = TokenStream::new();
    let role = function.role;
    for name in function.targets() {
        if let Some(target) = scope.machine.decl.state(name) {
            out.extend(go(scope, target, name.span()));
        }
    }
    if role.is_event() || role == Role::Enter {
        out.extend(quote! {
            /// Enters the current state again: its enter handler runs once more.
            #[inline]
            pub fn repeat(self) {
                self.turn.repeat();
            }
        });
    }
    if role.is_event() {
        out.extend(quote! {
            /// Ends the machine; the answer of the call in work goes first.
            #[inline]
            pub fn stop(self, reason: #otp::ExitReason) {
                self.turn.stop(reason);
            }
        });
        out.extend(postpone(scope, function));
    }
    for (event, variant) in &scope.events {
        let first = event.first();
        if first.role == Role::StateTimeout && can_be_in(function, &first.states) {
            out.extend(timeout(scope, event, variant));
        }
    }
    out
}

/// `next.unlocked(credit)`.
fn go(scope: &Scope<'_>, target: &State, at: Span) -> TokenStream {
    let path = &scope.path;
    let name = &target.name;
    let mut method = names::method(name);
    // At the user's own token, which needs no word about macros.
    method.set_span(at);
    let this = Ident::new("self", at);
    let mut declarations = Vec::new();
    let value = match &target.fields {
        Fields::Unit => quote!(#path::#name),
        Fields::Named(fields) => {
            let mut values = Vec::new();
            for field in &fields.named {
                let (name, ty) = (&field.ident, scope.outside(&field.ty));
                declarations.push(quote!(#name: #ty));
                values.push(quote!(#name));
            }
            quote!(#path::#name { #(#values),* })
        }
        Fields::Unnamed(fields) => {
            let mut values = Vec::new();
            for (place, field) in fields.unnamed.iter().enumerate() {
                let (name, ty) = (format_ident!("field{}", place), scope.outside(&field.ty));
                declarations.push(quote!(#name: #ty));
                values.push(quote!(#name));
            }
            quote!(#path::#name(#(#values),*))
        }
    };
    let doc = format!(" The machine is `{name}` next.");
    let entry = state_timeout_of(scope, target).map(|_| {
        let entry = entry_name(scope, target);
        let arguments = turn_arguments(scope);
        (
            quote!(-> #entry #arguments),
            quote!(#entry { turn: #this.turn }),
        )
    });
    let (returned, value_returned) = entry.unzip();
    let tokens = quote! {
        #[doc = #doc]
        #[inline]
        pub fn #method(#this, #(#declarations),*) #returned {
            #this.turn.go(#value);
            #value_returned
        }
    };
    tokens::respan(tokens, at)
}

/// `<'turn, T>`.
pub(super) fn turn_arguments(scope: &Scope<'_>) -> TokenStream {
    let mut generics = scope.generics.clone();
    generics.params.insert(0, parse_quote!('turn));
    let (_, arguments, _) = generics.split_for_impl();
    quote!(#arguments)
}

fn state_timeout_of<'s, 'a>(
    scope: &'s Scope<'a>,
    state: &State,
) -> Option<(&'s Event<'a>, &'s Ident)> {
    let events = scope.events.iter();
    let mut timeouts = events.filter(|(event, _)| {
        let first = event.first();
        first.role == Role::StateTimeout && first.states.contains(&state.name)
    });
    timeouts.next().map(|(event, variant)| (event, variant))
}

fn entry_name(scope: &Scope<'_>, state: &State) -> Ident {
    let machine = names::text(&scope.machine.decl.name);
    format_ident!("{machine}{}Entry", names::text(&state.name))
}

/// What `next.unlocked(..)` returns if `Unlocked` has a timeout: `.within(duration)`.
fn entry(scope: &Scope<'_>, state: &State) -> Option<TokenStream> {
    let Scope { otp, server, .. } = scope;
    let (event, variant) = state_timeout_of(scope, state)?;
    let name = entry_name(scope, state);
    let mut generics = scope.generics.clone();
    generics.params.insert(0, parse_quote!('turn));
    let (impls, arguments, clause) = generics.split_for_impl();
    let declarations = scope.declarations(event.first());
    let made = scope.made(event, variant, &names::reply_field());
    let states = &scope.state;
    let here = &state.name;
    let (doc, within) = (
        format!(" The machine is `{here}` next."),
        format!(
            " `{}` comes after this time, in place of the declared one.",
            event.text()
        ),
    );
    let lints = lints::methods();
    Some(quote! {
        #[doc = #doc]
        #[doc(hidden)]
        #[allow(dead_code, private_interfaces, private_bounds, nonstandard_style)]
        pub struct #name #generics #clause {
            turn: &'turn mut #otp::Turn<#server>,
        }

        #[allow(dead_code, private_interfaces)]
        #lints
        impl #impls #name #arguments #clause {
            #[doc = #within]
            #[inline]
            pub fn within(self, after: ::core::time::Duration, #(#declarations),*) {
                self.turn.start_state_timeout(#states::#here, after, #made);
            }
        }
    })
}

/// `next.postpone(reply, value)`.
fn postpone(scope: &Scope<'_>, function: &Function) -> Option<TokenStream> {
    let postpones = match function.role {
        Role::Call => function.is_delayed(),
        Role::Cast | Role::Info | Role::Internal => true,
        _ => false,
    };
    let (event, variant) = scope
        .events
        .iter()
        .find(|(event, _)| event.first().name == function.name)?;
    let reply = names::local("reply");
    let answer = scope.answer(function);
    let otp = scope.otp;
    let declared = (function.role == Role::Call).then(|| quote!(#reply: #otp::ReplyTo<#answer>,));
    let declarations = scope.declarations(event.first());
    let made = scope.made(event, variant, &reply);
    postpones.then(|| {
        quote! {
            /// Gives the event back: it comes again when the machine is in another state.
            #[inline]
            pub fn postpone(self, #declared #(#declarations),*) -> Self {
                self.turn.postpone(#made);
                self
            }
        }
    })
}

/// Whether a handler can run in one of the states, and the machine still be in it afterwards.
fn can_be_in(function: &Function, states: &[Ident]) -> bool {
    match function.role {
        Role::Init | Role::Exit | Role::Terminate => false,
        Role::Enter => function.states.iter().any(|state| states.contains(state)),
        _ => function.takes_rest() || states.iter().any(|state| function.names(state)),
    }
}

/// The value that a handler is given as its `next`.
pub(super) fn value(scope: &Scope<'_>, function: &Function, here: &TokenStream) -> TokenStream {
    let name = next_name(&scope.machine.block, function);
    let turn = names::local("turn");
    let here = scope.has_state_timeouts().then(|| quote!(here: #here,));
    quote!(#name { turn: #turn, #here })
}
