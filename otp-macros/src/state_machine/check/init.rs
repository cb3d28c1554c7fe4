//! Rules for what `#[init]` returns.

use syn::Type;

use crate::errors::Errors;
use crate::show::show;
use crate::state_machine::messages;
use crate::state_machine::model::{Function, Machine};
use crate::types;

/// An init makes the data, and the state as well where that is not said by `initial`.
pub(super) fn check(machine: &Machine, init: &Function, errors: &mut Errors) {
    let decl = &machine.decl;
    let is_known = decl.initial.iter().all(|name| decl.state(name).is_some());
    let Some(data) = decl
        .data
        .as_ref()
        .filter(|_| is_known && !decl.initial.is_empty())
    else {
        return;
    };
    let form = form(machine, data);
    let Some(output) = &init.output else {
        if !types::is_unit(data) || machine.sole_initial().is_none() {
            errors.err(&init.name, messages::init_makes_nothing(&init.name, &form));
        }
        return;
    };
    let made = made(output);
    let is_data = show(made) == show(data);
    let is_state = show(made) == "Self"
        || types::last_segment(made).is_some_and(|last| last.ident == decl.name);
    if machine.sole_initial().is_none() && is_data {
        errors.err(output, messages::init_without_state(&decl.initial, &form));
    } else if is_state && !is_data {
        errors.err(output, messages::init_makes_state(&decl.name, &form));
    }
}

fn form(machine: &Machine, data: &Type) -> String {
    let data = show(data);
    if machine.sole_initial().is_some() {
        data
    } else {
        format!("(Self, {data})")
    }
}

/// What is in an `Option` or a `Result`.
pub(crate) fn made(output: &Type) -> &Type {
    match types::last_segment(output) {
        Some(last) if last.ident == "Option" || last.ident == "Result" => {
            types::type_arguments(last)
                .first()
                .map_or(output, |inner| made(inner))
        }
        _ => output,
    }
}
