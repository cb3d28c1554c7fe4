//! Rules for enter and exit handlers.

use proc_macro2::Ident;

use crate::errors::Errors;
use crate::state_machine::messages;
use crate::state_machine::model::{Function, Machine, Role};

/// A state has one enter handler and one exit handler.
pub(super) fn check(machine: &Machine, errors: &mut Errors) {
    for role in [Role::Enter, Role::Exit] {
        let mut seen: Vec<(&Ident, &Function)> = Vec::new();
        for function in machine.with_role(role) {
            for state in &function.states {
                match seen.iter().find(|(name, _)| *name == state) {
                    Some((_, first)) => errors.err(
                        state,
                        messages::hook_twice(state, &function.marker, &first.name),
                    ),
                    None => seen.push((state, function)),
                }
            }
        }
    }
}
