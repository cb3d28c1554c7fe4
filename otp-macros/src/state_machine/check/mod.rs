//! The second pass: what is wrong with a machine.
//!
//! One small function for one rule, each pushing its errors and going on, so that all mistakes of a
//! machine come out at once.

mod decl;
mod functions;
mod graph;
mod hooks;
pub(crate) mod init;
mod nexts;
pub(crate) mod params;
mod states;
mod timeouts;

use super::messages;
use super::model::{Decl, Machine, Role};
use crate::errors::Errors;

/// Checks the enum.
pub(crate) fn decl(decl: &Decl, errors: &mut Errors) {
    decl::check_enum(decl, errors);
    if !decl.is_enum {
        return;
    }
    decl::check_lifetimes(decl, errors);
    decl::check_borrows(decl, errors);
    decl::check_options(decl, errors);
    decl::check_initial(decl, errors);
    decl::check_states(decl, errors);
    decl::check_name_of_generic(decl, errors);
}

/// Checks that the block is not the second one of a machine: what it has belongs to events that are
/// elsewhere, so no more can be said of it.
pub(crate) fn has_events(machine: &Machine, errors: &mut Errors) -> bool {
    let functions = &machine.block.functions;
    let mut main = functions.iter().map(|function| function.role);
    let stray = functions
        .first()
        .filter(|_| main.all(|role| !role.is_event() && role != Role::Init));
    if let Some(stray) = stray {
        errors.err(
            &stray.name,
            messages::second_block(stray, &machine.decl.name),
        );
    }
    stray.is_none()
}

/// Checks that what names states names some.
pub(crate) fn names(machine: &Machine, errors: &mut Errors) {
    if machine.decl.has_states() {
        states::check_known(machine, errors);
    }
}

/// Checks the block: function by function, then what they make of the states.
pub(crate) fn machine(machine: &Machine, errors: &mut Errors) {
    for function in &machine.block.functions {
        functions::check_signature(machine, function, errors);
        functions::check_on(machine, function, errors);
        params::check(machine, function, errors);
    }
    functions::check_once(machine, errors);
    functions::check_names(machine, errors);
    functions::check_info_types(machine, errors);
    if !machine.decl.has_states() {
        return;
    }
    if let Some(init) = machine.init() {
        init::check(machine, init, errors);
    }
    for function in &machine.block.functions {
        nexts::check(machine, function, errors);
    }
    states::check_bindings(machine, errors);
    states::check_terminal(machine, errors);
    graph::check_signatures(machine, errors);
    graph::check_duplicates(machine, errors);
    hooks::check(machine, errors);
    timeouts::check_started(machine, errors);
    timeouts::check_one_for_a_state(machine, errors);
    timeouts::check_states(machine, errors);
    graph::check_unhandled(machine, errors);
    // A name that is no state, or an attribute that could not be read, is an edge that is missing.
    if machine.sound {
        graph::check_if_clear(machine, errors);
    }
}
