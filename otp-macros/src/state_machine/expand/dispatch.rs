//! What an event does in each state, as a `match` over the states.
//!
//! What a state does at once, with what is at hand, stands in a function of the event: a caller in place, a
//! bare machine and the machine's process run the same one. What is left, handlers that wait and events
//! that are postponed or refused, stands where the process comes to the event.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::Pat;

use super::next;
use super::scope::{Scope, arguments, locals};
use crate::lints;
use crate::names;
use crate::state_machine::events::{Answer, Event};
use crate::state_machine::model::{Function, Param, ParamKind, Role, Source, What};
use crate::suspects;
use crate::tokens;
use crate::tokens::Values;

/// The functions of the events that callers may run in place, and that of all events.
pub(super) fn functions(scope: &Scope<'_>) -> TokenStream {
    let (impls, _, clause) = scope.generics.split_for_impl();
    let server = scope.server;
    let events = scope.events.iter();
    let at_once = events
        .filter(|(event, _)| is_attempted(scope, event))
        .map(|(event, _)| at_once(scope, event));
    let every = scope.is_bare().then(|| every(scope));
    let lints = lints::METHODS;
    quote! {
        #[doc(hidden)]
        #[allow(unused_variables, unreachable_patterns, private_interfaces, deprecated)]
        #lints
        impl #impls #server #clause {
            #(#at_once)*
            #every
        }
    }
}

/// Whether a caller may run the event in place: there is a state that handles it at once.
pub(super) fn is_attempted(scope: &Scope<'_>, event: &Event<'_>) -> bool {
    event.first().role.has_method()
        && scope.machine.states_of(event).iter().any(|state| {
            let answer = event.answer(&state.name);
            matches!(answer, Some(Answer::Clause(clause)) if is_at_once(clause))
        })
}

fn is_at_once(clause: &Function) -> bool {
    clause.asyncness().is_none() && !clause.is_delayed()
}

/// `__coin_now`: what the states do at once; the arguments come back from those that do not.
pub(super) fn at_once_name(event: &Event<'_>) -> Ident {
    format_ident!("__{}_now", event.text())
}

