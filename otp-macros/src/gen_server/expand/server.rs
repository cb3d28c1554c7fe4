//! `impl Server`: how the engine makes the state and runs the handlers.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::scope::{Scope, tuple};
use super::{message, methods, steps};
use crate::duration;
use crate::gen_server::model::{Function, Param, Role};
use crate::gen_server::types;
use crate::names;

pub(super) fn server(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let args = args_type(scope);
    let init_error = init_error(scope);
    let message_ty = &scope.message_ty;
    let continue_ty = steps::steps_type(scope);
    let init = init(scope);
    let handle = handle(scope);
    let handle_continue = steps::handle_continue(scope);
    let terminate = terminate(scope);
    let info = info(scope);
    let message = names::local("message");
    let descriptions = message::descriptions(scope);
    let allow_deprecated = scope.allow_deprecated();
    quote! {
        #[automatically_derived]
        #allow_deprecated
                impl #impls #otp::Server for #server #clause {
            type Args = #args;
            type InitError = #init_error;
            type Message = #message_ty;
            type Continue = #continue_ty;

            #init
            #handle
            #handle_continue
            #terminate
            #info

            fn describe(#message: &#message_ty) -> &'static str {
                match *#message { #descriptions }
            }
        }
    }
}

/// A tuple of the arguments of `init`.
fn args_type(scope: &Scope<'_>) -> TokenStream {
    let Some(init) = scope.init() else {
        return quote!(());
    };
    let types = tuple(&scope.argument_types(init));
    // Where rustc points when one of them cannot be sent.
    let span = types::suspect_of(init.arguments().map(|param| &param.ty));
    types::respan(types, span.unwrap_or_else(|| init.name.span()))
}

