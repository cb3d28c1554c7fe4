//! `TurnstileBare`: the machine without a process, if no handler needs one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::dispatch;
use super::fallback;
use super::hooks;
use super::methods::attributes;
use super::scope::{Scope, arguments};
use crate::lints;
use crate::names;
use crate::state_machine::events::Event;
use crate::state_machine::model::Role;
use crate::tokens::Values;

pub(super) fn bare(scope: &Scope<'_>) -> Option<TokenStream> {
    let Scope { otp, server, .. } = scope;
    if !scope.is_bare() {
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
    let bare_machine = if scope.sound {
        bare_machine(scope)
    } else {
        fallback::bare_machine(scope)
    };
    let lints = lints::METHODS;
    let doc = format!(
        " A [`{}`] without a process: for tests, and where there is no runtime.",
        decl.name
    );
    // What is there already has been reported.
    let made = (!scope.has_function("bare")).then(|| {
        quote! {
            #lints
            impl #impls #server #clause {
                /// The machine in `state`, without a process.
                #[allow(dead_code, private_interfaces)]
                #vis fn bare(#state: Self, #data: #data_ty) -> #name #arguments {
                    #name { machine: <#otp::Bare<#server>>::new(#state, #data) }
                }
            }
        }
    });
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

        #made
    })
}

fn method(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
    let otp = scope.otp;
    let first = event.first();
    let (vis, name) = (&first.vis, &first.name);
    let attributes = attributes(event, &format!(" The event `{}`.", event.text()));
    let declarations = scope.declarations(first);
    let values = Values(arguments(first));
    let reply = names::local("reply");
    let made = scope.made(event, variant, &reply);
    if first.role != Role::Call {
        let sent = scope.body(quote!(self.machine.send(#made);));
        return quote! {
            #attributes
            #[inline]
            #vis fn #name(&mut self, #(#declarations),*) {
                #sent
            }
        };
    }
    let answer = scope.answer(first);
    let asked = if dispatch::is_attempted(scope, event) {
        let at_once = dispatch::at_once_name(event);
        let server = scope.server;
        quote!(self.machine.call(#values, <#server>::#at_once, |#values, #reply| #made))
    } else {
        quote!(self.machine.ask(|#reply| #made))
    };
    let asked = scope.body(asked);
    quote! {
        #attributes
        #[inline]
        #vis fn #name(
            &mut self,
            #(#declarations),*
        ) -> ::core::result::Result<#answer, #otp::BareError<#answer>> {
            #asked
        }
    }
}

fn bare_machine(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let (state, data, event, turn, other) = (
        names::local("state"),
        names::local("data"),
        names::local("event"),
        names::local("turn"),
        names::local("other"),
    );
    let context = scope
        .holds()
        .then(|| quote!(, ::core::option::Option::None));
    let hook = |role: Role, name: TokenStream| {
        (hooks::kind(scope.machine, role) != "None").then(|| {
            let body = hooks::dispatch(scope, role);
            quote! {
                #[inline]
                fn #name(
                    &mut self,
                    #data: &mut Self::Data,
                    #other: Self::State,
                    #turn: &mut #otp::Turn<Self>,
                ) {
                    let #state = self;
                    #body
                }
            }
        })
    };
    let enter = hook(Role::Enter, quote!(enter_bare));
    let exit = hook(Role::Exit, quote!(exit_bare));
    let lints = lints::METHODS;
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, unreachable_patterns, deprecated)]
        #lints
        impl #impls #otp::BareMachine for #server #clause {
            #[inline]
            fn handle_bare(
                &mut self,
                #data: &mut Self::Data,
                #event: Self::Event,
                #turn: &mut #otp::Turn<Self>,
            ) {
                <#server>::__event(self, #data, #event, #turn #context);
            }

            #enter
            #exit
        }
    }
}
