//! The handle's methods: one for each call, cast and read.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::message;
use super::scope::{self, Scope, arguments};
use crate::gen_server::model::{Function, Param, ParamKind, Role};
use crate::lints;
use crate::names;
use crate::tokens::Tokens;

/// `impl CounterRef { .. }`, in the user's order.
pub(super) fn methods(scope: &Scope<'_>) -> TokenStream {
    let functions = scope.block.functions.iter();
    let methods = functions.map(|function| match function.role {
        Role::Call | Role::Cast => message_method(scope, function),
        Role::Read => super::reads::method(scope, function),
        _ => TokenStream::new(),
    });
    let methods: TokenStream = methods.collect();
    let (impls, _, clause) = scope.generics.split_for_impl();
    let handle = &scope.handle;
    let allow_deprecated = scope.allow_deprecated();
    let lints = lints::methods();
    quote! {
        #lints
        #allow_deprecated
        impl #impls #handle #clause {
            #methods
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
    let (kind, spec, send) = match function.role {
        Role::Call => ("Call", "CallSpec", "call"),
        _ => ("Cast", "CastSpec", "cast"),
    };
    let [kind, spec, send] = [kind, spec, send].map(|name| Ident::new(name, Span::call_site()));
    let answer = (function.role == Role::Call).then(|| scope.answer(function));
    let answer = answer.iter();
    if scope.broken {
        let declarations = scope.declarations(function);
        let clause = &generics.where_clause;
        return quote! {
            #attributes
            #[allow(unused_variables)]
            #vis fn #name #generics (&self, #(#declarations),*)
                -> #otp::#kind<'_, #server, () #(, #answer)*> #clause { loop {} }
        };
    }
    // Where rustc points when the handle is not ours.
    let place = Span::call_site().located_at(scope.block.name().span());
    let inside = Ident::new("server", place);
    let text = names::text(name);
    let (names, types) = (arguments(function), scope.argument_types(function));
    // By these the engine runs the handler directly, or makes its message.
    let run = run(scope, function, &names);
    let message = message_fn(scope, function, &names);
    quote! {
        #attributes
        #[inline]
        #vis fn #name(&self, #(#names: #types),*)
            -> #otp::#kind<'_, #server, (#(#types,)*) #(, #answer)*>
        {
            (&self.#inside).#send(
                &#otp::#spec {
                    name: #text,
                    run: #run,
                    attempt: #otp::None,
                    message: #message,
                },
                (#(#names,)*),
            )
        }
    }
}

/// The function that makes the message of the arguments.
fn message_fn(scope: &Scope<'_>, function: &Function, names: &[Ident]) -> TokenStream {
    let handler = scope.handler(function);
    if handler.plain {
        let (message, variant) = (&scope.message, &handler.variant);
        return quote!(#message::#variant);
    }
    let reply = names::local("reply");
    let made = message::made(scope, function, &reply);
    if function.role == Role::Call {
        quote!(|(#(#names,)*), #reply| #made)
    } else {
        quote!(|(#(#names,)*)| #made)
    }
}

/// The function that runs a handler without a message in between; none for a handler that waits.
fn run(scope: &Scope<'_>, function: &Function, names: &[Ident]) -> TokenStream {
    let otp = scope.otp;
    if function.asyncness.is_some() || function.delayed().is_some() {
        return quote!(#otp::None);
    }
    let (state, context) = (names::local("server"), names::local("cx"));
    let call = call(scope, function, &state, &context, None);
    let uses_context = function.context().is_some() || function.options.then.is_some();
    let context_pattern = if uses_context {
        context.clone()
    } else {
        Ident::new("_", Span::call_site())
    };
    let body = match scope.then(function, &context) {
        Some(then) if function.role == Role::Call => {
            let answer = names::local("answer");
            quote!({ let #answer = #call; #then #answer })
        }
        Some(then) => quote!({ #call; #then }),
        None => call,
    };
    quote!(#otp::Some(|#state, #context_pattern, (#(#names,)*)| #body))
}

/// The call of the user's function, with each parameter where the user put it; `take`, if there is one, is
/// what gets the value out of an argument.
pub(super) fn call(
    scope: &Scope<'_>,
    function: &Function,
    state: &Ident,
    context: &Ident,
    take: Option<&Tokens>,
) -> TokenStream {
    let server = scope.server;
    let name = &function.name;
    let mut position = 0;
    let value = |param: &Param| -> Option<Tokens> {
        let name = match param.kind {
            ParamKind::Argument => {
                let name = scope::argument(param, position);
                position += 1;
                if take.is_some() {
                    return Some(quote!(#name #take).into());
                }
                name
            }
            ParamKind::Context => context.clone(),
            ParamKind::Reply(_) => names::local("reply"),
            ParamKind::Reason => names::local("reason"),
            ParamKind::Table => return None,
        };
        Some(name.into())
    };
    let state = function.receiver.is_some().then(|| state.clone().into());
    let values: Vec<Tokens> = state
        .into_iter()
        .chain(function.params.iter().filter_map(value))
        .collect();
    quote!(<#server>::#name(#(#values),*))
}
