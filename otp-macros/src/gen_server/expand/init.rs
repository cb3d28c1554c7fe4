//! `Server::init` and the types that go with it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Type;

use super::scope::{Handler, Scope, arguments};
use super::server::{awaited, unused};
use crate::gen_server::model::{Function, Role};
use crate::suspects;
use crate::types;

use crate::tokens::{self, Values};
use crate::{duration, names};

/// `type Args` and `type InitError`, where rustc points at the user's token when a type cannot be
/// sent, or is less public than the server.
pub(super) fn associated_types(scope: &Scope<'_>) -> (TokenStream, TokenStream) {
    let (args, init_error) = (args_type(scope), init_error(scope));
    let (args, init_error) = (
        quote!(type Args = #args;),
        quote!(type InitError = #init_error;),
    );
    let Some(init) = scope.init() else {
        return (args, init_error);
    };
    let suspect = suspects::suspect_of(init.arguments().map(|param| &param.ty));
    let at_args = suspect.unwrap_or_else(|| init.name.span());
    let output = init.output.as_ref();
    let at_error = output.map_or(at_args, |output| {
        suspects::suspect(error_argument(output).unwrap_or(output))
    });
    (
        tokens::moved(args, at_args),
        tokens::moved(init_error, at_error),
    )
}

/// The argument of `init`, or a tuple when there is not exactly one: what `start_child` takes.
fn args_type(scope: &Scope<'_>) -> Values<TokenStream> {
    let init = scope.init();
    let params = init.into_iter().flat_map(Function::arguments);
    Values(
        params
            .map(|param| argument_type(scope, &param.ty))
            .collect(),
    )
}

/// By way of its check, if it may need one: then that is the only error.
fn argument_type(scope: &Scope<'_>, ty: &Type) -> TokenStream {
    let (otp, outside) = (scope.otp, scope.sent(ty));
    if scope.broken || !suspects::is_doubtful(ty) || !scope.generics.params.is_empty() {
        return outside.into_token_stream();
    }
    let checked = quote! {
        <#outside as #otp::CheckedSent<{ <#outside as #otp::ArgumentType>::CHECKED }>>::Itself
    };
    // The same words at the same place are shown once.
    tokens::moved(checked, suspects::suspect(ty))
}

/// The error of `init`: as written where that can be seen, else as the compiler finds it.
pub(super) fn init_error(scope: &Scope<'_>) -> TokenStream {
    let otp = scope.otp;
    let Some(output) = scope.init().and_then(|init| init.output.as_ref()) else {
        return quote!(::core::convert::Infallible);
    };
    if let Some(error) = error_argument(output) {
        return scope.sent(error).into_token_stream();
    }
    if is_plain(output) {
        return quote!(::core::convert::Infallible);
    }
    let (outside, server) = (made_type(scope, output), scope.server);
    quote!(<#outside as #otp::IntoInit<#server>>::Error)
}

/// `Self` or `Option<Self>`, which cannot fail.
fn is_plain(output: &Type) -> bool {
    types::last_segment(output).is_some_and(|last| last.ident == "Self" || last.ident == "Option")
}

/// Whether what `init` returns has an alias, through which it is checked at one place: it is neither
/// plain nor a `Result` with both its types. A generic one has none, for a constant cannot depend on it.
fn has_alias(scope: &Scope<'_>, output: &Type) -> bool {
    let generic = !scope.generics.params.is_empty();
    !scope.broken && !generic && !is_plain(output) && error_argument(output).is_none()
}

fn made_type(scope: &Scope<'_>, output: &Type) -> TokenStream {
    if has_alias(scope, output) {
        names::made(scope.block.name()).into_token_stream()
    } else {
        scope.sent(output).into_token_stream()
    }
}

/// The alias of what `init` returns.
pub(super) fn alias(scope: &Scope<'_>) -> Option<TokenStream> {
    let output = scope.init()?.output.as_ref()?;
    if !has_alias(scope, output) {
        return None;
    }
    let Scope { otp, server, .. } = scope;
    let (alias, outside) = (names::made(scope.block.name()), scope.sent(output));
    Some(quote! {
        type #alias = <#outside as #otp::CheckedInit<
            #server,
            { <#outside as #otp::InitType<#server>>::CHECKED },
        >>::Itself;
    })
}

/// The `E` of a `Result<_, E>`.
fn error_argument(output: &Type) -> Option<&Type> {
    let last = types::last_segment(output).filter(|last| last.ident == "Result")?;
    types::type_arguments(last).get(1).copied()
}

pub(super) fn init(scope: &Scope<'_>) -> Option<TokenStream> {
    let otp = scope.otp;
    let init = scope.init()?;
    let args_ty = args_type(scope);
    let (args, context, state) = (
        names::local("args"),
        names::local("cx"),
        names::local("state"),
    );
    let pattern = Values(arguments(init));
    let timers = scope.handlers.iter().filter_map(|handler| {
        let Handler {
            function, variant, ..
        } = handler;
        let start = match function.role {
            Role::Every => quote!(every),
            Role::After => quote!(after),
            _ => return None,
        };
        let cfg = &function.carried.cfg;
        let period = duration::expression(function.options.period?);
        let message = &scope.message;
        Some(quote! {
            #(#cfg)*
            <#otp::Context<Self>>::#start(#context, #period, || #message::#variant {});
        })
    });
    let mut after: Vec<TokenStream> = timers.collect();
    after.extend(scope.then(init, &context));
    let uses_context = init.context().is_some() || !after.is_empty();
    let made = awaited(scope, init, &state, None);
    let into = match &init.output {
        Some(output) if has_alias(scope, output) => {
            let alias = names::made(scope.block.name());
            quote!(<#alias as #otp::IntoInit<Self>>::into_init)
        }
        _ => quote!(#otp::IntoInit::<Self>::into_init),
    };
    let body = if after.is_empty() {
        quote!(#into(#made))
    } else {
        quote! {
            let #state = #into(#made)?;
            if #state.is_some() {
                #(#after)*
            }
            ::core::result::Result::Ok(#state)
        }
    };
    if init.asyncness.is_none() {
        let context_name = unused(&context, uses_context);
        return Some(quote! {
            fn init<'cx>(
                #args: #args_ty,
                #context: &'cx mut #otp::Context<Self>,
            ) -> #otp::InitNow<'cx, Self> {
                #otp::InitNow::new(#args, #context, |#pattern, #context_name| { #body })
            }
        });
    }
    let (carried, taken) = if pattern.0.is_empty() {
        (None, None)
    } else {
        (
            Some(quote!(let #args = #otp::carry_args::<Self>(#args);)),
            Some(quote!(let #pattern = #args.take();)),
        )
    };
    let init_error = init_error(scope);
    let args_name = unused(&args, !pattern.0.is_empty());
    let context_name = unused(&context, uses_context);
    Some(quote! {
        fn init(
            #args_name: #args_ty,
            #context_name: &mut #otp::Context<Self>,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<::core::option::Option<Self>, #init_error>,
        > + ::core::marker::Send {
            #carried
            async move { #taken #body }
        }
    })
}
