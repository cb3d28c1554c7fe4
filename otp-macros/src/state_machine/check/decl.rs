//! Rules for the enum.

use crate::errors::Errors;
use crate::names;
use crate::state_machine::messages;
use crate::state_machine::model::Decl;
use crate::types;

pub(super) fn check_enum(decl: &Decl, errors: &mut Errors) {
    if !decl.is_enum {
        errors.err(&decl.name, messages::no_enum(&decl.name));
    } else if decl.states.is_empty() {
        errors.err(&decl.name, messages::no_states(&decl.name));
    }
}

/// A machine lives until nothing can reach it.
pub(super) fn check_lifetimes(decl: &Decl, errors: &mut Errors) {
    for lifetime in decl.generics.lifetimes() {
        errors.err(&lifetime.lifetime, messages::LIFETIME);
    }
}

/// A borrow without a lifetime is no Rust, and rustc says so.
pub(super) fn check_borrows(decl: &Decl, errors: &mut Errors) {
    let mut fields = decl.states.iter().flat_map(|state| &state.fields);
    if fields.any(|field| types::borrows(&field.ty, &[]))
        && decl.generics.lifetimes().next().is_none()
    {
        errors.leave_to_rustc();
    }
}

pub(super) fn check_options(decl: &Decl, errors: &mut Errors) {
    let first = decl.states.first().map(|state| &state.name);
    if !decl.has_initial && !decl.has_data {
        errors.err(&decl.name, messages::no_options(&decl.name, first));
    } else if !decl.has_initial {
        errors.err(&decl.name, messages::no_initial(&decl.name, first));
    } else if !decl.has_data {
        errors.err(&decl.name, messages::no_data(&decl.name));
    }
}

pub(super) fn check_initial(decl: &Decl, errors: &mut Errors) {
    let states: Vec<_> = decl.states.iter().map(|state| &state.name).collect();
    for initial in &decl.initial {
        match decl.state(initial) {
            None if !states.is_empty() => {
                errors.err(
                    initial,
                    messages::unknown_state(initial, &decl.name, &states),
                );
            }
            Some(state) if state.terminal => {
                errors.err(initial, messages::initial_terminal(initial));
            }
            _ => {}
        }
    }
}

/// States become methods of `next`, which has others.
pub(super) fn check_states(decl: &Decl, errors: &mut Errors) {
    const WORDS: [&str; 4] = ["stop", "repeat", "postpone", "within"];
    const BEGINNINGS: [&str; 4] = ["insert_", "start_", "cancel_", "update_"];
    for (place, state) in decl.states.iter().enumerate() {
        if let Some(cfg) = &state.cfg {
            errors.err(cfg, messages::CFG_ON_STATE);
        }
        let method = names::snake(&state.name);
        let begins = BEGINNINGS
            .iter()
            .any(|beginning| method.starts_with(beginning));
        if WORDS.contains(&method.as_str()) || begins {
            errors.err(
                &state.name,
                messages::state_named_like(&state.name, &method),
            );
        }
        let earlier = decl.states[..place].iter();
        let mut same = earlier.filter(|other| names::snake(&other.name) == method);
        if let Some(other) = same.next() {
            errors.err(
                &state.name,
                messages::same_method(&state.name, &other.name, &method),
            );
        }
    }
}

/// A generic machine is many types, and a fixed name belongs to one.
pub(super) fn check_name_of_generic(decl: &Decl, errors: &mut Errors) {
    if let Some(name) = &decl.options.name
        && !decl.generics.params.is_empty()
    {
        errors.err(name, messages::name_of_generic(&decl.name));
    }
}
