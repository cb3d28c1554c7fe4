//! The handle's methods: one for each call, cast and read.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::{Attribute, Token, token};

use super::message;
use super::scope::{self, Scope, arguments};
use crate::carried::Carried;
use crate::gen_server::model::{Function, Param, ParamKind, Role};
use crate::lints;
use crate::names;
use crate::tokens::{self, Tokens, Values};

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
    let lints = lints::METHODS;
    quote! {
        #lints
        #allow_deprecated
        impl #impls #handle #clause {
            #methods
        }
    }
}

/// The attributes that a method of the handle has from its handler.
pub(super) struct Attributes<'a> {
    carried: &'a Carried,
    /// Where the user has written no docs.
    doc: Option<String>,
    must_use: Option<&'a Attribute>,
}

impl<'a> Attributes<'a> {
    pub(super) fn new(function: &'a Function, runs_here: bool) -> Self {
        let carried = &function.carried;
        let name = &function.name;
        let doc = carried.docs.is_empty().then(|| match function.role {
            Role::Call => format!(" Calls `{name}` in the server."),
            Role::Cast => format!(" Casts `{name}` to the server."),
            _ => format!(" Runs `{name}` here, on the server's tables."),
        });
        // A call is `#[must_use]` in itself; only the user's own words add to that.
        let must_use = carried
            .must_use
            .as_ref()
            .filter(|attribute| runs_here || attribute.meta.require_path_only().is_err());
        Attributes {
            carried,
            doc,
            must_use,
        }
    }
}

impl ToTokens for Attributes<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Carried {
            cfg, docs, others, ..
        } = self.carried;
        tokens.append_all(cfg.iter().chain(docs));
        if let Some(doc) = &self.doc {
            tokens::doc(doc, tokens);
        }
        tokens.append_all(others.iter().chain(self.must_use));
    }
}

fn message_method(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let Function {
        vis,
        name,
        generics,
        ..
    } = function;
    let attributes = Attributes::new(function, false);
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
    let (values, args) = (
        Values(arguments(function)),
        Values(scope.argument_types(function)),
    );
    let (names, types) = (&values.0, &args.0);
    // By these the engine runs the handler directly, or makes its message.
    let run = run(scope, function);
    let (how, run) = (
        Ident::new(
            if run.is_some() { "Direct" } else { "Queued" },
            Span::call_site(),
        ),
        run.iter(),
    );
    let (state, context) = (names::local("server"), run_context(function));
    let message = message_fn(scope, function, &values);
    quote! {
        #attributes
        #[inline]
        #vis fn #name(&self, #(#names: #types),*) -> #otp::#kind<'_, #server, #args #(, #answer)*> {
            (&self.#inside).#send(
                &#otp::#spec::#how(#text, #(|#state, #context, #values| #run,)* #message),
                #values,
            )
        }
    }
}

/// The function that makes the message of the arguments.
fn message_fn(scope: &Scope<'_>, function: &Function, values: &Values<Ident>) -> Tokens {
    let handler = scope.handler(function);
    if handler.plain {
        return handler.path.clone();
    }
    let reply = names::local("reply");
    let made = message::made(scope, function, &reply);
    let reply = (function.role == Role::Call).then_some(reply);
    let reply = reply.iter();
    quote!(|#values #(, #reply)*| #made).into()
}

/// The context's name in the function that runs a handler directly.
fn run_context(function: &Function) -> Ident {
    if function.context().is_some() || function.options.then.is_some() {
        names::local("cx")
    } else {
        Ident::new("_", Span::call_site())
    }
}

/// What runs a handler without a message in between; none for a handler that waits.
fn run<'a>(scope: &'a Scope<'_>, function: &'a Function) -> Option<Run<'a>> {
    if function.asyncness.is_some() || function.delayed().is_some() {
        return None;
    }
    let (state, context) = (names::local("server"), names::local("cx"));
    let then = scope.then(function, &context);
    Some(Run {
        call: call(scope, function, &state, &context, None),
        answers: function.role == Role::Call,
        then,
    })
}

/// The body of the function that runs a handler directly.
struct Run<'a> {
    call: Invocation<'a>,
    answers: bool,
    then: Option<TokenStream>,
}

impl ToTokens for Run<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Run {
            call,
            answers,
            then,
        } = self;
        match then {
            Some(then) if *answers => {
                let answer = names::local("answer");
                quote!({ let #answer = #call; #then #answer }).to_tokens(tokens);
            }
            Some(then) => quote!({ #call; #then }).to_tokens(tokens),
            None => call.to_tokens(tokens),
        }
    }
}

/// The call of the user's function, with each parameter where the user put it; `take`, if there is one, is
/// what gets the value out of an argument.
pub(super) fn call<'a>(
    scope: &'a Scope<'_>,
    function: &'a Function,
    state: &Ident,
    context: &Ident,
    take: Option<&'a Tokens>,
) -> Invocation<'a> {
    let mut position = 0;
    let value = |param: &Param| -> Option<(Ident, Option<&'a Tokens>)> {
        let name = match param.kind {
            ParamKind::Argument => {
                let name = scope::argument(param, position);
                position += 1;
                return Some((name, take));
            }
            ParamKind::Context => context.clone(),
            ParamKind::Reply(_) => names::local("reply"),
            ParamKind::Reason => names::local("reason"),
            ParamKind::Table => return None,
        };
        Some((name, None))
    };
    let state = function.receiver.is_some().then(|| (state.clone(), None));
    Invocation {
        server: &scope.of_server,
        name: &function.name,
        values: state
            .into_iter()
            .chain(function.params.iter().filter_map(value))
            .collect(),
    }
}

/// `<Counter>::add(state, n)`.
pub(super) struct Invocation<'a> {
    server: &'a Tokens,
    name: &'a Ident,
    /// Each with what gets it out of its wrapper.
    values: Vec<(Ident, Option<&'a Tokens>)>,
}

impl ToTokens for Invocation<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.server.to_tokens(tokens);
        <Token![::]>::default().to_tokens(tokens);
        self.name.to_tokens(tokens);
        token::Paren::default().surround(tokens, |inside| {
            for (position, (value, take)) in self.values.iter().enumerate() {
                if position > 0 {
                    <Token![,]>::default().to_tokens(inside);
                }
                value.to_tokens(inside);
                take.to_tokens(inside);
            }
        });
    }
}
