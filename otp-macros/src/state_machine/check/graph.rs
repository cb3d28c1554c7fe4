//! Rules for events and states together.

use proc_macro2::Ident;
use quote::ToTokens;

use super::states::has_unknown;
use crate::errors::Errors;
use crate::show::show;
use crate::state_machine::events::{Answer, Event};
use crate::state_machine::messages;
use crate::state_machine::model::{Function, Machine, On, Param};

/// What an event says in a state: known by its function's name or attribute.
type Said<'a> = (&'a Ident, String);

/// All clauses of an event take and answer the same.
pub(super) fn check_signatures(machine: &Machine, errors: &mut Errors) {
    for event in machine.events() {
        let first = event.first();
        let params: Vec<&Param> = first.arguments().collect();
        let types = types(first);
        for clause in &event.clauses[1..] {
            if clause.role != first.role {
                continue;
            }
            if types != self::types(clause) {
                let message = messages::two_signatures(&clause.name, &params);
                let odd = clause
                    .arguments()
                    .zip(&types)
                    .find(|(param, ty)| show(&param.ty) != **ty);
                match odd {
                    Some((param, _)) => errors.err(&param.ty, message),
                    None => errors.err(&clause.name, message),
                }
            }
            let answer = |function: &Function| function.answer().map_or("()".into(), show);
            if answer(clause) != answer(first) {
                let message = messages::two_answers(&clause.name, &answer(first));
                match clause.answer() {
                    Some(ty) => errors.err(ty, message),
                    None => errors.err(&clause.name, message),
                }
            }
            if clause.after.is_some() {
                errors.err(&clause.marker, messages::two_durations(&clause.name));
            }
        }
    }
}

fn types(function: &Function) -> Vec<String> {
    let arguments = function.arguments();
    arguments
        .map(|param| show(param.ty.to_token_stream()))
        .collect()
}

/// What an event does in a state is said once.
pub(super) fn check_duplicates(machine: &Machine, errors: &mut Errors) {
    for event in machine.events() {
        let mut said: Vec<Said<'_>> = Vec::new();
        let mut rest = false;
        let mut rests: Vec<Box<dyn ToTokens>> = Vec::new();
        for clause in &event.clauses {
            for source in clause.on.iter().flat_map(|on| &on.sources) {
                match &source.state {
                    Some(state) => say(&event, &mut said, state, "#[on]", errors),
                    None => rests.push(Box::new(source.pat.clone())),
                }
            }
            for other in &clause.others {
                let by = format!("#[{}]", other.marker);
                for state in &other.states {
                    say(&event, &mut said, state, &by, errors);
                }
                if other.rest {
                    rests.push(Box::new(other.marker.clone()));
                }
            }
        }
        for at in rests {
            if rest {
                errors.err(at, messages::rest_twice(&event.text()));
            } else if machine
                .states_of(&event)
                .iter()
                .all(|state| said.iter().any(|(name, _)| **name == state.name))
            {
                errors.err(at, messages::rest_is_nothing(&event.text()));
            }
            rest = true;
        }
    }
}

fn say<'a>(
    event: &Event<'_>,
    said: &mut Vec<Said<'a>>,
    state: &'a Ident,
    by: &str,
    errors: &mut Errors,
) {
    match said.iter().find(|(name, _)| *name == state) {
        Some((_, first)) => errors.err(state, messages::twice(&event.text(), state, first)),
        None => said.push((state, by.to_owned())),
    }
}

/// States of which it is or will be said that no way leads in or out: what they are is open, and so is
/// what they handle.
fn dead(machine: &Machine) -> Vec<&Ident> {
    if !is_clear(machine) {
        return Vec::new();
    }
    let reached = reached(machine);
    let names = machine.live_states().map(|state| &state.name);
    names
        .filter(|name| !reached.contains(name) || !leaves(machine, name))
        .collect()
}

/// Every event is something in every state in which it can come.
pub(super) fn check_unhandled(machine: &Machine, errors: &mut Errors) {
    let dead = dead(machine);
    for event in machine.events() {
        let unclear = event.clauses.iter().any(|clause| {
            clause.is_guessed()
                || clause.on.as_ref().is_none_or(|on| !on.is_clear())
                || clause
                    .others
                    .iter()
                    .any(|other| other.states.is_empty() && !other.rest)
        });
        let unknown = event.clauses.iter().any(|clause| {
            let on = clause.on.iter().flat_map(|on| &on.sources);
            let sources = on.filter_map(|source| source.state.as_ref());
            let instead = clause.others.iter().flat_map(|other| &other.states);
            sources
                .chain(instead)
                .any(|state| machine.decl.state(state).is_none())
        });
        if unclear || unknown {
            continue;
        }
        let states = machine.states_of(&event).into_iter();
        let missing: Vec<&Ident> = states
            .map(|state| &state.name)
            .filter(|state| event.answer(state).is_none() && !dead.contains(state))
            .collect();
        if !missing.is_empty() {
            errors.err(&event.first().name, messages::unhandled(&event, &missing));
        }
    }
}

/// The states that a handler of an event in `state` may lead to.
fn targets<'a>(machine: &'a Machine, state: &Ident) -> Vec<&'a Ident> {
    let mut found = Vec::new();
    for event in machine.events() {
        if let Some(Answer::Clause(clause)) = event.answer(state) {
            found.extend(clause.targets());
        }
    }
    found
}

/// Some way leads from an initial state to every state.
pub(super) fn check_reachable(machine: &Machine, errors: &mut Errors) {
    if machine.decl.allows("unreachable_state") {
        return;
    }
    let reached = reached(machine);
    let events = !machine.events().is_empty();
    for state in &machine.decl.states {
        if !reached.contains(&&state.name) {
            errors.err(&state.name, messages::unreachable(&state.name, events));
        }
    }
}

fn reached(machine: &Machine) -> Vec<&Ident> {
    let mut reached: Vec<&Ident> = machine.decl.initial.iter().collect();
    let mut place = 0;
    while let Some(state) = reached.get(place).copied() {
        for target in targets(machine, state) {
            if !reached.contains(&target) {
                reached.push(target);
            }
        }
        place += 1;
    }
    reached
}

/// A state that is not terminal can be left, if only by an end.
pub(super) fn check_way_out(machine: &Machine, errors: &mut Errors) {
    if machine.decl.allows("no_way_out") {
        return;
    }
    let only = machine.decl.states.len() == 1;
    let reached = reached(machine);
    for state in machine.live_states() {
        // One that is never entered has an error of its own.
        if !reached.contains(&&state.name) {
            continue;
        }
        if !leaves(machine, &state.name) {
            errors.err(&state.name, messages::no_way_out(&state.name, only));
        }
    }
}

fn leaves(machine: &Machine, state: &Ident) -> bool {
    machine.events().iter().any(|event| {
        let Some(Answer::Clause(clause)) = event.answer(state) else {
            return false;
        };
        let elsewhere = clause.targets().iter().any(|target| target != state);
        elsewhere || ((clause.takes_next() || clause.takes_context()) && clause.may_call("stop"))
    })
}

/// Whether all edges of the graph could be read.
fn is_clear(machine: &Machine) -> bool {
    let mut functions = machine.block.functions.iter();
    let clear = functions.all(|function| {
        !function.role.is_event() || function.on.as_ref().is_some_and(On::is_clear)
    });
    clear && !has_unknown(machine)
}

/// That each state is reached and left, unless another mistake can be the cause that one seems not to be.
pub(super) fn check_if_clear(machine: &Machine, errors: &mut Errors) {
    if is_clear(machine) {
        check_reachable(machine, errors);
        check_way_out(machine, errors);
    }
}
