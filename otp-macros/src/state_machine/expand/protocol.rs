//! The trait of `protocol = TurnstileApi`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Visibility;

use super::methods::said;
use super::scope::{Scope, arguments};
use crate::protocol::{self, Method};
use crate::state_machine::events::Event;
use crate::state_machine::model::Role;

pub(super) fn protocol(scope: &Scope<'_>) -> Option<TokenStream> {
    let name = scope.machine.block.protocol.as_ref()?;
    let events = scope.events.iter().map(|(event, _)| event);
    let methods: Vec<_> = events
        .filter(|event| event.first().role.has_method())
        .filter(|event| matches!(event.first().vis, Visibility::Public(_)))
        .map(|event| method(scope, event))
        .collect();
    let handle = scope.handle.to_token_stream();
    let server = &scope.machine.decl.name;
    Some(protocol::protocol(
        name,
        server,
        &handle,
        &scope.generics,
        &methods,
        Some(&quote!(#[allow(deprecated)])),
    ))
}

fn method<'a>(scope: &Scope<'_>, event: &Event<'a>) -> Method<'a> {
    let first = event.first();
    Method {
        cfg: &[],
        attributes: said(event, &format!(" The event `{}`.", event.text())),
        name: &first.name,
        generics: None,
        declarations: scope.declarations(first),
        arguments: arguments(first),
        result: protocol::result(
            scope.otp,
            (first.role == Role::Call).then(|| scope.answer(first)),
        ),
    }
}
