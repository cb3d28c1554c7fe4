//! Enter and exit handlers, and what a state declares to start by itself.

use proc_macro2::TokenStream;
use quote::quote;

use super::dispatch::call;
use super::next;
use super::scope::Scope;
use crate::duration;
use crate::names;
use crate::state_machine::model::{Machine, Role};
use crate::tokens;

/// How the hooks of a role are run: `None`, `Now` or `Awaits`.
pub(super) fn kind(machine: &Machine, role: Role) -> &'static str {
    let functions: Vec<_> = machine.with_role(role).collect();
    if functions
        .iter()
        .any(|function| function.asyncness().is_some())
    {
        "Awaits"
    } else if functions.is_empty() {
        "None"
    } else {
        "Now"
    }
}

/// The `match` over the states that have a hook.
pub(super) fn dispatch(scope: &Scope<'_>, role: Role) -> TokenStream {
    let (otp, path) = (scope.otp, &scope.path);
    let state = names::local("state");
    let here = names::local("here");
    let arms = scope.machine.with_role(role).map(|function| {
        let states = &function.states;
        let called = call(scope, function, &[]);
        let awaited = if function.asyncness().is_some() {
            let checked = tokens::respan(quote!(#otp::carry_future(#called)), function.name.span());
            quote!(#checked.await)
        } else {
            called
        };
        quote!(#(#path::#states { .. })|* => #awaited,)
    });
    let mut hooks = scope.machine.with_role(role);
    let here = hooks
        .any(|function| next::needs_here(scope, function))
        .then(|| quote!(let #here = #otp::MachineDecl::state(&*#state);));
    quote! {
        #here
        match #state {
            #(#arms)*
            _ => {}
        }
    }
}

/// The method of `StateMachine` that runs the hooks of a role, with its constant.
pub(super) fn hook(scope: &Scope<'_>, role: Role) -> Option<TokenStream> {
    let otp = scope.otp;
    let (state, data, other, turn, cx) = (
        names::local("state"),
        names::local("data"),
        names::local("other"),
        names::local("turn"),
        names::local("cx"),
    );
    let kind = kind(scope.machine, role);
    let (constant, now, later, bare) = if role == Role::Enter {
        (
            quote!(ENTER),
            quote!(enter_now),
            quote!(enter),
            quote!(enter_bare),
        )
    } else {
        (
            quote!(EXIT),
            quote!(exit_now),
            quote!(exit),
            quote!(exit_bare),
        )
    };
    let body = if scope.is_bare() {
        quote!(#otp::BareMachine::#bare(self, #data, #other, #turn))
    } else {
        let body = dispatch(scope, role);
        quote!(let #state = self; #body)
    };
    let parameters = quote! {
        &mut self,
        #data: &mut Self::Data,
        #other: Self::State,
        #turn: &mut #otp::Turn<Self>,
        #cx: &mut #otp::MachineContext<Self>,
    };
    match kind {
        "None" => None,
        "Now" => Some(quote! {
            const #constant: #otp::Hook = #otp::Hook::Now;

            #[inline]
            fn #now(#parameters) {
                #body
            }
        }),
        _ => Some(quote! {
            const #constant: #otp::Hook = #otp::Hook::Awaits;

            fn #later(
                #parameters
            ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
                async move {
                    #body
                }
            }
        }),
    }
}

/// `state_timeout` and `event_timeout`: the declared ones.
pub(super) fn declared(scope: &Scope<'_>, role: Role) -> Option<TokenStream> {
    let path = &scope.path;
    let arms: Vec<_> = scope
        .events
        .iter()
        .filter(|(event, _)| event.first().role == role)
        .filter_map(|(event, variant)| {
            let first = event.first();
            let after = duration::expression(first.after?);
            let states = &first.states;
            let made = scope.made(event, variant, &names::reply_field());
            Some(quote! {
                #(#path::#states { .. })|* => ::core::option::Option::Some((#after, #made)),
            })
        })
        .collect();
    let method = if role == Role::StateTimeout {
        quote!(state_timeout)
    } else {
        quote!(event_timeout)
    };
    (!arms.is_empty()).then(|| {
        quote! {
            #[inline]
            fn #method(
                &self,
            ) -> ::core::option::Option<(::core::time::Duration, Self::Event)> {
                match self {
                    #(#arms)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}