fn at_once(scope: &Scope<'_>, event: &Event<'_>) -> TokenStream {
    let otp = scope.otp;
    let first = event.first();
    let name = at_once_name(event);
    let (state, data, turn) = (
        names::local("state"),
        names::local("data"),
        names::local("turn"),
    );
    let (data_ty, args_ty) = (scope.data(), Values(scope.argument_types(first)));
    let answer = scope.answer(first);
    let values = Values(locals(first));
    let context = (!scope.is_bare()).then(|| {
        let cx = names::local("cx");
        quote!(#cx: &mut #otp::MachineContext<Self>,)
    });
    let arms = event.clauses.iter().filter(|clause| is_at_once(clause));
    let arms = arms.filter_map(|clause| {
        let called = called(scope, event, clause);
        arm(
            scope,
            event,
            clause,
            &quote!(::core::result::Result::Ok(#called)),
        )
    });
    let here = here(scope, event);
    quote! {
        #[inline]
        fn #name(
            #state: &mut Self,
            #data: &mut #data_ty,
            #values: #args_ty,
            #turn: &mut #otp::Turn<Self>,
            #context
        ) -> ::core::result::Result<#answer, #args_ty> {
            #here
            match #state {
                #(#arms)*
                _ => ::core::result::Result::Err(#values),
            }
        }
    }
}

/// `__event`: what is done with each event by a machine none of whose handlers waits.
fn every(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, event_ty, .. } = scope;
    let (state, data, event, turn, cx) = (
        names::local("state"),
        names::local("data"),
        names::local("event"),
        names::local("turn"),
        names::local("cx"),
    );
    let data_ty = scope.data();
    let body = handle(scope);
    let context = scope
        .holds()
        .then(|| quote!(#cx: ::core::option::Option<&mut #otp::MachineContext<Self>>,));
    quote! {
        #[inline]
        fn __event(
            #state: &mut Self,
            #data: &mut #data_ty,
            #event: #event_ty,
            #turn: &mut #otp::Turn<Self>,
            #context
        ) {
            #body
        }
    }
}

/// `match event { .. }`, over all events.
pub(super) fn handle(scope: &Scope<'_>) -> TokenStream {
    let event_name = names::local("event");
    let arms = scope.events.iter().map(|(event, variant)| {
        let pattern = in_locals(scope, event, variant);
        let body = states(scope, event, variant);
        quote!(#pattern => #body)
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

/// An event whose fields are local variables: as a pattern, and as a value.
fn in_locals(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
    let first = event.first();
    let pairs = arguments(first).into_iter().zip(locals(first));
    let fields = pairs.map(|(field, local)| {
        if field == local {
            quote!(#local)
        } else {
            quote!(#field: #local)
        }
    });
    let (field, reply) = (names::reply_field(), names::local("reply"));
    let reply = (first.role == Role::Call).then(|| quote!(#field: #reply));
    let ident = &scope.event;
    quote!(#ident::#variant { #(#fields,)* #reply })
}

/// What is done with one event: at once if it can be, and what is left.
fn states(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> TokenStream {
    let (state, data, turn) = (
        names::local("state"),
        names::local("data"),
        names::local("turn"),
    );
    let attempted = is_attempted(scope, event);
    let clauses = event.clauses.iter();
    let mut arms: Vec<_> = clauses
        .filter(|clause| !(attempted && is_at_once(clause)))
        .filter_map(|clause| arm(scope, event, clause, &clause_body(scope, event, clause)))
        .collect();
    let nothing_left = arms.is_empty();
    arms.extend(insteads(scope, event, variant));
    let left = (!arms.is_empty()).then(|| {
        let here = (!nothing_left).then(|| here(scope, event));
        quote!(#here match #state { #(#arms)* _ => {} })
    });
    if !attempted {
        return quote!({ #left });
    }
    let (server, name) = (scope.server, at_once_name(event));
    let values = Values(locals(event.first()));
    let context = (!scope.is_bare()).then(|| {
        let cx = names::local("cx");
        quote!(, #cx)
    });
    let done = quote!(<#server>::#name(#state, #data, #values, #turn #context));
    let is_call = event.first().role == Role::Call;
    if !is_call && left.is_none() {
        return quote!({ let _ = #done; });
    }
    let (answer, reply) = (names::local("answer"), names::local("reply"));
    let otp = scope.otp;
    let answered = if is_call {
        quote!(::core::result::Result::Ok(#answer) => <#otp::ReplyTo<_>>::send(#reply, #answer),)
    } else {
        quote!(::core::result::Result::Ok(()) => {})
    };
    let given_back = if left.is_some() {
        values.into_token_stream()
    } else {
        quote!(_)
    };
    quote! {
        match #done {
            #answered
            ::core::result::Result::Err(#given_back) => { #left }
        }
    }
}

/// `let here = ..`, if a handler's `next` has to know the state that it was called in.
fn here(scope: &Scope<'_>, event: &Event<'_>) -> Option<TokenStream> {
    let (otp, state, here) = (scope.otp, names::local("state"), names::local("here"));
    let mut clauses = event.clauses.iter();
    clauses
        .any(|clause| next::needs_here(scope, clause))
        .then(|| quote!(let #here = #otp::MachineDecl::state(&*#state);))
}

/// The arm of a clause; nothing if no state is left for it.
fn arm(
    scope: &Scope<'_>,
    event: &Event<'_>,
    clause: &Function,
    body: &TokenStream,
) -> Option<TokenStream> {
    let sources = clause.on.iter().flat_map(|on| &on.sources);
    let patterns: Vec<_> = sources
        .flat_map(|source| patterns(scope, event, source))
        .collect();
    (!patterns.is_empty()).then(|| quote!(#(#patterns)|* => { #body }))
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

/// The handler's call, awaited if it waits.
fn called(scope: &Scope<'_>, event: &Event<'_>, clause: &Function) -> TokenStream {
    let otp = scope.otp;
    let called = call(scope, clause, &locals(event.first()));
    if clause.asyncness().is_none() {
        return called;
    }
    let awaited = tokens::respan(quote!(#otp::carry_future(#called)), clause.name.span());
    quote!(#awaited.await)
}

/// The handler's call and what is done with its answer.
fn clause_body(scope: &Scope<'_>, event: &Event<'_>, clause: &Function) -> TokenStream {
    let otp = scope.otp;
    let called = called(scope, event, clause);
    if clause.role != Role::Call {
        return called;
    }
    let (reply, answer) = (names::local("reply"), names::local("answer"));
    if clause.is_delayed() {
        let held = held(scope);
        quote!(#held #called)
    } else {
        quote!(let #answer = #called; <#otp::ReplyTo<_>>::send(#reply, #answer))
    }
}

/// A caller that waits is answered if the machine ends before.
fn held(scope: &Scope<'_>) -> TokenStream {
    let (otp, reply, cx) = (scope.otp, names::local("reply"), names::local("cx"));
    let context = if scope.is_bare() {
        quote!(#cx)
    } else {
        quote!(::core::option::Option::Some(&mut *#cx))
    };
    quote!(let #reply = #otp::held(#context, #reply);)
}

/// The call of a function, with the variables that every dispatch has, and with those of its arguments.
pub(super) fn call(scope: &Scope<'_>, function: &Function, arguments: &[Ident]) -> TokenStream {
    let mut arguments = arguments.iter();
    let value = |param: &Param| -> TokenStream {
        let local = |name: &str| names::local(name).into_token_stream();
        match &param.kind {
            ParamKind::Argument => arguments.next().to_token_stream(),
            ParamKind::Binding | ParamKind::Unbound => param.name().to_token_stream(),
            // Where rustc points if it is of another type.
            ParamKind::Data => tokens::respan(local("data"), suspects::suspect(&param.ty)),
            ParamKind::Context => local("cx"),
            ParamKind::Reply(_) => local("reply"),
            ParamKind::Next => next::value(scope, function),
            ParamKind::Other => local("other"),
            ParamKind::State => local("state"),
            ParamKind::Reason => local("reason"),
        }
    };
    scope.call(function, value)
}

/// The arms of the states that no clause handles the event in, but for those that drop it.
fn insteads(scope: &Scope<'_>, event: &Event<'_>, variant: &Ident) -> Vec<TokenStream> {
    let (otp, path) = (scope.otp, &scope.path);
    let (reply, turn) = (names::local("reply"), names::local("turn"));
    let text = event.text();
    let states = scope.machine.states_of(event);
    let with = |what: What| {
        let states = states.iter().map(|state| &state.name);
        let those = states.filter(
            move |name| matches!(event.answer(name), Some(Answer::Instead(said)) if said == what),
        );
        those.collect::<Vec<_>>()
    };
    let mut arms = Vec::new();
    let postponed = with(What::Postpone);
    if !postponed.is_empty() {
        let held = (event.first().role == Role::Call).then(|| held(scope));
        let made = in_locals(scope, event, variant);
        arms.push(quote!(#(#path::#postponed { .. })|* => { #held #turn.postpone(#made) }));
    }
    arms.extend(with(What::Refuse).into_iter().map(|name| {
        let state = names::text(name);
        let refused = if event.first().role == Role::Call {
            quote!(<#otp::ReplyTo<_>>::refuse(#reply, #state, #text))
        } else {
            let machine = names::text(&scope.machine.decl.name);
            quote!(#otp::refused(#machine, #state, #text))
        };
        quote!(#path::#name { .. } => #refused,)
    }));
    arms
}
