//! The type of each handler's `next`: only what the handler has declared can be written.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Fields, parse_quote};

use super::functions::next_name;
use super::scope::Scope;
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
    if scope.sound {
        out.extend(
            scope
                .machine
                .decl
                .states
                .iter()
                .filter_map(|state| entry(scope, state)),
        );
    }
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
    let methods = if scope.sound {
        methods(scope, function)
    } else {
        let targets = function.targets().iter();
        targets
            .filter_map(|name| Some(go(scope, scope.machine.decl.state(name)?, name.span())))
            .collect()
    };
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
    quote! {
        #declared

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
    if role.is_event() || role == Role::Init {
        for (event, variant) in &scope.events {
            out.extend(insert(scope, event, variant));
        }
    }
    for (event, variant) in &scope.events {
        if event.first().role.is_timeout() {
            out.extend(timeout(scope, function, event, variant));
        }
    }
    out
}

/// `next.unlocked(credit)`.
fn go(scope: &Scope<'_>, target: &State, at: Span) -> TokenStream {
    let path = &scope.path;
    let name = &target.name;
    let method = names::method(name);
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
    let entry = state_timeout_of(scope, target)
        .filter(|_| scope.sound)
        .map(|_| {
            let entry = entry_name(scope, target);
            let arguments = turn_arguments(scope);
            (
                quote!(-> #entry #arguments),
                quote!(#entry { turn: self.turn }),
            )
        });
    let (returned, value_returned) = entry.unzip();
    let tokens = quote! {
        #[doc = #doc]
        #[inline]
        pub fn #method(self, #(#declarations),*) #returned {
            self.turn.go(#value);
            #value_returned
        }
    };
    tokens::respan(tokens, at)
}

/// `<'turn, T>`.
fn turn_arguments(scope: &Scope<'_>) -> TokenStream {
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

/// `next.insert_coin(value)`.
fn insert(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
    let otp = scope.otp;
    let first = event.first();
    let method = format_ident!(
        "insert_{}",
        names::text(&first.name),
        span = first.name.span()
    );
    let doc = format!(
        " Inserts `{}`: it is handled before all events that wait.",
        event.text()
    );
    let reply = names::local("reply");
    let answer = scope.answer(first);
    let declared = (first.role == Role::Call).then(|| quote!(#reply: #otp::ReplyTo<#answer>,));
    let declarations = scope.declarations(first);
    let made = scope.made(event, variant, &reply);
    quote! {
        #[doc = #doc]
        #[inline]
        pub fn #method(&mut self, #declared #(#declarations),*) {
            self.turn.insert(#made);
        }
    }
}

/// Whether a handler can run in one of the states, and the machine still be in it afterwards.
fn can_be_in(function: &Function, states: &[Ident]) -> bool {
    match function.role {
        Role::Init | Role::Exit | Role::Terminate => false,
        Role::Enter => function.states.iter().any(|state| states.contains(state)),
        _ => function.takes_rest() || states.iter().any(|state| function.names(state)),
    }
}

/// `next.start_relock(after)` and its sisters.
fn timeout(
    scope: &Scope<'_>,
    function: &Function,
    event: &Event<'_>,
    variant: &Ident,
) -> TokenStream {
    let otp = scope.otp;
    let first = event.first();
    let name = names::text(&first.name);
    let span = first.name.span();
    let method = |beginning: &str, end: &str| format_ident!("{beginning}_{name}{end}", span = span);
    let (start, start_at) = (method("start", ""), method("start", "_at"));
    let (cancel, update) = (method("cancel", ""), method("update", ""));
    let declarations = scope.declarations(first);
    let made = scope.made(event, variant, &names::reply_field());
    let when = names::local("when");
    let (started, updated, key) = if first.role == Role::StateTimeout {
        if !can_be_in(function, &first.states) {
            return TokenStream::new();
        }
        (
            quote! {
                if let ::core::option::Option::Some(here) = self.here {
                    self.turn.start_state_timeout(here, #when, #made);
                }
            },
            quote! {
                if let ::core::option::Option::Some(here) = self.here {
                    self.turn.update_state_timeout(here, #made);
                }
            },
            quote!(#otp::TimeoutKey::State),
        )
    } else {
        let key = key(scope, event, variant);
        (
            quote!(self.turn.start_timeout(#key, #when, #made);),
            quote!(self.turn.update_timeout(#key, #made);),
            key,
        )
    };
    let doc_start = format!(" Starts `{name}`, anew if it runs: it comes after this time.");
    let doc_at = format!(" Starts `{name}`, anew if it runs: it comes at this time.");
    let doc_cancel = format!(" Stops `{name}`: it does not come any more.");
    let doc_update = format!(
        " Gives `{name}` other arguments and leaves its time alone; if it does not run, it comes at once."
    );
    quote! {
        #[doc = #doc_start]
        #[inline]
        pub fn #start(&mut self, #when: ::core::time::Duration, #(#declarations),*) {
            #started
        }

        #[doc = #doc_at]
        #[inline]
        pub fn #start_at(&mut self, #when: impl ::core::convert::Into<#otp::When>, #(#declarations),*) {
            #started
        }

        #[doc = #doc_cancel]
        #[inline]
        pub fn #cancel(&mut self) {
            self.turn.cancel_timeout(#key);
        }

        #[doc = #doc_update]
        #[inline]
        pub fn #update(&mut self, #(#declarations),*) {
            #updated
        }
    }
}

/// What the runtime knows a timeout by.
pub(super) fn key(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
    let (otp, timeout) = (scope.otp, &scope.timeout);
    match event.first().role {
        Role::StateTimeout => quote!(#otp::TimeoutKey::State),
        Role::EventTimeout => quote!(#otp::TimeoutKey::Event),
        _ => quote!(#otp::TimeoutKey::Named(#timeout::#variant)),
    }
}

/// The value that a handler is given as its `next`.
pub(super) fn value(scope: &Scope<'_>, function: &Function, here: &TokenStream) -> TokenStream {
    let name = next_name(&scope.machine.block, function);
    let turn = names::local("turn");
    let here = scope.has_state_timeouts().then(|| quote!(here: #here,));
    quote!(#name { turn: #turn, #here })
}
