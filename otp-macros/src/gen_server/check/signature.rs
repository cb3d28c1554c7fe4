//! Rules for the signature of a handler, parameters apart.

use syn::{ReceiverKind, Type};

use crate::errors::Errors;
use crate::gen_server::messages;
use crate::gen_server::model::{Function, Role};
use crate::types;

/// The server's loop calls handlers, as plain Rust, one after the other.
pub(super) fn check_qualifiers(function: &Function, errors: &mut Errors) {
    for qualifier in &function.qualifiers {
        errors.err(qualifier, messages::qualifier(qualifier, &function.marker));
    }
    if let (Role::Read, Some(asyncness)) = (function.role, &function.asyncness) {
        errors.err(asyncness, messages::ASYNC_READ);
    }
}

/// All messages of a server are one enum, which has no place for a handler's own parameters. A
/// read is no message, so it may have them.
pub(super) fn check_generics(function: &Function, errors: &mut Errors) {
    if function.role == Role::Read {
        return;
    }
    let generics = &function.generics;
    let types: Vec<_> = generics.type_params().map(|param| &param.ident).collect();
    if let Some(first) = types.first() {
        errors.err(first, messages::generic_handler(first, &function.marker));
    } else if let Some(first) = generics.const_params().next() {
        errors.err(
            &first.ident,
            messages::generic_handler(&first.ident, &function.marker),
        );
    } else if let Some(first) = generics.lifetimes().next() {
        errors.err(
            &first.lifetime,
            messages::lifetime_of_handler(&first.lifetime),
        );
    } else if let Some(clause) = &generics.where_clause {
        errors.err(clause.where_token, messages::WHERE_ON_HANDLER);
    }
}

/// Handlers borrow the state, which stays with the server; `init` and reads have none to borrow.
pub(super) fn check_receiver(function: &Function, errors: &mut Errors) {
    match (function.role, &function.receiver) {
        (Role::Init, Some(receiver)) => errors.err(receiver, messages::INIT_WITH_SELF),
        (Role::Read, Some(receiver)) => errors.err(receiver, messages::READ_WITH_SELF),
        (Role::Init | Role::Read, None) => {}
        (_, None) => errors.err(&function.name, messages::handler_without_self(function)),
        (_, Some(receiver)) => match &receiver.kind {
            ReceiverKind::Reference(_, Some(lifetime), _)
                if function.generics.lifetimes().next().is_none() =>
            {
                errors.err(lifetime, messages::lifetime_of_handler(lifetime));
            }
            ReceiverKind::Reference(..) => {}
            ReceiverKind::Typed(_, ty) if is_reference_to_self(ty) => {}
            _ => errors.err(receiver, messages::self_by_value(receiver)),
        },
    }
}

fn is_reference_to_self(ty: &Type) -> bool {
    types::as_reference(ty).is_some_and(|reference| {
        types::last_segment(&reference.elem).is_some_and(|last| last.ident == "Self")
    })
}

/// Whether a handler's receiver is one that the server can give it.
pub(super) fn has_good_receiver(function: &Function) -> bool {
    function
        .receiver
        .as_ref()
        .is_some_and(|receiver| match &receiver.kind {
            ReceiverKind::Reference(..) => true,
            ReceiverKind::Typed(_, ty) => is_reference_to_self(ty),
            _ => false,
        })
}

/// Only a call has somebody who waits for what it returns.
pub(super) fn check_output(function: &Function, errors: &mut Errors) {
    let Some(output) = &function.output else {
        if function.role == Role::Init && function.receiver.is_none() {
            errors.err(&function.name, messages::init_returns_nothing(function));
        }
        return;
    };
    match function.role {
        Role::Call if function.delayed().is_some() => {
            errors.err(output, messages::REPLY_AND_OUTPUT);
        }
        Role::Call => check_answer(function, output, errors),
        Role::Init => {
            if types::has_impl_trait(output) {
                errors.err(output, messages::INIT_RETURNS_IMPL);
            } else if types::borrows(output, &known_lifetimes(function)) {
                errors.err(output, messages::INIT_RETURNS_BORROW);
            } else if types::never_state(output) {
                errors.err(output, messages::init_returns_other(output));
            }
        }
        Role::Cast => errors.err(output, messages::cast_returns(&function.name, output)),
        Role::Info | Role::Every | Role::After | Role::Continue | Role::Terminate => {
            errors.err(output, messages::nobody_gets(&function.marker));
        }
        Role::Read => {}
    }
}

/// The answer goes to another task, so its type must have a name and borrow nothing.
fn check_answer(function: &Function, output: &Type, errors: &mut Errors) {
    if types::has_impl_trait(output) {
        errors.err(output, messages::answer_impl_trait(output));
    } else if types::borrows(output, &known_lifetimes(function)) {
        errors.err(output, messages::answer_borrows(output));
    }
}

/// The lifetimes that the function declares: they have an error of their own.
pub(super) fn known_lifetimes(function: &Function) -> Vec<&syn::Lifetime> {
    function
        .generics
        .lifetimes()
        .map(|param| &param.lifetime)
        .collect()
}
