//! Messages of any type: `Server::info`, and `HandleInfo` for each type that has a handler.

use proc_macro2::TokenStream;
use quote::quote;

use super::message;
use super::scope::{Scope, argument};
use crate::gen_server::model::{Function, Param, Role};
use crate::names;

/// `info`: the message of any type, taken if there is a handler for it.
pub(super) fn info(scope: &Scope<'_>) -> Option<TokenStream> {
    let (message, slot, value) = (
        names::local("message"),
        names::local("slot"),
        names::local("value"),
    );
    let tries: Vec<_> = info_handlers(scope)
        .map(|(function, param)| {
            let cfg = &function.carried.cfg;
            let (field, ty) = (argument(param, 0), scope.sent(&param.ty));
            let made = message::made(scope, function, &value);
            quote! {
                #(#cfg)*
                if let ::core::option::Option::Some(#slot) =
                    <dyn ::core::any::Any>::downcast_mut::<::core::option::Option<#ty>>(#message)
                {
                    return ::core::option::Option::map(
                        ::core::option::Option::take(#slot),
                        |#field| #made,
                    );
                }
            }
        })
        .collect();
    if tries.is_empty() {
        return None;
    }
    let message_ty = &scope.message_ty;
    Some(quote! {
        fn info(
            #message: &mut dyn ::core::any::Any,
        ) -> ::core::option::Option<#message_ty> {
            #(#tries)*
            ::core::option::Option::None
        }
    })
}

/// `HandleInfo<Down>` and so on: the types that may be sent to the server.
pub(super) fn handle_infos(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let message = names::local("message");
    info_handlers(scope)
        .map(|(function, param)| {
            let cfg = &function.carried.cfg;
            let (field, ty) = (argument(param, 0), scope.sent(&param.ty));
            let made = message::made(scope, function, &message);
            quote! {
                #(#cfg)*
                #[automatically_derived]
                #[allow(nonstandard_style)]
                impl #impls #otp::HandleInfo<#ty> for #server #clause {
                    fn wrap(#field: #ty) -> <Self as #otp::Server>::Message {
                        #made
                    }
                }
            }
        })
        .collect()
}

pub(super) fn info_handlers<'s>(
    scope: &'s Scope<'_>,
) -> impl Iterator<Item = (&'s Function, &'s Param)> {
    let functions = scope.handlers.iter().map(|handler| handler.function);
    functions
        .filter(|function| function.role == Role::Info)
        .filter_map(|function| Some((function, function.arguments().next()?)))
}
