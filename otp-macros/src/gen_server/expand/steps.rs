//! `CounterContinue`: the steps that a handler can ask for.

use proc_macro2::TokenStream;
use quote::quote;

use super::scope::{Scope, arguments};
use super::server::{self, Step};
use crate::bounds;
use crate::gen_server::model::{Function, Role};
use crate::names;

/// The enum, if there is any `#[handle_continue]`; it is public, for users write its variants.
pub(super) fn steps(scope: &Scope<'_>) -> Option<TokenStream> {
    let functions = functions(scope);
    if functions.is_empty() {
        return None;
    }
    let steps = &scope.steps;
    let variants = functions.iter().map(|function| {
        let (cfg, docs) = (&function.carried.cfg, &function.carried.docs);
        let variant = names::variant(&function.name);
        let doc = docs.is_empty().then(|| {
            let doc = format!(" Runs `{}`.", function.name);
            quote!(#[doc = #doc])
        });
        let names = arguments(function);
        let types = scope.argument_types(function);
        let field_docs = names.iter().map(|name| format!(" The argument `{name}`."));
        let fields =
            (!names.is_empty()).then(|| quote!({ #(#[doc = #field_docs] #names: #types,)* }));
        quote!(#(#cfg)* #(#docs)* #doc #variant #fields)
    });
    let doc = format!(
        " The steps of [`{}`] that `continue_with` can ask for.",
        scope.block.name()
    );
    let generics = is_generic(scope).then_some(&scope.generics);
    let clause = generics.and_then(|generics| generics.where_clause.as_ref());
    let phantom = generics.map(|_| {
        let (phantom, server) = (names::phantom(), scope.server);
        quote! {
            #[doc(hidden)]
            #phantom(::core::convert::Infallible, ::core::marker::PhantomData<fn() -> #server>)
        }
    });
    Some(quote! {
        #[doc = #doc]
        #[allow(
            dead_code,
            private_interfaces,
            private_bounds,
            nonstandard_style,
            clippy::enum_variant_names
        )]
        pub enum #steps #generics #clause {
            #(#variants,)*
            #phantom
        }
    })
}

/// The type of `Server::Continue`.
pub(super) fn steps_type(scope: &Scope<'_>) -> TokenStream {
    let (otp, steps) = (scope.otp, &scope.steps);
    if functions(scope).is_empty() {
        return quote!(#otp::NoContinue);
    }
    if is_generic(scope) {
        let (_, arguments, _) = scope.generics.split_for_impl();
        quote!(#steps #arguments)
    } else {
        quote!(#steps)
    }
}

/// `handle_continue`, if there is any step.
pub(super) fn handle_continue(scope: &Scope<'_>) -> Option<TokenStream> {
    let functions = functions(scope);
    if functions.is_empty() {
        return None;
    }
    let (otp, steps) = (scope.otp, &scope.steps);
    let (step, context) = (names::local("step"), names::local("cx"));
    let awaits = functions
        .iter()
        .any(|function| function.asyncness.is_some());
    let state = Step::state(awaits);
    let steps_ty = steps_type(scope);
    let mut uses_context = false;
    let arms: Vec<_> = functions
        .iter()
        .map(|function| {
            let cfg = &function.carried.cfg;
            let variant = names::variant(&function.name);
            let fields = arguments(function);
            let fields = (!fields.is_empty()).then(|| quote!({ #(#fields),* }));
            let then = scope.then(function, &context);
            uses_context |= then.is_some() || function.context().is_some();
            let call = server::awaited(scope, function, &state, None);
            quote!(#(#cfg)* #steps::#variant #fields => { #call; #then })
        })
        .collect();
    let phantom = is_generic(scope).then(|| {
        let (phantom, never) = (names::phantom(), names::local("never"));
        quote!(#steps::#phantom(#never, _) => match #never {})
    });
    let context_name = server::unused(&context, uses_context);
    let (carried, value) = if awaits {
        let carried = quote!(let #step = #otp::carry_step::<Self>(#step););
        (Some(carried), quote!(#step.take()))
    } else {
        (None, quote!(#step))
    };
    let work = quote! {
        match #value {
            #(#arms,)*
            #phantom
        }
    };
    let Step { result, body } = Step::new(scope, awaits, carried.as_ref(), &work);
    Some(quote! {
        fn handle_continue(
            &mut self,
            #step: #steps_ty,
            #context_name: &mut #otp::Context<Self>,
        ) -> #result {
            #body
        }
    })
}

/// The steps; after a mistake only the first of those that share a variant.
fn functions<'a>(scope: &Scope<'a>) -> Vec<&'a Function> {
    let mut found: Vec<&Function> = Vec::new();
    for function in scope.block.with_role(Role::Continue) {
        let variant = names::variant(&function.name);
        let known = found
            .iter()
            .any(|other| names::variant(&other.name) == variant);
        if !known || !scope.broken {
            found.push(function);
        }
    }
    found
}

/// Whether an argument of some step depends on the server's parameters.
fn is_generic(scope: &Scope<'_>) -> bool {
    scope.block.with_role(Role::Continue).any(|function| {
        function
            .arguments()
            .any(|param| bounds::depends(scope.outside(&param.ty), &scope.generics))
    })
}
