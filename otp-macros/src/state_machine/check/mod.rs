//! The second pass: what is wrong with a machine.
//!
//! One small function for one rule, each pushing its errors and going on, so that all mistakes of a
//! machine come out at once.

mod decl;
mod functions;
mod graph;
mod hooks;
mod params;
mod states;
mod timeouts;

use super::model::{Decl, Machine};
use crate::errors::Errors;

/// Checks the enum.
pub(crate) fn decl(decl: &Decl, errors: &mut Errors) {
    decl::check_enum(decl, errors);
    if !decl.is_enum {
        return;
    }
    decl::check_lifetimes(decl, errors);
    decl::check_options(decl, errors);
    decl::check_initial(decl, errors);
    decl::check_states(decl, errors);
    decl::check_name_of_generic(decl, errors);
}

/// Checks the block: function by function, then what they make of the states.
pub(crate) fn machine(machine: &Machine, errors: &mut Errors) {
    for function in &machine.block.functions {
        functions::check_signature(function, errors);
        functions::check_on(machine, function, errors);
        params::check(machine, function, errors);
    }
    functions::check_once(machine, errors);
    functions::check_names(machine, errors);
    functions::check_info_types(machine, errors);
    if !machine.decl.is_enum || machine.decl.states.is_empty() {
        return;
    }
    let known = errors.count();
    states::check_known(machine, errors);
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
    if machine.sound && errors.count() == known && known == 0 {
        graph::check_reachable(machine, errors);
        graph::check_way_out(machine, errors);
    } else if machine.sound {
        graph::check_if_clear(machine, errors);
    }
}
