//! What an event does in each state: one `match` over the states for each event.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Pat;

use super::next;
use super::scope::{Scope, argument, arguments};
use crate::names;
use crate::state_machine::model::{Answer, Event, Function, Param, ParamKind, Role, Source, What};
use crate::suspects;
use crate::tokens;

/// Who runs the handlers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// The machine's process, which may await.
    Process,
    /// A bare machine.
    Bare,
    /// A caller, in place: what it cannot run gives the arguments back.
    Caller,
    /// The same without a process.
    BareCaller,
}

impl Host {
    fn in_place(self) -> bool {
        matches!(self, Host::Caller | Host::BareCaller)
    }

    fn has_context(self) -> bool {
        matches!(self, Host::Process | Host::Caller)
    }
}

/// `match event { .. }`, over all events.
pub(super) fn handle(scope: &Scope<'_>, host: Host) -> TokenStream {
    let event_name = names::local("event");
    let reply = names::local("reply");
    let event = &scope.event;
    let arms = scope.events.iter().map(|(found, variant)| {
        let fields = arguments(found.first());
        let field = names::reply_field();
        let taken = (found.first().role == Role::Call).then(|| quote!(#field: #reply));
        let body = states(scope, found, variant, host);
        quote!(#event::#variant { #(#fields,)* #taken } => #body)
    });
    let phantom = super::event::phantom_arm(scope);
    if scope.events.is_empty() && phantom.is_none() {
        return quote!(match #event_name {});
    }
    quote! {
        match #event_name {
            #(#arms)*
            #phantom
        }
    }
}

/// The `match` over the states of one event.
pub(super) fn states(
    scope: &Scope<'_>,
    event: &Event<'_>,
    variant: &Ident,
    host: Host,
) -> TokenStream {
    let otp = scope.otp;
    let state = names::local("state");
    let mut arms = Vec::new();
    for clause in &event.clauses {
        let body = clause_body(scope, clause, host);
        let Some(body) = body else { continue };
        let sources = clause.on.iter().flat_map(|on| &on.sources);
        let patterns: Vec<_> = sources
            .flat_map(|source| patterns(scope, event, source))
            .collect();
        if !patterns.is_empty() {
            arms.push(quote!(#(#patterns)|* => { #body }));
        }
    }
    if host.in_place() {
        let args = names::local("args");
        arms.push(quote!(_ => ::core::result::Result::Err(#args),));
    } else {
        for known in scope.machine.states_of(event) {
            if let Some(Answer::Instead(what)) = event.answer(&known.name) {
                let (path, name) = (&scope.path, &known.name);
                let body = instead(scope, event, variant, what, &names::text(name), host);
                arms.push(quote!(#path::#name { .. } => { #body }));
            }
        }
        arms.push(quote!(_ => {}));
    }
    let here = uses_here(scope, event).then(|| {
        let here = names::local("here");
        quote!(let #here = #otp::MachineDecl::state(&*#state);)
    });
    quote!({ #here match #state { #(#arms)* } })
}

fn uses_here(scope: &Scope<'_>, event: &Event<'_>) -> bool {
    scope.has_state_timeouts() && event.clauses.iter().any(|clause| clause.takes_next())
}

/// The patterns of a source; of `_` one for each state that is left.
fn patterns(scope: &Scope<'_>, event: &Event<'_>, source: &Source) -> Vec<TokenStream> {
    let path = &scope.path;
    let Some(state) = &source.state else {
        let left = scope.machine.states_of(event).into_iter().filter(|state| {
            let answer = event.answer(&state.name);
            let named = event.clauses.iter().any(|clause| clause.names(&state.name));
            !named && matches!(answer, Some(Answer::Clause(_)))
        });
        return left
            .map(|state| {
                let name = &state.name;
                quote!(#path::#name { .. })
            })
            .collect();
    };
    let pattern = match &source.pat {
        Pat::Struct(pat) => {
            let fields = pat.fields.iter();
            quote!(#path::#state { #(#fields,)* .. })
        }
        Pat::TupleStruct(pat) => {
            let elems = &pat.elems;
            quote!(#path::#state(#elems))
        }
        _ => quote!(#path::#state { .. }),
    };
    vec![pattern]
}

/// The handler's call and what is done with its answer; nothing if this host cannot run it.
fn clause_body(scope: &Scope<'_>, clause: &Function, host: Host) -> Option<TokenStream> {
    let otp = scope.otp;
    let waits = clause.asyncness().is_some() || clause.is_delayed();
    if host.in_place() && waits {
        return None;
    }
    let here = names::local("here");
    let called = call(scope, clause, &quote!(::core::option::Option::Some(#here)));
    let awaited = if clause.asyncness().is_some() {
        let awaited = tokens::respan(quote!(#otp::carry_future(#called)), clause.name.span());
        quote!(#awaited.await)
    } else {
        called
    };
    let reply = names::local("reply");
    Some(if host.in_place() {
        let args = names::local("args");
        let taken = super::scope::tuple(&arguments(clause));
        quote!(let #taken = #args; ::core::result::Result::Ok(#awaited))
    } else if clause.role != Role::Call {
        quote!(#awaited;)
    } else if clause.is_delayed() {
        let held = host.has_context().then(|| {
            let (server, context) = (scope.server, names::local("cx"));
            quote!(let #reply = <#otp::MachineContext<#server>>::hold(#context, #reply);)
        });
        quote!(#held #awaited;)
    } else {
        let answer = names::local("answer");
        quote!(let #answer = #awaited; <#otp::ReplyTo<_>>::send(#reply, #answer);)
    })
}

/// The call of a clause, with the variables that every dispatch has.
pub(super) fn call(scope: &Scope<'_>, function: &Function, here: &TokenStream) -> TokenStream {
    let mut names_of = Vec::new();
    let mut position = 0;
    for param in &function.params {
        names_of.push(argument(param, position));
        if matches!(param.kind, ParamKind::Argument) {
            position += 1;
        }
    }
    let value = |param: &Param, place: usize| -> TokenStream {
        let local = |name: &str| names::local(name).into_token_stream();
        match &param.kind {
            ParamKind::Argument | ParamKind::Binding | ParamKind::Unbound => {
                names_of[place].to_token_stream()
            }
            // Where rustc points if it is of another type.
            ParamKind::Data => tokens::respan(local("data"), suspects::suspect(&param.ty)),
            ParamKind::Context => local("cx"),
            ParamKind::Reply(_) => local("reply"),
            ParamKind::Next => next::value(scope, function, here),
            ParamKind::Other => local("other"),
            ParamKind::State => local("state"),
            ParamKind::Reason => local("reason"),
        }
    };
    scope.call(function, value)
}

fn instead(
    scope: &Scope<'_>,
    event: &Event<'_>,
    variant: &Ident,
    what: What,
    state: &str,
    host: Host,
) -> TokenStream {
    let otp = scope.otp;
    let reply = names::local("reply");
    let turn = names::local("turn");
    let name = event.text();
    match what {
        What::Ignore => TokenStream::new(),
        What::Postpone => {
            // A caller that waits is answered if the machine ends before.
            let held = (event.first().role == Role::Call && host.has_context()).then(|| {
                let (server, context) = (scope.server, names::local("cx"));
                quote!(let #reply = <#otp::MachineContext<#server>>::hold(#context, #reply);)
            });
            let made = scope.made(event, variant, &reply);
            quote!(#held #turn.postpone(#made);)
        }
        What::Refuse if event.first().role == Role::Call => {
            quote!(<#otp::ReplyTo<_>>::refuse(#reply, #state, #name);)
        }
        What::Refuse => {
            let machine = names::text(&scope.machine.decl.name);
            quote!(#otp::refused(#machine, #state, #name);)
        }
    }
}