/// The error of `init`, which its return type knows.
pub(super) fn init_error(scope: &Scope<'_>) -> TokenStream {
    let otp = scope.otp;
    let Some(output) = scope.init().and_then(|init| init.output.as_ref()) else {
        return quote!(::core::convert::Infallible);
    };
    let outside = scope.sent(output);
    quote_spanned!(output.span()=> <#outside as #otp::IntoInit<Self>>::Error)
}

fn init(scope: &Scope<'_>) -> Option<TokenStream> {
    let otp = scope.otp;
    let init = scope.init()?;
    let (args_ty, init_error) = (args_type(scope), init_error(scope));
    let (args, context, state) = (
        names::local("args"),
        names::local("cx"),
        names::local("state"),
    );
    let values = scope.arguments(init);
    let (carried, taken) = if values.is_empty() {
        (None, None)
    } else {
        let pattern = tuple(&values);
        (
            Some(quote!(let #args = #otp::carry_args::<Self>(#args);)),
            Some(quote!(let #pattern = #args.take();)),
        )
    };
    let args_name = unused(&args, !values.is_empty());
    let timers = scope.handlers.iter().filter_map(|(function, variant)| {
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
    let context_name = unused(&context, init.context().is_some() || !after.is_empty());
    let made = awaited(scope, init, |name| quote!(#name));
    let output = init.output.as_ref().map(ToTokens::to_token_stream);
    let output = output.unwrap_or_default();
    let into = quote_spanned!(output.span()=> #otp::IntoInit::<Self>::into_init);
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
    Some(quote! {
        fn init(
            #args_name: #args_ty,
            #context_name: &mut #otp::Context<Self>,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<::core::option::Option<Self>, #init_error>,
        > + ::core::marker::Send {
            #carried
            async move {
                #taken
                #body
            }
        }
    })
}

fn handle(scope: &Scope<'_>) -> TokenStream {
    let otp = scope.otp;
    let (message, context, state) = (
        names::local("message"),
        names::local("cx"),
        names::local("state"),
    );
    let arms = scope
        .handlers
        .iter()
        .map(|(function, _)| arm(scope, function, &context));
    let arms: Vec<_> = arms.collect();
    let message_ty = &scope.message_ty;
    let uses_context = scope.block.handlers().any(|function| {
        function.context().is_some() || function.options.then.is_some() || function.delayed().is_some()
    });
    let context_name = unused(&context, uses_context);
    let phantom = message::phantom_arm(scope);
    quote! {
        fn handle(
            &mut self,
            #message: #message_ty,
            #context_name: &mut #otp::Context<Self>,
        ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
            let #state = #otp::carry_state::<Self>(self);
            async move {
                let #state = #state.take();
                match #message {
                    #(#arms)*
                    #phantom
                }
            }
        }
    }
}

fn arm(scope: &Scope<'_>, function: &Function, context: &Ident) -> TokenStream {
    let otp = scope.otp;
    let cfg = &function.carried.cfg;
    let reply = names::local("reply");
    let pattern = message::pattern(scope, function, &reply);
    let then = scope.then(function, context);
    let call = awaited(scope, function, |name| quote!(#name.take()));
    if function.role != Role::Call {
        return quote!(#(#cfg)* #pattern => { #call; #then });
    }
    let taken = quote!(#reply.take());
    let body = if function.delayed().is_some() {
        quote! {
            let #reply = <#otp::Context<Self>>::hold(#context, #taken);
            #call;
        }
    } else {
        let answer = names::local("answer");
        quote! {
            let #answer = #call;
            <#otp::ReplyTo<_>>::send(#taken, #answer);
        }
    };
    quote!(#(#cfg)* #pattern => { #body #then })
}

/// The call of a handler by the engine, which awaits it if it is async.
pub(super) fn awaited(
    scope: &Scope<'_>,
    function: &Function,
    argument: impl Fn(Ident) -> TokenStream,
) -> TokenStream {
    let (state, context) = (names::local("state"), names::local("cx"));
    let call = methods::call(scope, function, &quote!(#state), &quote!(#context), argument);
    let wait = function.asyncness.map(|_| quote!(.await));
    quote!(#call #wait)
}

fn terminate(scope: &Scope<'_>) -> Option<TokenStream> {
    let otp = scope.otp;
    let function = scope.block.with_role(Role::Terminate).next()?;
    let cfg = &function.carried.cfg;
    let (reason, context, state) = (
        names::local("reason"),
        names::local("cx"),
        names::local("state"),
    );
    let takes_reason = function.params.len() > usize::from(function.context().is_some());
    let reason_name = unused(&reason, takes_reason);
    let context_name = unused(&context, function.context().is_some());
    let call = awaited(scope, function, |name| quote!(#name));
    Some(quote! {
        #(#cfg)*
        fn terminate(
            &mut self,
            #reason_name: &#otp::ExitReason,
            #context_name: &mut #otp::Context<Self>,
        ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
            let #state = #otp::carry_state::<Self>(self);
            async move {
                let #state = #state.take();
                #call;
            }
        }
    })
}

/// `info`: the message of any type, taken if there is a handler for it.
fn info(scope: &Scope<'_>) -> Option<TokenStream> {
    let (message, slot, value) = (
        names::local("message"),
        names::local("slot"),
        names::local("value"),
    );
    let tries: Vec<_> = info_handlers(scope)
        .map(|(function, param)| {
            let cfg = &function.carried.cfg;
            let (field, ty) = (param.name(), scope.sent(&param.ty));
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
pub(super) fn infos(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let (message, message_ty) = (names::local("message"), &scope.message_ty);
    info_handlers(scope)
        .map(|(function, param)| {
            let cfg = &function.carried.cfg;
            let (field, ty) = (param.name(), scope.sent(&param.ty));
            let made = message::made(scope, function, &message);
            quote! {
                #(#cfg)*
                #[automatically_derived]
                                impl #impls #otp::HandleInfo<#ty> for #server #clause {
                    fn wrap(#field: #ty) -> #message_ty {
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
    let infos = scope
        .handlers
        .iter()
        .filter(|(function, _)| function.role == Role::Info);
    infos.filter_map(|(function, _)| Some((*function, function.arguments().next()?)))
}

/// A parameter's name, with the underscore that it needs when the body has no use for it.
pub(super) fn unused(name: &Ident, used: bool) -> Ident {
    if used { name.clone() } else { format_ident!("_{}", name) }
}
