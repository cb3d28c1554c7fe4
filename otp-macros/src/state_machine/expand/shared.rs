//! What the `next` of many handlers has: it stands once for the machine, in traits, and each handler's type
//! says which of them it has.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::next::{can_be_in, turned};
use super::scope::Scope;
use crate::lints;
use crate::names;
use crate::state_machine::events::Event;
use crate::state_machine::model::{Function, Role};

/// A trait of the machine.
pub(super) struct Shared {
    name: Ident,
    methods: TokenStream,
    of: Of,
}

/// Whose `next` has it.
enum Of {
    /// Those of events.
    Events,
    /// Those of events, and that of `init`.
    Inserting,
    All,
    /// Those of handlers that can run in one of these states.
    States(Vec<Ident>),
}

/// All traits in which there is anything.
pub(super) fn all(scope: &Scope<'_>) -> Vec<Shared> {
    let machine = &scope.machine.decl.name;
    let named = |what: &str| names::hidden_of(machine, what);
    let events = || scope.events.iter();
    let is_lasting = |role: Role| role.is_timeout() && role != Role::StateTimeout;
    let mut found = vec![
        Shared {
            name: named("Moves"),
            methods: moves(scope),
            of: Of::Events,
        },
        Shared {
            name: named("Inserts"),
            methods: events()
                .map(|(event, variant)| insert(scope, event, variant))
                .collect(),
            of: Of::Inserting,
        },
        Shared {
            name: named("Timeouts"),
            methods: events()
                .filter(|(event, _)| is_lasting(event.first().role))
                .map(|(event, variant)| timeout(scope, event, variant))
                .collect(),
            of: Of::All,
        },
    ];
    let of_states = events().filter(|(event, _)| event.first().role == Role::StateTimeout);
    found.extend(of_states.map(|(event, variant)| Shared {
        name: named(&format!("{variant}Timeout")),
        methods: timeout(scope, event, variant),
        of: Of::States(event.first().states.clone()),
    }));
    let functions = &scope.machine.block.functions;
    found.retain(|shared| {
        let mut nexts = functions.iter().filter(|function| function.takes_next());
        !shared.methods.is_empty() && nexts.any(|function| shared.is_of(function))
    });
    found
}

impl Shared {
    /// Whether a handler's `next` has it.
    pub(super) fn is_of(&self, function: &Function) -> bool {
        match &self.of {
            Of::Events => function.role.is_event(),
            Of::Inserting => function.role.is_event() || function.role == Role::Init,
            Of::All => true,
            Of::States(states) => can_be_in(function, states),
        }
    }

    /// Whether it has to know the state that a handler was called in.
    fn asks_here(&self) -> bool {
        matches!(&self.of, Of::States(states) if states.len() != 1)
    }

    pub(super) fn declared(&self, scope: &Scope<'_>) -> TokenStream {
        let Scope {
            otp, server, state, ..
        } = scope;
        let Shared { name, methods, .. } = self;
        let (generics, _, clause) = scope.generics.split_for_impl();
        let here = self
            .asks_here()
            .then(|| quote!(fn __here(&self) -> #state;));
        let lints = lints::METHODS;
        quote! {
            #[doc(hidden)]
            #[allow(dead_code, unused_variables, private_interfaces, private_bounds)]
            #lints
            trait #name #generics: #otp::HasTurn<#server> #clause {
                #here
                #methods
            }
        }
    }

    pub(super) fn implemented(&self, scope: &Scope<'_>, next: &Ident) -> TokenStream {
        let (name, state) = (&self.name, &scope.state);
        let generics = turned(scope);
        let (_, arguments, clause) = scope.generics.split_for_impl();
        let (impls, turned, _) = generics.split_for_impl();
        let here = self.asks_here().then(|| {
            quote! {
                #[inline]
                fn __here(&self) -> #state {
                    self.here
                }
            }
        });
        quote!(impl #impls #name #arguments for #next #turned #clause { #here })
    }
}

/// What the handler of an event may do beside a change of state.
fn moves(scope: &Scope<'_>) -> TokenStream {
    let otp = scope.otp;
    quote! {
        /// Enters the current state again: its enter handler runs once more.
        #[inline]
        fn repeat(mut self) {
            self.__turn().repeat();
        }

        /// Ends the machine; the answer of the call in work goes first.
        #[inline]
        fn stop(mut self, reason: #otp::ExitReason) {
            self.__turn().stop(reason);
        }
    }
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
        fn #method(&mut self, #declared #(#declarations),*) {
            self.__turn().insert(#made);
        }
    }
}

/// `next.start_relock(after)` and its sisters.
fn timeout(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
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
    let key = key(scope, event, variant);
    let (started, updated) = if first.role == Role::StateTimeout {
        let (of, here) = (names::local("here"), here(scope, first));
        (
            quote!(let #of = #here; self.__turn().start_state_timeout(#of, #when, #made);),
            quote!(let #of = #here; self.__turn().update_state_timeout(#of, #made);),
        )
    } else {
        (
            quote!(self.__turn().start_timeout(#key, #when, #made);),
            quote!(self.__turn().update_timeout(#key, #made);),
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
        fn #start(&mut self, #when: ::core::time::Duration, #(#declarations),*) {
            #started
        }

        #[doc = #doc_at]
        #[inline]
        fn #start_at(&mut self, #when: impl ::core::convert::Into<#otp::When>, #(#declarations),*) {
            #started
        }

        #[doc = #doc_cancel]
        #[inline]
        fn #cancel(&mut self) {
            self.__turn().cancel_timeout(#key);
        }

        #[doc = #doc_update]
        #[inline]
        fn #update(&mut self, #(#declarations),*) {
            #updated
        }
    }
}

/// The state whose timeout is set: the only one that has it, or the one that the handler was called in.
fn here(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let states = &scope.state;
    if let [only] = function.states.as_slice() {
        quote!(#states::#only)
    } else {
        quote!(self.__here())
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
