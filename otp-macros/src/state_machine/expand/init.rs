//! `StateMachine::init`: the first state, the data, and the timeouts that start with the machine.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::checked;
use super::dispatch::call;
use super::scope::{Scope, locals};
use super::shared;
use crate::duration;
use crate::names;
use crate::state_machine::model::Role;
use crate::suspects;
use crate::tokens;
use crate::tokens::Values;

/// What `init` takes: the argument, or a tuple when there is not exactly one.
pub(super) fn args_type(scope: &Scope<'_>) -> TokenStream {
    let init = scope.machine.init();
    Values(init.map_or_else(Vec::new, |init| scope.argument_types(init))).into_token_stream()
}

/// What `init` makes: the data, or the state as well.
fn made_type(scope: &Scope<'_>) -> TokenStream {
    let (data, server) = (scope.data(), scope.server);
    if scope.machine.sole_initial().is_some() {
        data
    } else {
        quote!((#server, #data))
    }
}

pub(super) fn init_error(scope: &Scope<'_>) -> TokenStream {
    let otp = scope.otp;
    let Some(init) = scope.machine.init() else {
        return quote!(::core::convert::Infallible);
    };
    let made = made_type(scope);
    let Some(output) = &init.output else {
        return quote!(<() as #otp::IntoMachine<#made>>::Error);
    };
    let span = suspects::suspect(output);
    let output = checked::made(scope, output, &made);
    tokens::respan(quote!(<#output as #otp::IntoMachine<#made>>::Error), span)
}

pub(super) fn init(scope: &Scope<'_>) -> TokenStream {
    let otp = scope.otp;
    let data_ty = scope.data();
    let (args, turn, cx, made) = (
        names::local("args"),
        names::local("turn"),
        names::local("cx"),
        names::local("made"),
    );
    let made_ty = made_type(scope);
    let value = if let Some(init) = scope.machine.init() {
        let pattern = Values(locals(init));
        let called = call(scope, init, &locals(init));
        let awaited = init.asyncness().map(|_| quote!(.await));
        let span = init
            .output
            .as_ref()
            .map_or_else(|| init.name.span(), suspects::suspect);
        let output = init.output.as_ref().map_or_else(
            || quote!(_),
            |output| checked::made(scope, output, &made_ty),
        );
        let into = quote!(<#output as #otp::IntoMachine<#made_ty>>::into_machine);
        let into = tokens::respan(into, span);
        quote! {
            let #pattern = #args;
            let ::core::option::Option::Some(#made) = #into(#called #awaited)? else {
                return ::core::result::Result::Ok(::core::option::Option::None);
            };
        }
    } else {
        quote! {
            let () = #args;
            let #made = <#data_ty as ::core::default::Default>::default();
        }
    };
    let timeouts = timeouts(scope);
    let first = first_state(scope, &made);
    quote! {
        fn init(
            #args: Self::Args,
            #turn: &mut #otp::Turn<Self>,
            #cx: &mut #otp::MachineContext<Self>,
        ) -> impl ::core::future::Future<
            Output = ::core::result::Result<
                ::core::option::Option<(Self, Self::Data)>,
                Self::InitError,
            >,
        > + ::core::marker::Send {
            async move {
                #value
                #timeouts
                #first
            }
        }
    }
}

fn timeouts(scope: &Scope<'_>) -> TokenStream {
    let turn = names::local("turn");
    let starts = scope.events.iter().filter_map(|(event, variant)| {
        let first = event.first();
        let after = duration::expression(first.after.filter(|_| first.role == Role::Timeout)?);
        let key = shared::key(scope, event, variant);
        let made = scope.made(event, variant, &names::reply_field());
        Some(quote!(#turn.start_timeout(#key, #after, #made);))
    });
    starts.collect()
}

/// The pair of state and data, whose state is one that was declared.
fn first_state(scope: &Scope<'_>, made: &proc_macro2::Ident) -> TokenStream {
    let (otp, path) = (scope.otp, &scope.path);
    if let Some(initial) = scope.machine.sole_initial() {
        return quote! {
            ::core::result::Result::Ok(::core::option::Option::Some((#path::#initial {}, #made)))
        };
    }
    let initial = &scope.machine.decl.initial;
    let declared: Vec<String> = initial.iter().map(ToString::to_string).collect();
    let name = names::text(&scope.machine.decl.name);
    let text = format!(
        "the init of `{name}` began in `{{}}`, and the machine declares `initial = {}`",
        declared.join(" | ")
    );
    quote! {
        ::core::assert!(
            ::core::matches!(&#made.0, #(#path::#initial { .. })|*),
            #text,
            #otp::MachineDecl::state(&#made.0),
        );
        ::core::result::Result::Ok(::core::option::Option::Some(#made))
    }
}
