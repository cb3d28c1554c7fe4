//! The trait of `protocol = CounterApi`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Visibility;

use super::scope::{Scope, arguments};
use crate::gen_server::model::{Function, Role};
use crate::protocol::{self, Method};

pub(super) fn protocol(scope: &Scope<'_>) -> Option<TokenStream> {
    let name = scope.block.options.protocol.as_ref()?;
    let functions = scope.block.functions.iter();
    let methods: Vec<_> = functions
        .filter(|function| matches!(function.role, Role::Call | Role::Cast))
        .filter(|function| matches!(function.vis, Visibility::Public(_)))
        .map(|function| method(scope, function))
        .collect();
    let handle = scope.handle.to_token_stream();
    let server = scope.block.name();
    Some(protocol::protocol(
        name,
        server,
        &handle,
        &scope.generics,
        &methods,
        scope.allow_deprecated().as_ref(),
    ))
}

fn method<'a>(scope: &'a Scope<'_>, function: &'a Function) -> Method<'a> {
    let carried = &function.carried;
    let (docs, others) = (&carried.docs, &carried.others);
    let doc = docs.is_empty().then(|| {
        let doc = format!(" Runs `{}` in the server.", function.name);
        quote!(#[doc = #doc])
    });
    Method {
        cfg: &carried.cfg,
        attributes: quote!(#(#docs)* #doc #(#others)*),
        name: &function.name,
        generics: scope.broken.then_some(&function.generics),
        declarations: scope.declarations(function),
        arguments: arguments(function),
        result: protocol::result(
            scope.otp,
            (function.role == Role::Call).then(|| scope.answer(function).into_token_stream()),
        ),
    }
}
