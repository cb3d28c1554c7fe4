//! The one enum of all messages.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::{Token, token};

use super::scope::{Handler, Scope, arguments};
use crate::gen_server::model::{Function, Role};
use crate::lints;
use crate::names;
use crate::tokens::Values;

/// A variant for each handler, with its arguments and for calls where the answer goes.
pub(super) fn message(scope: &Scope<'_>) -> TokenStream {
    let Scope {
        otp,
        message,
        generics,
        ..
    } = scope;
    let variants = scope.handlers.iter().map(|handler| {
        let Handler {
            function, variant, ..
        } = handler;
        let cfg = &function.carried.cfg;
        let types = scope.argument_types(function);
        let answer = (function.role == Role::Call).then(|| scope.answer(function));
        let answer = answer.iter();
        if handler.plain {
            let types = Values(types);
            return quote!(#(#cfg)* #variant(#types, #(#otp::ReplyTo<#answer>)*),);
        }
        let names = arguments(function);
        let fields = names.iter().zip(types);
        let fields = fields.map(|(name, ty)| quote!(#name: #otp::Carried<#ty>));
        let field = names::reply_field();
        quote! {
            #(#cfg)* #variant {
                #(#fields,)*
                #(#field: #otp::Carried<#otp::ReplyTo<#answer>>)*
            },
        }
    });
    // One stream of many costs the compiler less than many streams in one.
    let variants: TokenStream = variants.collect();
    let phantom = has_phantom(scope).then(|| {
        let (phantom, server) = (names::phantom(), scope.server);
        quote! {
            #phantom(::core::convert::Infallible, ::core::marker::PhantomData<fn() -> #server>)
        }
    });
    let clause = &generics.where_clause;
    let lints = lints::HIDDEN;
    quote! {
        #[doc(hidden)]
        #lints
        pub enum #message #generics #clause {
            #variants
            #phantom
        }
    }
}

/// The message of a handler, made of its arguments in variables of their names, and for a call of
/// the variable that holds the `ReplyTo`.
///
/// Here the compiler sees whether each can be sent, so this is where it points at the user's type.
pub(super) fn made(scope: &Scope<'_>, function: &Function, reply: &Ident) -> TokenStream {
    let (otp, path) = (scope.otp, &scope.handler(function).path);
    let names = arguments(function);
    let types = scope.argument_types(function);
    let fields = types
        .iter()
        .zip(&names)
        .map(|(ty, name)| quote!(#name: <#ty as #otp::SentArgument>::carry(#name)));
    let reply = (function.role == Role::Call).then(|| {
        let answer = scope.answer(function);
        let field = names::reply_field();
        quote!(#field: <#answer as #otp::SentAnswer>::carry(#reply))
    });
    quote!(#path { #(#fields,)* #reply })
}

/// The pattern that takes a message apart, into variables of the same names.
pub(super) fn pattern<'a>(handler: &'a Handler<'a>, reply: &'a Ident) -> Pattern<'a> {
    let function = handler.function;
    Pattern {
        handler,
        values: Values(arguments(function)),
        reply: (function.role == Role::Call).then_some(reply),
    }
}

/// `__CounterMessage::Add(n, reply)`, or with the names of fields.
pub(super) struct Pattern<'a> {
    handler: &'a Handler<'a>,
    values: Values<Ident>,
    reply: Option<&'a Ident>,
}

impl ToTokens for Pattern<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let comma = <Token![,]>::default();
        self.handler.path.to_tokens(tokens);
        if self.handler.plain {
            token::Paren::default().surround(tokens, |inside| {
                self.values.to_tokens(inside);
                if let Some(reply) = self.reply {
                    comma.to_tokens(inside);
                    reply.to_tokens(inside);
                }
            });
            return;
        }
        token::Brace::default().surround(tokens, |inside| {
            inside.append_terminated(&self.values.0, comma);
            if let Some(reply) = self.reply {
                names::reply_field().to_tokens(inside);
                <Token![:]>::default().to_tokens(inside);
                reply.to_tokens(inside);
            }
        });
    }
}

/// Whether there are type parameters, which an enum must mention somewhere.
pub(super) fn has_phantom(scope: &Scope<'_>) -> bool {
    scope.generics.type_params().next().is_some()
}

/// The arms that name the handler of each message.
pub(super) fn descriptions(scope: &Scope<'_>) -> TokenStream {
    let handlers = scope.handlers.iter();
    let cfgs = handlers
        .clone()
        .map(|handler| &handler.function.carried.cfg);
    let paths = handlers.clone().map(|handler| &handler.path);
    let names = handlers.map(|handler| names::text(&handler.function.name));
    let phantom = phantom_arm(scope);
    quote!(#(#(#cfgs)* #paths { .. } => #names,)* #phantom)
}

/// The arm of the variant that cannot exist.
pub(super) fn phantom_arm(scope: &Scope<'_>) -> Option<TokenStream> {
    let (message, phantom, never) = (&scope.message, names::phantom(), names::local("never"));
    has_phantom(scope).then(|| quote!(#message::#phantom(#never, _) => match #never {}))
}
