//! What stands for a machine after a mistake: it compiles, and never runs.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse_quote;

use super::machine::supervised;
use super::scope::{Scope, argument};
use crate::state_machine::model::Role;

/// A `StateMachine` that all generated signatures can lean on.
pub(super) fn machine(scope: &Scope<'_>) -> TokenStream {
    let Scope {
        otp,
        server,
        handle,
        ..
    } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let data = scope.data();
    let supervised = supervised(scope);
    quote! {
        #[automatically_derived]
        impl #impls #otp::StateMachine for #server #clause {
            type Args = ();
            type Ref = #handle;
            type InitError = ::core::convert::Infallible;
            type Event = ();
            type Timeout = ::core::convert::Infallible;

            fn init(
                _: (),
                _: &mut #otp::Turn<Self>,
                _: &mut #otp::MachineContext<Self>,
            ) -> impl ::core::future::Future<
                Output = ::core::result::Result<
                    ::core::option::Option<(Self, #data)>,
                    ::core::convert::Infallible,
                >,
            > + ::core::marker::Send {
                ::core::future::pending()
            }

            fn handle(
                &mut self,
                _: &mut #data,
                _: (),
                _: &mut #otp::Turn<Self>,
                _: &mut #otp::MachineContext<Self>,
            ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
                ::core::future::pending()
            }
        }

        #supervised
    }
}

/// A `BareMachine` that does nothing.
pub(super) fn bare_machine(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impls #otp::BareMachine for #server #clause {
            fn handle_bare(
                &mut self,
                _: &mut Self::Data,
                _: Self::Event,
                _: &mut #otp::Turn<Self>,
            ) {
            }
        }
    }
}

/// The types that may be sent to the machine, each once.
pub(super) fn infos(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let mut messages = scope.machine.with_role(Role::Info);
    if messages.any(|info| info.arguments().next().is_none()) {
        // Which message is missing is not known.
        let any = format_ident!("__Any");
        let mut generics = scope.generics.clone();
        generics.params.push(parse_quote!(#any));
        let (impls, _, clause) = generics.split_for_impl();
        return quote! {
            #[automatically_derived]
            impl #impls #otp::HandleMachineInfo<#any> for #server #clause {
                fn wrap(_: #any) {}
            }
        };
    }
    let mut seen = Vec::new();
    let mut out = TokenStream::new();
    for function in scope.machine.with_role(Role::Info) {
        let Some(param) = function.arguments().next() else {
            continue;
        };
        let ty = scope.argument_type(param);
        if seen.contains(&ty.to_string()) {
            continue;
        }
        seen.push(ty.to_string());
        let field = argument(param, 0);
        out.extend(quote! {
            #[automatically_derived]
            #[allow(unused_variables)]
            impl #impls #otp::HandleMachineInfo<#ty> for #server #clause {
                fn wrap(#field: #ty) {}
            }
        });
    }
    out
}
