//! Messages of any type: `StateMachine::info`, and `HandleMachineInfo` for each type that is an event.

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::{Scope, argument};
use crate::names;
use crate::state_machine::model::Role;

pub(super) fn info(scope: &Scope<'_>) -> Option<TokenStream> {
    let (message, slot) = (names::local("message"), names::local("slot"));
    let tries: Vec<_> = scope
        .events
        .iter()
        .filter(|(event, _)| event.first().role == Role::Info)
        .filter_map(|(event, variant)| {
            let param = event.first().arguments().next()?;
            let (field, ty) = (argument(param, 0), scope.argument_type(param));
            let made = scope.made(event, variant, &names::reply_field());
            Some(quote! {
                if let ::core::option::Option::Some(#slot) =
                    <dyn ::core::any::Any>::downcast_mut::<::core::option::Option<#ty>>(#message)
                {
                    return ::core::option::Option::map(
                        ::core::option::Option::take(#slot),
                        |#field| #made,
                    );
                }
            })
        })
        .collect();
    (!tries.is_empty()).then(|| {
        quote! {
            fn info(#message: &mut dyn ::core::any::Any) -> ::core::option::Option<Self::Event> {
                #(#tries)*
                ::core::option::Option::None
            }
        }
    })
}

/// The types that may be sent to the machine.
pub(super) fn handle_infos(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let infos = scope
        .events
        .iter()
        .filter(|(event, _)| event.first().role == Role::Info);
    infos
        .filter_map(|(event, variant)| {
            let param = event.first().arguments().next()?;
            let (field, ty) = (argument(param, 0), scope.argument_type(param));
            let made = scope.made(event, variant, &names::reply_field());
            Some(quote! {
                #[automatically_derived]
                #[allow(nonstandard_style)]
                impl #impls #otp::HandleMachineInfo<#ty> for #server #clause {
                    fn wrap(#field: #ty) -> Self::Event {
                        #made
                    }
                }
            })
        })
        .collect()
}
