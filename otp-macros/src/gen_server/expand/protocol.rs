//! The trait of `protocol = CounterApi`: the public calls and casts, for who wants to substitute
//! the server in a test.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Visibility;

use super::scope::{Scope, arguments};
use crate::gen_server::model::{Function, Role};

pub(super) fn protocol(scope: &Scope<'_>) -> Option<TokenStream> {
    let Scope {
        handle, generics, ..
    } = scope;
    let protocol = scope.block.options.protocol.as_ref()?;
    let functions: Vec<_> = scope
        .block
        .functions
        .iter()
        .filter(|function| matches!(function.role, Role::Call | Role::Cast))
        .filter(|function| matches!(function.vis, Visibility::Public(_)))
        .collect();
    let declared = functions.iter().map(|function| {
        let carried = &function.carried;
        let (cfg, docs, others) = (&carried.cfg, &carried.docs, &carried.others);
        let signature = signature(scope, function);
        let doc = docs.is_empty().then(|| {
            let doc = format!(" Runs `{}` in the server.", function.name);
            quote!(#[doc = #doc])
        });
        quote!(#(#cfg)* #(#docs)* #doc #(#others)* #signature;)
    });
    let defined = functions.iter().map(|function| {
        let cfg = &function.carried.cfg;
        let (name, values) = (&function.name, arguments(function));
        let signature = signature(scope, function);
        quote! {
            #(#cfg)*
            #signature {
                <#handle>::#name(self, #(#values),*)
            }
        }
    });
    let doc = format!(" What can be asked of a [`{}`].", scope.block.name());
    let (impls, arguments, clause) = generics.split_for_impl();
    let allow_deprecated = scope.allow_deprecated();
    Some(quote! {
        #[doc = #doc]
        #[allow(dead_code, private_interfaces, private_bounds, nonstandard_style)]
        pub trait #protocol #generics:
            ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static
        #clause
        {
            #(#declared)*
        }

        #[automatically_derived]
        #[allow(nonstandard_style)]
        #allow_deprecated
        impl #impls #protocol #arguments for #handle #clause {
            #(#defined)*
        }
    })
}

fn signature(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let otp = scope.otp;
    let name = &function.name;
    let declarations = scope.declarations(function);
    let result = if function.role == Role::Call {
        let answer = scope.answer(function);
        quote!(::core::result::Result<#answer, #otp::CallError>)
    } else {
        quote!(::core::result::Result<(), #otp::CastError>)
    };
    // After a mistake only: a handler has no generics of its own.
    let generics = scope.broken.then_some(&function.generics);
    let clause = generics.and_then(|generics| generics.where_clause.as_ref());
    quote! {
        fn #name #generics (
            &self,
            #(#declarations),*
        ) -> impl ::core::future::Future<Output = #result> + ::core::marker::Send #clause
    }
}
