//! What was meant, once a mistake has been reported, so that it is one error and the rest of the machine is
//! checked: the state or the field that a misspelt name is near to, the field that a parameter is for, the
//! function that is the init but for its attribute.

use proc_macro2::Ident;
use syn::{Member, Pat};

use super::args::bound_by;
use super::check::init::made;
use super::messages;
use super::model::{Decl, Function, Machine, Param, ParamKind, Source};
use crate::errors::Errors;
use crate::show::show;
use crate::suggest::closest;
use crate::types;

/// Puts the nearest known name in the place of each that is none.
pub(crate) fn names(machine: &mut Machine) {
    let Machine { decl, block, .. } = machine;
    for function in &mut block.functions {
        for name in states(function) {
            let known = decl.states.iter().map(|state| &state.name);
            recover(name, known);
        }
        let taken = function.params.iter().filter_map(Param::name);
        let taken: Vec<Ident> = taken.cloned().collect();
        let sources = function.on.iter_mut().flat_map(|on| &mut on.sources);
        for source in sources {
            fields(decl, source, &taken);
        }
        params(decl, function);
    }
}

/// A machine without an init, and with a function that makes its data, has that for its init.
pub(crate) fn init(machine: &mut Machine, errors: &mut Errors) {
    let Some(data) = machine
        .decl
        .data
        .as_ref()
        .filter(|_| machine.init().is_none())
    else {
        return;
    };
    let makes_data = |maker: &Function| {
        let output = maker.output.as_ref();
        output.is_some_and(|output| show(made(output)) == show(data))
    };
    let makers = &mut machine.block.makers;
    if let Some(place) = makers.iter().position(makes_data) {
        let maker = makers.swap_remove(place);
        errors.err(&maker.name, messages::init_without_attribute(&maker.name));
        machine.block.functions.push(maker);
    }
}

fn states(function: &mut Function) -> impl Iterator<Item = &mut Ident> {
    let on = function.on.iter_mut();
    let on = on.flat_map(|on| {
        let sources = on.sources.iter_mut();
        let sources = sources.filter_map(|source| source.state.as_mut());
        sources.chain(on.targets.iter_mut().flatten())
    });
    let instead = function.others.iter_mut();
    let instead = instead.flat_map(|other| &mut other.states);
    function.states.iter_mut().chain(instead).chain(on)
}

fn recover<'a>(name: &mut Ident, known: impl Iterator<Item = &'a Ident>) {
    let known: Vec<&Ident> = known.collect();
    let texts: Vec<String> = known.iter().map(ToString::to_string).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let text = name.to_string();
    if texts.contains(&text.as_str()) {
        return;
    }
    let meant = closest(&text, &texts);
    let place = texts.iter().position(|text| Some(*text) == meant);
    if let Some(place) = place {
        let mut meant = known[place].clone();
        meant.set_span(name.span());
        *name = meant;
    }
}

/// What is bound by a field that there is not is bound by the nearest one, or by none; unless a parameter
/// takes it as it is.
fn fields(decl: &Decl, source: &mut Source, taken: &[Ident]) {
    let state = source.state.as_ref().and_then(|name| decl.state(name));
    let (state, pat) = match (state, &source.pat) {
        (Some(state), Pat::Struct(pat)) => (state, pat),
        (Some(state), Pat::TupleStruct(_)) if state.fields.is_empty() => {
            source.bindings.clear();
            return;
        }
        _ => return,
    };
    for field in &pat.fields {
        let Member::Named(name) = &field.member else {
            continue;
        };
        if state.has_field(name) {
            continue;
        }
        let unknown = bound_by(&field.pat);
        if unknown.iter().any(|bound| taken.contains(bound)) {
            continue;
        }
        source.bindings.retain(|bound| !unknown.contains(bound));
        let mut meant = name.clone();
        recover(
            &mut meant,
            state.fields.iter().filter_map(|field| field.ident.as_ref()),
        );
        if state.has_field(&meant) {
            source.bindings.push(meant);
        }
    }
}

/// A parameter that borrows is no argument: it is a field, bound or not.
fn params(decl: &Decl, function: &mut Function) {
    let sources: Vec<&Source> = function.on.iter().flat_map(|on| &on.sources).collect();
    for param in &mut function.params {
        if !matches!(param.kind, ParamKind::Argument) || types::as_reference(&param.ty).is_none() {
            continue;
        }
        let Some(name) = param.name() else { continue };
        let field = |source: &&Source| {
            let state = source.state.as_ref().and_then(|state| decl.state(state));
            state.is_some_and(|state| state.has_field(name))
        };
        if sources.iter().any(|source| source.bindings.contains(name)) {
            param.kind = ParamKind::Binding;
        } else if sources.iter().any(field) {
            param.kind = ParamKind::Unbound;
        }
    }
}
