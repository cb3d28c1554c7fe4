//! `TurnstileBare`: the machine without a process, if no handler needs one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::dispatch::{self, Host};
use super::hooks;
use super::methods::attributes;
use super::scope::{Scope, arguments, tuple};
use crate::lints;
use crate::names;
use crate::state_machine::model::{Event, Machine, Role};

fn is_possible(machine: &Machine) -> bool {
    machine.block.functions.iter().all(|function| {
        matches!(function.role, Role::Init | Role::Terminate)
            || (function.asyncness().is_none() && !function.takes_context())
    })
}

pub(super) fn bare(scope: &Scope<'_>) -> Option<TokenStream> {
    let Scope { otp, server, .. } = scope;
    if !is_possible(scope.machine) {
        return None;
    }
    let (impls, arguments, clause) = scope.generics.split_for_impl();
    let decl = &scope.machine.decl;
    let (vis, generics) = (&decl.vis, &scope.generics);
    let name = names::of(&decl.name, "Bare");
    let data_ty = scope.data();
    let (state, data) = (names::local("state"), names::local("data"));
    let methods = scope
        .events
        .iter()
        .filter(|(event, _)| !event.first().role.is_timeout())
        .map(|(event, variant)| method(scope, event, variant));
    let bare_machine = bare_machine(scope);
    let lints = lints::methods();
    let doc = format!(
        " A [`{}`] without a process: for tests, and where there is no runtime.",
        decl.name
    );
    Some(quote! {
        #bare_machine

        #[doc = #doc]
        #[allow(dead_code, private_interfaces, private_bounds, nonstandard_style)]
        #vis struct #name #generics #clause {
            machine: #otp::Bare<#server>,
        }

        #[automatically_derived]
        impl #impls ::core::ops::Deref for #name #arguments #clause {
            type Target = #otp::Bare<#server>;

            #[inline]
            fn deref(&self) -> &#otp::Bare<#server> {
                &self.machine
            }
        }

        #[automatically_derived]
        impl #impls ::core::ops::DerefMut for #name #arguments #clause {
            #[inline]
            fn deref_mut(&mut self) -> &mut #otp::Bare<#server> {
                &mut self.machine
            }
        }

        #[allow(dead_code, unused_variables, unreachable_patterns, private_interfaces, deprecated)]
        #lints
        impl #impls #name #arguments #clause {
            #(#methods)*
        }

        #lints
        impl #impls #server #clause {
            /// The machine in `state`, without a process.
            #[allow(dead_code, private_interfaces)]
            #vis fn bare(#state: Self, #data: #data_ty) -> #name #arguments {
                #name { machine: <#otp::Bare<#server>>::new(#state, #data) }
            }
        }
    })
}

fn method(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let first = event.first();
    let (vis, name) = (&first.vis, &first.name);
    let attributes = attributes(event, &format!(" The event `{}`.", event.text()));
    let declarations = scope.declarations(first);
    let values = tuple(&arguments(first));
    let reply = names::local("reply");
    let made = scope.made(event, variant, &reply);
    if first.role != Role::Call {
        return quote! {
            #attributes
            #[inline]
            #vis fn #name(&mut self, #(#declarations),*) {
                self.machine.send(#made);
            }
        };
    }
    let answer = scope.answer(first);
    let (args, state, data, turn) = (
        names::local("args"),
        names::local("state"),
        names::local("data"),
        names::local("turn"),
    );
    let body = dispatch::states(scope, event, variant, Host::BareCaller);
    quote! {
        #attributes
        #[inline]
        #vis fn #name(
            &mut self,
            #(#declarations),*
        ) -> ::core::result::Result<#answer, #otp::BareError<#answer>> {
            self.machine.call(
                #values,
                |#state: &mut #server, #data, #args, #turn| #body,
                |#values, #reply| #made,
            )
        }
    }
}

fn bare_machine(scope: &Scope<'_>) -> TokenStream {
    let Scope {
        otp,
        server,
        event_ty,
        state: states,
        ..
    } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let (state, data, event, turn, other) = (
        names::local("state"),
        names::local("data"),
        names::local("event"),
        names::local("turn"),
        names::local("other"),
    );
    let data_ty = scope.data();
    let body = dispatch::handle(scope, Host::Bare);
    let hook = |role: Role, name: TokenStream| {
        (hooks::kind(scope.machine, role) != "None").then(|| {
            let body = hooks::dispatch(scope, role);
            quote! {
                #[inline]
                fn #name(
                    &mut self,
                    #data: &mut #data_ty,
                    #other: #states,
                    #turn: &mut #otp::Turn<#server>,
                ) {
                    let #state = self;
                    #body
                }
            }
        })
    };
    let enter = hook(Role::Enter, quote!(enter_bare));
    let exit = hook(Role::Exit, quote!(exit_bare));
    let lints = lints::methods();
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, unreachable_patterns, deprecated)]
        #lints
        impl #impls #otp::BareMachine for #server #clause {
            #[inline]
            fn handle_bare(
                &mut self,
                #data: &mut #data_ty,
                #event: #event_ty,
                #turn: &mut #otp::Turn<#server>,
            ) {
                let #state = self;
                #body
            }

            #enter
            #exit
        }
    }
}
