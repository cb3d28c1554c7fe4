//! Rules for functions, parameters apart.

use quote::ToTokens;
use syn::Safety;

use super::params::is_next_reference;
use crate::errors::Errors;
use crate::names::ON_EVERY_HANDLE;
use crate::show::show;
use crate::state_machine::messages;
use crate::state_machine::model::{Function, Machine, Role, What};
use crate::types;

/// What else is made for the machine's type or its handle.
const MADE: [&str; 7] = [
    "start",
    "start_link",
    "start_monitor",
    "whereis",
    "diagram",
    "transitions",
    "bare",
];

pub(super) fn check_signature(machine: &Machine, function: &Function, errors: &mut Errors) {
    let signature = &function.signature;
    let name = &function.name;
    if let Some(receiver) = &function.receiver {
        errors.err(receiver, messages::SELF_IN_HANDLER);
    }
    if let Some(constness) = &signature.constness {
        errors.err(constness, messages::qualifier("const", name));
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        errors.err(unsafety, messages::qualifier("unsafe", name));
    }
    if let Some(abi) = &signature.abi {
        errors.err(abi, messages::qualifier("extern", name));
    }
    let generics = &signature.generics;
    if let Some(param) = generics.params.first() {
        errors.err(param, messages::generic_handler(name));
    }
    check_output(machine, function, errors);
}

fn check_output(machine: &Machine, function: &Function, errors: &mut Errors) {
    let Some(output) = &function.output else {
        return;
    };
    match function.role {
        Role::Call if function.is_delayed() => errors.err(output, messages::REPLY_AND_OUTPUT),
        Role::Call if types::borrows(output, &[]) => {
            errors.err(output, messages::answer_borrows(output));
        }
        Role::Call | Role::Init => {}
        // What its event is has been said by an earlier clause.
        _ if machine.is_other_event(function) => {}
        _ => errors.err(output, messages::nobody_gets(&function.marker, output)),
    }
}

/// An event has a place in the graph; a hook has none.
pub(super) fn check_on(machine: &Machine, function: &Function, errors: &mut Errors) {
    if !function.role.is_event() {
        if let Some(on) = &function.on {
            errors.err(&on.marker, messages::on_of_hook(function));
        }
        for other in &function.others {
            errors.err(&other.marker, messages::on_of_hook(function));
        }
        return;
    }
    if function.on.is_none() {
        let first = machine.decl.states.first().map(|state| &state.name);
        errors.err(&function.name, messages::no_on(function, first));
    }
    let by_reference = function
        .params
        .iter()
        .any(|param| is_next_reference(&param.ty));
    if let Some(target) = function.targets().first()
        && !function.takes_next()
        && !by_reference
    {
        errors.err(target, messages::targets_without_next(function, target));
    }
    for other in &function.others {
        match (function.role, other.what) {
            (Role::Call, What::Ignore) => errors.err(&other.marker, messages::IGNORED_CALL),
            (role, What::Postpone | What::Refuse) if role.is_timeout() => {
                errors.err(&other.marker, messages::instead_of_timeout(other.what));
            }
            _ => {}
        }
    }
}

/// There is one beginning and one end.
pub(super) fn check_once(machine: &Machine, errors: &mut Errors) {
    for role in [Role::Init, Role::Terminate] {
        let mut functions = machine.with_role(role);
        if let Some(first) = functions.next() {
            for second in functions {
                errors.err(
                    &second.marker,
                    messages::second(&second.marker, &first.name),
                );
            }
        }
    }
}

/// Names of what is made cannot be taken, and one name is one thing.
pub(super) fn check_names(machine: &Machine, errors: &mut Errors) {
    let functions = &machine.block.functions;
    for (place, function) in functions.iter().enumerate() {
        let text = function.name.to_string();
        let on_handle = function.role.has_method() && ON_EVERY_HANDLE.contains(&text.as_str());
        if on_handle || MADE.contains(&text.as_str()) {
            errors.err(&function.name, messages::reserved_name(&function.name));
        }
        let mut earlier = functions[..place].iter();
        let same = earlier.find(|other| other.name == function.name);
        if let Some(other) = same {
            if !other.role.is_event() || !function.role.is_event() {
                errors.err(
                    &function.name,
                    messages::same_name(&function.name, &other.name),
                );
            } else if other.role != function.role {
                errors.err(
                    &function.marker,
                    messages::two_roles_of_event(function, other),
                );
            }
        }
    }
    for helper in &machine.block.helpers {
        if MADE.iter().any(|name| helper == name) {
            errors.err(helper, messages::reserved_name(helper));
        }
    }
}

/// A message's type decides which event it is.
pub(super) fn check_info_types(machine: &Machine, errors: &mut Errors) {
    let mut seen: Vec<(String, &Function)> = Vec::new();
    for function in machine.with_role(Role::Info) {
        let Some(message) = function.arguments().next() else {
            continue;
        };
        let ty = show(message.ty.to_token_stream());
        let same = seen
            .iter()
            .find(|(earlier, other)| *earlier == ty && other.name != function.name);
        if let Some((_, first)) = same {
            errors.err(&message.ty, messages::info_twice(&ty, &first.name));
        }
        seen.push((ty, function));
    }
}
