//! `impl Server`: how the engine runs the handlers.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::init::{associated_types, init};
use super::scope::Scope;
use super::{infos, message, methods, steps};
use crate::gen_server::model::{Function, Role};
use crate::lints;
use crate::{names, tokens};

pub(super) fn server(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let (args, init_error) = associated_types(scope);
    let message_ty = &scope.message_ty;
    let continue_ty = steps::steps_type(scope);
    let init = init(scope);
    let handle = handle(scope);
    let handle_continue = steps::handle_continue(scope);
    let terminate = terminate(scope);
    let info = infos::info(scope);
    let message = names::local("message");
    let descriptions = message::descriptions(scope);
    let allow_deprecated = scope.allow_deprecated();
    let lints = lints::methods();
    quote! {
        #[automatically_derived]
        #lints
        #allow_deprecated
        impl #impls #otp::Server for #server #clause {
            #args
            #init_error
            type Message = #message_ty;
            type Continue = #continue_ty;

            #init
            #handle
            #handle_continue
            #terminate
            #info

            fn describe_state(&self) -> ::core::option::Option<#otp::String> {
                use #otp::{DebugText as _, NoText as _};
                (&#otp::StateText(self)).text()
            }

            fn describe(#message: &#message_ty) -> &'static str {
                match *#message { #descriptions }
            }
        }
    }
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
        function.context().is_some()
            || function.options.then.is_some()
            || function.delayed().is_some()
    });
    let context_name = unused(&context, uses_context);
    let phantom = message::phantom_arm(scope);
    let (carried, taken) = if arms.is_empty() {
        (None, None)
    } else {
        (
            Some(quote!(let #state = #otp::carry_state::<Self>(self);)),
            Some(quote!(let #state = #state.take();)),
        )
    };
    let awaits = scope
        .handlers
        .iter()
        .any(|(function, _)| function.asyncness.is_some());
    let body = quote! {
        #taken
        match #message {
            #(#arms)*
            #phantom
        }
    };
    let future = future(scope, awaits, &body);
    quote! {
        fn handle(
            &mut self,
            #message: #message_ty,
            #context_name: &mut #otp::Context<Self>,
        ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
            #carried
            #future
        }
    }
}

/// The future of a `body`: an async block, or none where nothing is awaited.
pub(super) fn future(scope: &Scope<'_>, awaits: bool, body: &TokenStream) -> TokenStream {
    if awaits {
        quote!(async move { #body })
    } else {
        let otp = scope.otp;
        quote!(#otp::lazy(move |_| { #body }))
    }
}

fn arm(scope: &Scope<'_>, function: &Function, context: &Ident) -> TokenStream {
    let otp = scope.otp;
    let cfg = &function.carried.cfg;
    let reply = names::local("reply");
    let pattern = message::pattern(scope, function, &reply);
    let then = scope.then(function, context);
    let is_plain = message::is_plain(function);
    let taken = |name: &Ident| {
        if is_plain {
            quote!(#name)
        } else {
            quote!(#name.take())
        }
    };
    let call = awaited(scope, function, |name| taken(&name));
    if function.role != Role::Call {
        return quote!(#(#cfg)* #pattern => { #call; #then });
    }
    let taken = taken(&reply);
    let body = if function.delayed().is_some() {
        let answer = scope.answer(function);
        quote! {
            let #reply = <#answer as #otp::SentAnswer>::hold(#context, #taken);
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
    let call = methods::call(
        scope,
        function,
        &quote!(#state),
        &quote!(#context),
        argument,
    );
    if function.asyncness.is_none() {
        return call;
    }
    // The future of each handler is checked here, where rustc points at the handler.
    let otp = scope.otp;
    let span = function.name.span();
    let call = tokens::moved_outside(call, span);
    let checked = tokens::moved_outside(quote!(#otp::SentFuture::carry(#call)), span);
    quote!(#checked.await)
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
    let body = quote!(let #state = #state.take(); #call;);
    let future = future(scope, function.asyncness.is_some(), &body);
    Some(quote! {
        #(#cfg)*
        fn terminate(
            &mut self,
            #reason_name: &#otp::ExitReason,
            #context_name: &mut #otp::Context<Self>,
        ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
            let #state = #otp::carry_state::<Self>(self);
            #future
        }
    })
}

/// A parameter's name, with the underscore that it needs when the body has no use for it.
pub(super) fn unused(name: &Ident, used: bool) -> Ident {
    if used {
        name.clone()
    } else {
        format_ident!("_{}", name)
    }
}
