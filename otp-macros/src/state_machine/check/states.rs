//! Rules for the names of states.

use proc_macro2::Ident;
use syn::{Fields, Pat};

use crate::errors::Errors;
use crate::state_machine::messages;
use crate::state_machine::model::{Function, Machine, ParamKind, Role, Source};

/// Every state that a function names, with the targets.
fn named(function: &Function) -> Vec<&Ident> {
    let on = function.on.as_ref();
    let sources = on.into_iter().flat_map(|on| &on.sources);
    let sources = sources.filter_map(|source| source.state.as_ref());
    let instead = function.others.iter().flat_map(|other| &other.states);
    let all = function.states.iter().chain(sources).chain(instead);
    all.chain(function.targets()).collect()
}

pub(super) fn check_known(machine: &Machine, errors: &mut Errors) {
    let states: Vec<_> = machine.decl.states.iter().map(|s| &s.name).collect();
    for function in &machine.block.functions {
        for name in named(function) {
            if machine.decl.state(name).is_none() {
                let message = messages::unknown_state(name, &machine.decl.name, &states);
                errors.err(name, message);
            }
        }
    }
}

/// Whether a function names a state that is none.
pub(super) fn has_unknown(machine: &Machine) -> bool {
    let mut functions = machine.block.functions.iter();
    functions.any(|function| {
        named(function)
            .iter()
            .any(|name| machine.decl.state(name).is_none())
    })
}

/// What is bound is a field, and a parameter takes it.
pub(super) fn check_bindings(machine: &Machine, errors: &mut Errors) {
    for function in &machine.block.functions {
        let sources = function.on.iter().flat_map(|on| &on.sources);
        for source in sources {
            check_fields(machine, source, errors);
            for name in &source.bindings {
                let taken = function.params.iter().any(|param| {
                    matches!(param.kind, ParamKind::Binding) && param.name() == Some(name)
                });
                if !taken && !name.to_string().starts_with('_') {
                    errors.err(name, messages::unused_binding(name, &function.name));
                }
            }
        }
    }
}

fn check_fields(machine: &Machine, source: &Source, errors: &mut Errors) {
    let Some(state) = source
        .state
        .as_ref()
        .and_then(|name| machine.decl.state(name))
    else {
        return;
    };
    let fields: Vec<String> = match &state.fields {
        Fields::Named(fields) => {
            let names = fields.named.iter().filter_map(|field| field.ident.as_ref());
            names.map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    };
    match &source.pat {
        Pat::Struct(pat) => {
            for field in &pat.fields {
                if let syn::Member::Named(name) = &field.member
                    && !fields.contains(&name.to_string())
                {
                    let message = messages::unknown_binding(name, &state.name, &fields);
                    errors.err(name, message);
                }
            }
        }
        Pat::TupleStruct(_) if state.fields.is_empty() => {
            let message = messages::unknown_binding(&state.name, &state.name, &[]);
            errors.err(&source.pat, message);
        }
        _ => {}
    }
}

/// A machine that has entered a terminal state ends.
pub(super) fn check_terminal(machine: &Machine, errors: &mut Errors) {
    let terminal = |name: &Ident| machine.decl.state(name).is_some_and(|s| s.terminal);
    for function in &machine.block.functions {
        let on = function.on.iter().flat_map(|on| &on.sources);
        let sources = on.filter_map(|source| source.state.as_ref());
        let instead = function.others.iter().flat_map(|other| &other.states);
        let timed = function.role.is_timeout();
        let own = function.states.iter().filter(|_| timed);
        for name in own.chain(sources).chain(instead) {
            if terminal(name) {
                errors.err(name, messages::on_terminal(name));
            }
        }
        if function.role == Role::Exit {
            for name in function.states.iter().filter(|name| terminal(name)) {
                errors.err(name, messages::exit_of_terminal(name));
            }
        }
    }
}
