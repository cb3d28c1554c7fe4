//! What stands for a server after a mistake: it compiles, and never runs.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::infos::info_handlers;
use super::init::init_error;
use super::scope::Scope;
use super::steps::steps_type;
use crate::tokens;
use crate::types;

/// An `impl Server` that all generated signatures can lean on.
pub(super) fn server(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let continue_ty = steps_type(scope);
    let output = scope.init().and_then(|init| init.output.as_ref());
    let unusable = |ty| types::has_impl_trait(ty) || types::never_state(ty);
    let init_error = if output.is_none_or(unusable) {
        quote!(::core::convert::Infallible)
    } else {
        init_error(scope)
    };
    let pending = quote!(::core::future::pending());
    let tokens = quote! {
        #[automatically_derived]
        impl #impls #otp::Server for #server #clause {
            type Args = ();
            type InitError = #init_error;
            type Message = ();
            type Continue = #continue_ty;

            fn init(
                _: (),
                _: &mut #otp::Context<Self>,
            ) -> impl ::core::future::Future<
                Output = ::core::result::Result<::core::option::Option<Self>, #init_error>,
            > + ::core::marker::Send {
                #pending
            }

            fn handle(
                &mut self,
                _: (),
                _: &mut #otp::Context<Self>,
            ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
                #pending
            }

            fn describe(_: &()) -> &'static str {
                ""
            }
        }
    };
    // A second block with handlers is a second implementation: rustc points here.
    tokens::moved(tokens, scope.block.name().span())
}

/// The types that may be sent to the server, each once.
pub(super) fn infos(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let mut seen = Vec::new();
    let mut out = TokenStream::new();
    for (function, param) in info_handlers(scope) {
        let ty = scope.sent(&param.ty).into_token_stream();
        if types::has_impl_trait(&param.ty) || seen.contains(&ty.to_string()) {
            continue;
        }
        seen.push(ty.to_string());
        let cfg = &function.carried.cfg;
        out.extend(quote! {
            #(#cfg)*
            #[automatically_derived]
            impl #impls #otp::HandleInfo<#ty> for #server #clause {
                fn wrap(_: #ty) {}
            }
        });
    }
    out
}
