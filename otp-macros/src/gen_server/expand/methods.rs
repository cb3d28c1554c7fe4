//! The handle's methods: one for each call, cast and read.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::quote;

use super::message;
use super::scope::{self, Scope, arguments, tuple};
use crate::gen_server::model::{Function, Param, ParamKind, Role};
use crate::lints;
use crate::names;

/// `impl CounterRef { .. }`, in the user's order.
pub(super) fn methods(scope: &Scope<'_>) -> TokenStream {
    let functions = scope.block.functions.iter();
    let methods = functions.map(|function| match function.role {
        Role::Call | Role::Cast => message_method(scope, function),
        Role::Read => super::reads::method(scope, function),
        _ => TokenStream::new(),
    });
    let (impls, _, clause) = scope.generics.split_for_impl();
    let handle = &scope.handle;
    let allow_deprecated = scope.allow_deprecated();
    let lints = lints::methods();
    quote! {
        #lints
        #allow_deprecated
        impl #impls #handle #clause {
            #(#methods)*
        }
    }
}

/// The attributes that a method of the handle has from its handler.
pub(super) fn attributes(function: &Function, runs_here: bool) -> TokenStream {
    let carried = &function.carried;
    let (cfg, docs, others) = (&carried.cfg, &carried.docs, &carried.others);
    // A call is `#[must_use]` in itself; only the user's own words add to that.
    let must_use = carried
        .must_use
        .as_ref()
        .filter(|attribute| runs_here || attribute.meta.require_path_only().is_err());
    let doc = docs.is_empty().then(|| {
        let doc = match function.role {
            Role::Call => format!(" Calls `{}` in the server.", function.name),
            Role::Cast => format!(" Casts `{}` to the server.", function.name),
            _ => format!(" Runs `{}` here, on the server's tables.", function.name),
        };
        quote!(#[doc = #doc])
    });
    quote!(#(#cfg)* #(#docs)* #doc #(#others)* #must_use)
}

fn message_method(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let Function {
        vis,
        name,
        generics,
        ..
    } = function;
    let attributes = attributes(function, false);
    let declarations = scope.declarations(function);
    let (kind, spec, send) = match function.role {
        Role::Call => ("Call", "CallSpec", "call"),
        _ => ("Cast", "CastSpec", "cast"),
    };
    let [kind, spec, send] = [kind, spec, send].map(|name| Ident::new(name, Span::call_site()));
    let types = if scope.broken {
        tuple::<Ident>(&[])
    } else {
        tuple(&scope.argument_types(function))
    };
    let answer = (function.role == Role::Call).then(|| scope.answer(function));
    let answer = answer.iter();
    let result = quote!(#otp::#kind<'_, #server, #types #(, #answer)*>);
    if scope.broken {
        let clause = &generics.where_clause;
        return quote! {
            #attributes
            #[allow(unused_variables)]
            #vis fn #name #generics (&self, #(#declarations),*) -> #result #clause { loop {} }
        };
    }
    let text = names::text(name);
    let values = tuple(&arguments(function));
    // By these the engine runs the handler directly, or makes its message.
    let run = run(scope, function, &values);
    let message = message_fn(scope, function, &values);
    quote! {
        #attributes
        #[inline]
        #vis fn #name(&self, #(#declarations),*) -> #result {
            <#otp::ServerRef<#server>>::#send(
                self,
                &#otp::#spec {
                    name: #text,
                    run: #run,
                    attempt: #otp::None,
                    message: #message,
                },
                #values,
            )
        }
    }
}

/// The function that makes the message of the arguments.
fn message_fn(scope: &Scope<'_>, function: &Function, values: &Group) -> TokenStream {
    if message::is_plain(function) {
        let (message, variant) = (&scope.message, scope.variant(function));
        return quote!(#message::#variant);
    }
    let reply = names::local("reply");
    let made = message::made(scope, function, &reply);
    if function.role == Role::Call {
        quote!(|#values, #reply| #made)
    } else {
        quote!(|#values| #made)
    }
}

/// The function that runs a handler without a message in between; none for a handler that waits.
fn run(scope: &Scope<'_>, function: &Function, values: &Group) -> TokenStream {
    let otp = scope.otp;
    if function.asyncness.is_some() || function.delayed().is_some() {
        return quote!(#otp::None);
    }
    let (state, context) = (names::local("server"), names::local("cx"));
    let call = call(
        scope,
        function,
        &quote!(#state),
        &quote!(#context),
        |name| quote!(#name),
    );
    let uses_context = function.context().is_some() || function.options.then.is_some();
    let context_pattern = if uses_context {
        quote!(#context)
    } else {
        quote!(_)
    };
    let body = match scope.then(function, &context) {
        Some(then) if function.role == Role::Call => {
            let answer = names::local("answer");
            quote!({ let #answer = #call; #then #answer })
        }
        Some(then) => quote!({ #call; #then }),
        None => call,
    };
    quote!(#otp::Some(|#state, #context_pattern, #values| #body))
}

/// The call of the user's function, with each parameter where the user put it; `argument` makes the
/// value of an argument out of its name.
pub(super) fn call(
    scope: &Scope<'_>,
    function: &Function,
    state: &TokenStream,
    context: &TokenStream,
    argument: impl Fn(Ident) -> TokenStream,
) -> TokenStream {
    let server = scope.server;
    let name = &function.name;
    let mut position = 0;
    let value = |param: &Param| match param.kind {
        ParamKind::Argument => {
            let name = scope::argument(param, position);
            position += 1;
            argument(name)
        }
        ParamKind::Context => context.clone(),
        ParamKind::Reply(_) => {
            let reply = names::local("reply");
            quote!(#reply)
        }
        ParamKind::Reason => {
            let reason = names::local("reason");
            quote!(#reason)
        }
        ParamKind::Table => TokenStream::new(),
    };
    let values: Vec<_> = function.params.iter().map(value).collect();
    let state = function.receiver.is_some().then(|| quote!(#state,));
    quote!(<#server>::#name(#state #(#values),*))
}
