//! The type of each handler's `next`: only what the handler has declared can be written.
//!
//! Where a handler may lead is a method of its own type. What is the same for many stands once, in traits
//! of the machine.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Fields, Generics, parse_quote};

use super::functions::next_name;
use super::scope::Scope;
use super::shared::{self, Shared};
use crate::lints;
use crate::names;
use crate::state_machine::events::Event;
use crate::state_machine::model::{Function, Role, State};
use crate::tokens;

/// The types of all handlers that take a `next`, and of the entries that have a timeout.
pub(super) fn types(scope: &Scope<'_>) -> TokenStream {
    let shared = shared::all(scope);
    let functions = scope.machine.block.functions.iter();
    let nexts = functions.filter(|function| function.takes_next());
    let nexts = nexts.map(|function| next(scope, function, &shared));
    let states = scope.machine.decl.states.iter();
    let entries = states.filter_map(|state| entry(scope, state));
    let declared = shared.iter().map(|shared| shared.declared(scope));
    quote!(#(#nexts)* #(#entries)* #(#declared)*)
}

/// The machine's generics, and the lifetime of a turn.
pub(super) fn turned(scope: &Scope<'_>) -> Generics {
    let mut generics = scope.generics.clone();
    generics.params.insert(0, parse_quote!('turn));
    generics
}

fn next(scope: &Scope<'_>, function: &Function, shared: &[Shared]) -> TokenStream {
    let Scope {
        otp, server, state, ..
    } = scope;
    let name = next_name(&scope.machine.block, function);
    let generics = turned(scope);
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
    let here = needs_here(scope, function).then(|| quote!(here: #state,));
    let lints = lints::METHODS;
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
    let shared = shared.iter().filter(|shared| shared.is_of(function));
    let shared = shared.map(|shared| shared.implemented(scope, &name));
    let methods = (!methods.is_empty()).then(|| {
        quote! {
            #[allow(dead_code, private_interfaces, unused_variables)]
            #lints
            impl #impls #name #arguments #clause {
                #methods
            }
        }
    });
    quote! {
        #declared

        #methods

        #[automatically_derived]
        impl #impls #otp::HasTurn<#server> for #name #arguments #clause {
            #[inline]
            fn __turn(&mut self) -> &mut #otp::Turn<#server> {
                self.turn
            }
        }

        #(#shared)*
    }
}

fn methods(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let decl = &scope.machine.decl;
    let targets = function.targets().iter();
    let mut out: TokenStream = targets
        .filter_map(|name| Some(go(scope, decl.state(name)?, name.span())))
        .collect();
    // That of events is in a trait.
    if function.role == Role::Enter {
        out.extend(quote! {
            /// Enters the current state again: its enter handler runs once more.
            #[inline]
            pub fn repeat(self) {
                self.turn.repeat();
            }
        });
    }
    out.extend(postpone(scope, function));
    out
}

/// `next.unlocked(credit)`.
fn go(scope: &Scope<'_>, target: &State, at: Span) -> TokenStream {
    let path = &scope.path;
    let name = &target.name;
    let mut method = names::method(name);
    // At the user's own token, which needs no word about macros, also where a handler goes twice.
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
        let turned = turned(scope);
        let (_, arguments, _) = turned.split_for_impl();
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

pub(super) fn state_timeout_of<'s, 'a>(
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

pub(super) fn entry_name(scope: &Scope<'_>, state: &State) -> Ident {
    let machine = names::text(&scope.machine.decl.name);
    format_ident!("{machine}{}Entry", names::text(&state.name))
}

/// What `next.unlocked(..)` returns if `Unlocked` has a timeout: `.within(duration)`.
fn entry(scope: &Scope<'_>, state: &State) -> Option<TokenStream> {
    let Scope { otp, server, .. } = scope;
    let (event, variant) = state_timeout_of(scope, state)?;
    let name = entry_name(scope, state);
    let generics = turned(scope);
    let (impls, arguments, clause) = generics.split_for_impl();
    let declarations = scope.declarations(event.first());
    let made = scope.made(event, variant, &names::reply_field());
    let (states, here) = (&scope.state, &state.name);
    let (doc, within) = (
        format!(" The machine is `{here}` next."),
        format!(
            " `{}` comes after this time, in place of the declared one.",
            event.text()
        ),
    );
    let lints = lints::METHODS;
    Some(quote! {
        #[doc = #doc]
        #[doc(hidden)]
        #[allow(dead_code, private_interfaces, private_bounds, nonstandard_style)]
        pub struct #name #generics #clause {
            turn: &'turn mut #otp::Turn<#server>,
        }

        #[allow(dead_code, private_interfaces, unused_variables)]
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
    function.can_postpone().then(|| {
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
pub(super) fn can_be_in(function: &Function, states: &[Ident]) -> bool {
    match function.role {
        Role::Init | Role::Exit | Role::Terminate => false,
        Role::Enter => function.states.iter().any(|state| states.contains(state)),
        _ => function.takes_rest() || states.iter().any(|state| function.names(state)),
    }
}

/// Whether its `next` has to know the state that it was called in: to set the timeout of several.
pub(super) fn needs_here(scope: &Scope<'_>, function: &Function) -> bool {
    function.takes_next()
        && scope.events.iter().any(|(event, _)| {
            let first = event.first();
            first.is_of_several() && can_be_in(function, &first.states)
        })
}

/// The value that a handler is given as its `next`.
pub(super) fn value(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let name = next_name(&scope.machine.block, function);
    let turn = names::local("turn");
    let here = needs_here(scope, function).then(|| names::local("here"));
    quote!(#name { #turn, #here })
}
