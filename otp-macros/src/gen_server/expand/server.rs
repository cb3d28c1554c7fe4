//! `impl Server`: how the engine runs the handlers.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::init::{associated_types, init};
use super::methods::Invocation;
use super::scope::{Handler, Scope};
use super::{infos, message, methods, steps};
use crate::gen_server::model::{Function, Role};
use crate::lints;
use crate::names;
use crate::tokens::{self, Tokens};

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
    let lints = lints::SERVER;
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
    let (message, context) = (names::local("message"), names::local("cx"));
    let awaits = scope
        .handlers
        .iter()
        .any(|handler| handler.function.asyncness.is_some());
    let state = Step::state(awaits);
    let arms = scope
        .handlers
        .iter()
        .map(|handler| arm(scope, handler, &state, &context));
    let arms: TokenStream = arms.chain(message::phantom_arm(scope)).collect();
    let message_ty = &scope.message_ty;
    let uses_context = scope.block.handlers().any(|function| {
        function.context().is_some()
            || function.options.then.is_some()
            || function.delayed().is_some()
    });
    let context_name = unused(&context, uses_context);
    let work = quote!(match #message { #arms });
    let Step { result, body } = if scope.handlers.is_empty() {
        Step::never(work)
    } else {
        Step::new(scope, awaits, None, &work)
    };
    quote! {
        fn handle(
            &mut self,
            #message: #message_ty,
            #context_name: &mut #otp::Context<Self>,
        ) -> #result {
            #body
        }
    }
}

/// What runs a message, a step or `terminate`, and what it returns.
pub(super) struct Step {
    pub(super) result: TokenStream,
    pub(super) body: TokenStream,
}

impl Step {
    /// The server, for the handlers that it calls.
    pub(super) fn state(awaits: bool) -> Ident {
        if awaits {
            names::local("state")
        } else {
            Ident::new("self", Span::call_site())
        }
    }

    /// A future of the `work`, which takes along what `carried` has made ready; where nothing is awaited,
    /// the work itself, done when it is called.
    pub(super) fn new(
        scope: &Scope<'_>,
        awaits: bool,
        carried: Option<&TokenStream>,
        work: &TokenStream,
    ) -> Self {
        if !awaits {
            return Self {
                result: quote!(::core::future::Ready<()>),
                body: quote!(#work ::core::future::ready(())),
            };
        }
        let (otp, state) = (scope.otp, names::local("state"));
        Self {
            result: quote!(impl ::core::future::Future<Output = ()> + ::core::marker::Send),
            body: quote! {
                #carried
                let #state = #otp::carry_state::<Self>(self);
                async move {
                    let #state = #state.take();
                    #work
                }
            },
        }
    }

    /// Of work that there is none of.
    fn never(work: TokenStream) -> Self {
        Self {
            result: quote!(::core::future::Ready<()>),
            body: work,
        }
    }
}

fn arm(scope: &Scope<'_>, handler: &Handler<'_>, state: &Ident, context: &Ident) -> TokenStream {
    let otp = scope.otp;
    let function = handler.function;
    let cfg = &function.carried.cfg;
    let reply = names::local("reply");
    let then = scope.then(function, context);
    let pattern = message::pattern(handler, &reply);
    // Elsewhere than in a plain message each part is in a wrapper.
    let take = (!handler.plain).then(|| Tokens::from(quote!(.take())));
    let call = awaited(scope, function, state, take.as_ref());
    if function.role != Role::Call {
        return match then {
            None => quote!(#(#cfg)* #pattern => #call,),
            Some(then) => quote!(#(#cfg)* #pattern => { #call; #then }),
        };
    }
    if function.delayed().is_some() {
        let answer = scope.answer(function);
        return quote! {
            #(#cfg)* #pattern => {
                let #reply = <#answer as #otp::SentAnswer>::hold(#context, #reply #take);
                #call;
                #then
            }
        };
    }
    if function.asyncness.is_some() {
        let answer = names::local("answer");
        return quote! {
            #(#cfg)* #pattern => {
                let #answer = #call;
                #reply #take.send(#answer);
                #then
            }
        };
    }
    match then {
        None => quote!(#(#cfg)* #pattern => #reply #take.send(#call),),
        Some(then) => quote!(#(#cfg)* #pattern => { #reply #take.send(#call); #then }),
    }
}

/// The call of a handler by the engine, which awaits it if it is async.
pub(super) fn awaited<'a>(
    scope: &'a Scope<'_>,
    function: &'a Function,
    state: &Ident,
    take: Option<&'a Tokens>,
) -> Called<'a> {
    let context = names::local("cx");
    let call = methods::call(scope, function, state, &context, take);
    if function.asyncness.is_none() {
        return Called::Plain(call);
    }
    let call = call.into_token_stream();
    // The future of each handler is checked here, where rustc points at the handler.
    let otp = scope.otp;
    let span = function.name.span();
    let call = tokens::moved_outside(call, span);
    let checked = tokens::moved_outside(quote!(#otp::SentFuture::carry(#call)), span);
    Called::Awaited(quote!(#checked.await))
}

/// A handler as the engine calls it.
pub(super) enum Called<'a> {
    Plain(Invocation<'a>),
    Awaited(TokenStream),
}

impl ToTokens for Called<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Called::Plain(call) => call.to_tokens(tokens),
            Called::Awaited(call) => call.to_tokens(tokens),
        }
    }
}

fn terminate(scope: &Scope<'_>) -> Option<TokenStream> {
    let otp = scope.otp;
    let function = scope.block.with_role(Role::Terminate).next()?;
    let cfg = &function.carried.cfg;
    let (reason, context) = (names::local("reason"), names::local("cx"));
    let takes_reason = function.params.len() > usize::from(function.context().is_some());
    let reason_name = unused(&reason, takes_reason);
    let context_name = unused(&context, function.context().is_some());
    let awaits = function.asyncness.is_some();
    let call = awaited(scope, function, &Step::state(awaits), None);
    let Step { result, body } = Step::new(scope, awaits, None, &quote!(#call;));
    Some(quote! {
        #(#cfg)*
        fn terminate(
            &mut self,
            #reason_name: &#otp::ExitReason,
            #context_name: &mut #otp::Context<Self>,
        ) -> #result {
            #body
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
