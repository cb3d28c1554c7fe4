//! Rules for what a handler does with its `next`.
//!
//! rustc knows them too, from the methods that `next` has; here is said which attribute decides that.

use crate::errors::Errors;
use crate::names;
use crate::state_machine::messages;
use crate::state_machine::model::{Function, Machine, NextCall, On, Role, State};
use crate::suggest::closest;

/// A handler goes where it says that it goes, with all fields of the state.
pub(super) fn check(machine: &Machine, function: &Function, errors: &mut Errors) {
    if matches!(function.role, Role::Enter | Role::Exit) {
        check_hook(machine, function, errors);
        return;
    }
    let is_clear = function.on.as_ref().is_some_and(On::is_clear);
    if !function.role.is_event() || !function.takes_next() || !is_clear {
        return;
    }
    for call in &function.nexts {
        match machine.decl.state_of_method(&call.method) {
            Some(state) => check_target(function, call, state, errors),
            None => check_other(machine, function, call, errors),
        }
    }
}

/// Enter and exit handlers go nowhere.
fn check_hook(machine: &Machine, function: &Function, errors: &mut Errors) {
    for call in &function.nexts {
        if machine.decl.state_of_method(&call.method).is_some() {
            errors.err(&call.method, messages::hook_goes(function, &call.method));
        }
    }
}

fn check_target(function: &Function, call: &NextCall, state: &State, errors: &mut Errors) {
    if !function.targets().contains(&state.name) {
        errors.err(&call.method, messages::undeclared(function, &state.name));
    } else if call
        .arguments
        .is_some_and(|count| count != state.fields.len())
    {
        errors.err(
            &call.method,
            messages::fields_of_target(&call.method, state),
        );
    }
}

/// Timeouts are started with their time; nothing else is known by a wrong name.
fn check_other(machine: &Machine, function: &Function, call: &NextCall, errors: &mut Errors) {
    let text = names::text(&call.method);
    if let Some(timeout) = machine.timeout_of_method(&text) {
        let starts = text.starts_with("start_");
        let count = timeout.arguments().count() + usize::from(starts);
        if call.arguments.is_some_and(|given| given != count) {
            errors.err(
                &call.method,
                messages::arguments_of_timeout(&call.method, timeout, starts),
            );
        }
        return;
    }
    let known = methods(machine, function);
    if known.contains(&text) {
        return;
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let meant = closest(&text, &known);
    errors.err(
        &call.method,
        messages::unknown_of_next(&call.method, meant, function),
    );
}

/// The names of all that `next` has.
fn methods(machine: &Machine, function: &Function) -> Vec<String> {
    let targets = function.targets().iter().map(names::method);
    let mut known: Vec<String> = targets.map(|method| method.to_string()).collect();
    known.extend(["repeat", "stop"].map(str::to_owned));
    if function.can_postpone() {
        known.push("postpone".to_owned());
    }
    for event in machine.events() {
        let name = event.text();
        known.push(format!("insert_{name}"));
        if event.first().role.is_timeout() {
            known.extend(["start", "cancel", "update"].map(|word| format!("{word}_{name}")));
            known.push(format!("start_{name}_at"));
        }
    }
    known
}
