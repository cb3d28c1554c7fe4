//! What the `next` of many handlers has: inserted events, and the timeouts that belong to no state.
//!
//! It stands once for the machine, in two traits, and each handler's type says which of them it has.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::parse_quote;

use super::next::turn_arguments;
use super::scope::Scope;
use crate::lints;
use crate::names;
use crate::state_machine::model::{Event, Function, Role};

/// What the `next` of many handlers has.
#[derive(Clone, Copy)]
pub(super) enum Shared {
    /// `next.insert_coin(..)`.
    Inserts,
    /// `next.start_beat(..)` and its sisters, of all timeouts but those of states.
    Timeouts,
}

impl Shared {
    pub(super) const ALL: [Self; 2] = [Self::Inserts, Self::Timeouts];

    fn name(self, scope: &Scope<'_>) -> Ident {
        let machine = &scope.machine.decl.name;
        match self {
            Self::Inserts => names::hidden_of(machine, "Inserts"),
            Self::Timeouts => names::hidden_of(machine, "Timeouts"),
        }
    }

    fn methods(self, scope: &Scope<'_>) -> TokenStream {
        let events = scope.events.iter();
        match self {
            Self::Inserts => events
                .map(|(event, variant)| insert(scope, event, variant))
                .collect(),
            Self::Timeouts => events
                .filter(|(event, _)| {
                    let role = event.first().role;
                    role.is_timeout() && role != Role::StateTimeout
                })
                .map(|(event, variant)| timeout(scope, event, variant))
                .collect(),
        }
    }

    /// Whether a handler's `next` has it.
    pub(super) fn is_of(self, function: &Function) -> bool {
        match self {
            Self::Inserts => function.role.is_event() || function.role == Role::Init,
            Self::Timeouts => true,
        }
    }

    /// The trait, if there is anything in it.
    pub(super) fn declared(self, scope: &Scope<'_>) -> Option<TokenStream> {
        let methods = self.methods(scope);
        if methods.is_empty()
            || !scope
                .machine
                .block
                .functions
                .iter()
                .any(Function::takes_next)
        {
            return None;
        }
        let Scope { otp, server, .. } = scope;
        let name = self.name(scope);
        let (generics, _, clause) = scope.generics.split_for_impl();
        let lints = lints::methods();
        Some(quote! {
            #[doc(hidden)]
            #[allow(dead_code, private_interfaces, private_bounds)]
            #lints
            trait #name #generics #clause {
                fn __turn(&mut self) -> &mut #otp::Turn<#server>;
                #methods
            }
        })
    }

    pub(super) fn implemented(self, scope: &Scope<'_>, next: &Ident) -> Option<TokenStream> {
        if self.methods(scope).is_empty() {
            return None;
        }
        let Scope { otp, server, .. } = scope;
        let name = self.name(scope);
        let mut generics = scope.generics.clone();
        let (_, arguments, clause) = scope.generics.split_for_impl();
        let turned = turn_arguments(scope);
        generics.params.insert(0, parse_quote!('turn));
        let (impls, ..) = generics.split_for_impl();
        Some(quote! {
            impl #impls #name #arguments for #next #turned #clause {
                #[inline]
                fn __turn(&mut self) -> &mut #otp::Turn<#server> {
                    self.turn
                }
            }
        })
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

/// `next.start_relock(after)` and its sisters: of a state's timeout for one handler, of others for all.
pub(super) fn timeout(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
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
    let (vis, turn, started, updated) = if first.role == Role::StateTimeout {
        (
            quote!(pub),
            quote!(self.turn),
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
        )
    } else {
        (
            TokenStream::new(),
            quote!(self.__turn()),
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
        #vis fn #start(&mut self, #when: ::core::time::Duration, #(#declarations),*) {
            #started
        }

        #[doc = #doc_at]
        #[inline]
        #vis fn #start_at(&mut self, #when: impl ::core::convert::Into<#otp::When>, #(#declarations),*) {
            #started
        }

        #[doc = #doc_cancel]
        #[inline]
        #vis fn #cancel(&mut self) {
            #turn.cancel_timeout(#key);
        }

        #[doc = #doc_update]
        #[inline]
        #vis fn #update(&mut self, #(#declarations),*) {
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
