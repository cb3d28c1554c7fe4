//! `StateMachine`, and what makes the enum a child of supervisors.

use proc_macro2::TokenStream;
use quote::quote;

use super::dispatch::{self, call};
use super::scope::Scope;
use super::{event, hooks, infos, init};
use crate::lints;
use crate::names;
use crate::state_machine::model::{Role, What};

pub(super) fn machine(scope: &Scope<'_>) -> TokenStream {
    let Scope {
        otp,
        server,
        handle,
        event_ty,
        ..
    } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let args = init::args_type(scope);
    let init_error = init::init_error(scope);
    let timeout = event::timeout_type(scope);
    let constants = constants(scope);
    let init = init::init(scope);
    let handle_event = handle_event(scope);
    let enter = hooks::hook(scope, Role::Enter);
    let exit = hooks::hook(scope, Role::Exit);
    let state_timeout = hooks::declared(scope, Role::StateTimeout);
    let event_timeout = hooks::declared(scope, Role::EventTimeout);
    let terminate = terminate(scope);
    let info = infos::info(scope);
    let describe = describe(scope);
    let known = names::local("data");
    let lints = lints::METHODS;
    let supervised = supervised(scope);
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, unreachable_patterns, unused_mut, deprecated)]
        #lints
        impl #impls #otp::StateMachine for #server #clause {
            type Args = #args;
            type Ref = #handle;
            type InitError = #init_error;
            type Event = #event_ty;
            type Timeout = #timeout;

            #constants

            #init
            #handle_event
            #enter
            #exit
            #state_timeout
            #event_timeout
            #terminate
            #info
            #describe

            fn describe_state(&self) -> ::core::option::Option<#otp::String> {
                use #otp::{DebugText as _, NoText as _};
                (&#otp::StateText(self)).text()
            }

            fn describe_data(#known: &Self::Data) -> ::core::option::Option<#otp::String> {
                use #otp::{DebugText as _, NoText as _};
                (&#otp::StateText(#known)).text()
            }
        }

        #supervised
    }
}

/// What a supervisor has to know of a child of this type.
pub(super) fn supervised(scope: &Scope<'_>) -> TokenStream {
    let Scope {
        otp,
        server,
        handle,
        ..
    } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impls #otp::Supervisable for #server #clause {
            type Ref = #handle;
        }

        #[automatically_derived]
        impl #impls #otp::Served for #server #clause {
            type Server = #otp::Machine<#server>;
        }
    }
}

/// What is not used costs nothing.
fn constants(scope: &Scope<'_>) -> TokenStream {
    let machine = scope.machine;
    let timeouts = scope
        .events
        .iter()
        .any(|(event, _)| event.first().role.is_timeout());
    let event_timeouts = machine.with_role(Role::EventTimeout).next().is_some();
    let inner = machine.block.functions.iter().any(|function| {
        let mut others = function.others.iter();
        let mut calls = function.nexts.iter().map(|call| names::text(&call.method));
        function.gives_next_away
            || others.any(|other| other.what == What::Postpone)
            || calls.any(|method| method == "postpone" || method.starts_with("insert_"))
    });
    let terminal = machine.decl.states.iter().any(|state| state.terminal);
    quote! {
        const TIMEOUTS: bool = #timeouts;
        const EVENT_TIMEOUTS: bool = #event_timeouts;
        const INNER: bool = #inner;
        const TERMINAL: bool = #terminal;
    }
}

fn handle_event(scope: &Scope<'_>) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let (state, data, event, turn, cx) = (
        names::local("state"),
        names::local("data"),
        names::local("event"),
        names::local("turn"),
        names::local("cx"),
    );
    let body = if scope.is_bare() {
        let context = scope
            .holds()
            .then(|| quote!(, ::core::option::Option::Some(#cx)));
        quote!(<#server>::__event(self, #data, #event, #turn #context);)
    } else {
        let body = dispatch::handle(scope);
        quote!(let #state = self; #body)
    };
    quote! {
        fn handle(
            &mut self,
            #data: &mut Self::Data,
            #event: Self::Event,
            #turn: &mut #otp::Turn<Self>,
            #cx: &mut #otp::MachineContext<Self>,
        ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
            async move {
                #body
            }
        }
    }
}

fn terminate(scope: &Scope<'_>) -> Option<TokenStream> {
    let otp = scope.otp;
    let function = scope.machine.with_role(Role::Terminate).next()?;
    let (state, data, reason, cx) = (
        names::local("state"),
        names::local("data"),
        names::local("reason"),
        names::local("cx"),
    );
    let called = call(scope, function, &[]);
    let awaited = function.asyncness().map(|_| quote!(.await));
    Some(quote! {
        fn terminate(
            &mut self,
            #data: &mut Self::Data,
            #reason: &#otp::ExitReason,
            #cx: &mut #otp::MachineContext<Self>,
        ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send {
            async move {
                let #state = &*self;
                #called #awaited;
            }
        }
    })
}

/// The names of the events, for traces and reports.
fn describe(scope: &Scope<'_>) -> TokenStream {
    let event = &scope.event;
    let known = names::local("event");
    let arms = scope.events.iter().map(|(found, variant)| {
        let name = found.text();
        quote!(#event::#variant { .. } => #name,)
    });
    let phantom = event::phantom_arm(scope);
    quote! {
        fn describe(#known: &Self::Event) -> &'static str {
            match *#known {
                #(#arms)*
                #phantom
            }
        }
    }
}
