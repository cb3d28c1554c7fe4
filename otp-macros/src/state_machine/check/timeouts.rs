//! Rules for timeouts.

use proc_macro2::Ident;

use crate::errors::Errors;
use crate::names;
use crate::state_machine::messages;
use crate::state_machine::model::{Function, Machine, Role};

fn word(role: Role) -> &'static str {
    if role == Role::StateTimeout {
        "state"
    } else {
        "event"
    }
}

/// A timeout without a duration is started by some handler.
pub(super) fn check_started(machine: &Machine, errors: &mut Errors) {
    for event in machine.events() {
        let first = event.first();
        if !first.role.is_timeout() || first.timed || has_no_state(first) {
            continue;
        }
        let name = names::text(&first.name);
        let words = [
            format!("start_{name}"),
            format!("start_{name}_at"),
            format!("update_{name}"),
        ];
        let started = machine.block.functions.iter().any(|function| {
            let within = first.role == Role::StateTimeout && function.may_call("within");
            within || words.iter().any(|word| function.may_call(word))
        });
        if !started {
            errors.err(&first.name, messages::never_started(first));
        }
    }
}

/// A timeout of a state whose state could not be read: that has been reported.
fn has_no_state(function: &Function) -> bool {
    function.role != Role::Timeout && function.states.is_empty()
}

/// A state has one state timeout and one event timeout.
pub(super) fn check_one_for_a_state(machine: &Machine, errors: &mut Errors) {
    for role in [Role::StateTimeout, Role::EventTimeout] {
        let mut seen: Vec<(&Ident, &Function)> = Vec::new();
        for event in machine.events() {
            let first = event.first();
            if first.role != role {
                continue;
            }
            for state in &first.states {
                match seen.iter().find(|(name, _)| *name == state) {
                    Some((_, other)) => errors.err(
                        state,
                        messages::second_timeout(state, word(role), &other.name),
                    ),
                    None => seen.push((state, first)),
                }
            }
        }
    }
}

/// A state timeout comes in its own states only.
pub(super) fn check_states(machine: &Machine, errors: &mut Errors) {
    for event in machine.events() {
        let first = event.first();
        if !matches!(first.role, Role::StateTimeout | Role::EventTimeout) || first.states.is_empty()
        {
            continue;
        }
        for clause in &event.clauses {
            let on = clause.on.iter().flat_map(|on| &on.sources);
            let sources = on.filter_map(|source| source.state.as_ref());
            let instead = clause.others.iter().flat_map(|other| &other.states);
            for state in sources.chain(instead) {
                let known = machine.decl.state(state).is_some_and(|s| !s.terminal);
                if known && !first.states.contains(state) {
                    let message =
                        messages::timeout_elsewhere(&event.text(), state, word(first.role));
                    errors.err(state, message);
                }
            }
        }
    }
}
