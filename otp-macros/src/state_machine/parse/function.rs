//! Reading a function that has one of our attributes.

use proc_macro2::TokenStream;
use syn::{Attribute, FnArg, PatType, ReturnType, Signature, Type, Visibility};

use super::nexts;
use crate::carried;
use crate::errors::Errors;
use crate::state_machine::attributes::{Marker, Word};
use crate::state_machine::model::{Function, On, Param, ParamKind, Role};
use crate::state_machine::{args, messages};
use crate::types;

pub(super) fn read(
    marker: &Marker,
    markers: &[Marker],
    attrs: Vec<Attribute>,
    vis: Visibility,
    signature: Signature,
    body: TokenStream,
    errors: &mut Errors,
) -> Function {
    let Word::Role(role) = marker.word else {
        unreachable!("the caller has chosen a role")
    };
    let output = match &signature.output {
        ReturnType::Type(_, ty) if !types::is_unit(ty) => Some((**ty).clone()),
        _ => None,
    };
    let mut function = Function {
        role,
        marker: marker.name.clone(),
        states: Vec::new(),
        after: None,
        timed: false,
        on: None,
        others: Vec::new(),
        carried: carried::carried(&attrs),
        markers: markers
            .iter()
            .map(|marker| marker.attribute.clone())
            .collect(),
        attrs,
        vis,
        name: signature.ident.clone(),
        receiver: None,
        params: Vec::new(),
        output,
        nexts: Vec::new(),
        gives_next_away: false,
        signature,
        body,
        clause: 0,
    };
    args::role(marker, role, &mut function, errors);
    for other in markers {
        match other.word {
            Word::Role(_) if std::ptr::eq(other, marker) => {}
            Word::Role(_) => {
                errors.err(&other.name, messages::two_roles(&marker.name, &other.name));
            }
            Word::On if function.on.is_some() => {
                errors.err(&other.name, messages::ON_TWICE);
                // What both say together is not known.
                if let Some(on) = &mut function.on {
                    on.sources.clear();
                }
            }
            Word::On => {
                // A wrong one is there, and says nothing.
                let on = args::on(other, errors);
                function.on = Some(on.unwrap_or_else(|| On {
                    marker: other.name.clone(),
                    sources: Vec::new(),
                    targets: None,
                }));
            }
            Word::Instead(what) => function.others.push(args::instead(other, what, errors)),
        }
    }
    read_params(&mut function);
    let next = function
        .params
        .iter()
        .find(|param| matches!(param.kind, ParamKind::Next));
    if let Some(next) = next.and_then(Param::name) {
        let calls = nexts::calls(&function.body, next);
        function.gives_next_away = calls.is_none();
        function.nexts = calls.unwrap_or_default();
    }
    function
}

fn read_params(function: &mut Function) {
    let bindings: Vec<_> = function
        .on
        .iter()
        .flat_map(|on| &on.sources)
        .flat_map(|source| source.bindings.clone())
        .collect();
    for (position, input) in function.signature.inputs.iter().enumerate() {
        match input {
            FnArg::Receiver(receiver) => function.receiver = Some(receiver.clone()),
            FnArg::Typed(PatType { pat, ty, .. }) => {
                let mut param = Param {
                    pat: (**pat).clone(),
                    ty: (**ty).clone(),
                    kind: ParamKind::Argument,
                };
                let name = param.name().cloned();
                param.kind = match name {
                    // An argument of that name is no reference.
                    Some(name)
                        if name == "data"
                            && (position == 0 || types::as_reference(ty).is_some()) =>
                    {
                        ParamKind::Data
                    }
                    Some(name) if bindings.contains(&name) => ParamKind::Binding,
                    _ => kind(function.role, ty),
                };
                function.params.push(param);
            }
        }
    }
}

/// What a parameter is by its type.
fn kind(role: Role, ty: &Type) -> ParamKind {
    if is_context(ty) {
        return ParamKind::Context;
    }
    if role != Role::Terminate && is_next(ty) {
        return ParamKind::Next;
    }
    match role {
        Role::Enter | Role::Exit => ParamKind::Other,
        Role::Terminate if types::named(ty, "ExitReason").is_some() => ParamKind::Reason,
        Role::Terminate => ParamKind::State,
        Role::Call => match types::named(ty, "ReplyTo") {
            Some(segment) => {
                let answer = types::type_arguments(segment).first().copied().cloned();
                ParamKind::Reply(answer.map(Box::new))
            }
            None => ParamKind::Argument,
        },
        _ => ParamKind::Argument,
    }
}

/// `next: Next`.
pub(crate) fn is_next(ty: &Type) -> bool {
    match types::bare(ty) {
        Type::Path(path) => path.path.is_ident("Next"),
        _ => false,
    }
}

fn is_context(ty: &Type) -> bool {
    if types::named(ty, "MachineContext").is_some() {
        return true;
    }
    types::as_reference(ty).is_some()
        && types::named(ty, "Context").is_some_and(|segment| !types::has_lifetime_argument(segment))
}
