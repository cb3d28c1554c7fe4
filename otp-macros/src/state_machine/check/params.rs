//! Rules for the parameters of a handler.

use quote::ToTokens;
use syn::Type;

use crate::errors::Errors;
use crate::show::show;
use crate::state_machine::messages;
use crate::state_machine::model::{Function, Machine, Param, ParamKind, Role};
use crate::types;

pub(super) fn check(machine: &Machine, function: &Function, errors: &mut Errors) {
    let mut others = 0;
    for param in &function.params {
        match &param.kind {
            ParamKind::Data => check_data(machine, function, param, errors),
            ParamKind::Argument => check_argument(function, param, errors),
            ParamKind::Context => check_context(param, errors),
            ParamKind::Other => {
                others += 1;
                let wrong = types::as_reference(&param.ty).is_some()
                    || types::never_state(&param.ty)
                    || types::named(&param.ty, &machine.decl.name.to_string()).is_some();
                if others > 1 || wrong || is_next_reference(&param.ty) {
                    let message = if is_next_reference(&param.ty) {
                        messages::NEXT_FORM.into()
                    } else {
                        messages::hook_parameter(function, &machine.decl.name)
                    };
                    errors.err(&param.ty, message);
                }
            }
            ParamKind::Binding => check_binding(function, param, errors),
            ParamKind::Unbound => check_unbound(machine, function, param, errors),
            ParamKind::State => check_state(param, errors),
            ParamKind::Reason if types::as_reference(&param.ty).is_none() => {
                errors.err(&param.ty, messages::terminate_parameter());
            }
            _ => {}
        }
    }
    if function.role == Role::Info && function.arguments().count() != 1 {
        errors.err(&function.name, messages::info_message(&function.name));
    }
}

/// `data` is a reference to what all states share.
fn check_data(machine: &Machine, function: &Function, param: &Param, errors: &mut Errors) {
    if function.role == Role::Init {
        return;
    }
    let data = machine.decl.data.as_ref();
    let reference = types::as_reference(&param.ty);
    // Another name for the same type may be an alias: only rustc knows.
    let wrong = reference.is_none_or(|reference| {
        let own = types::bare(&reference.elem);
        let known = |ty: &Type| types::never_state(ty) || types::is_unit(ty);
        data.is_some_and(|data| known(own) && show(own) != show(data))
    });
    if wrong {
        errors.err(&param.ty, messages::data_form(param, data));
    }
}

/// A field is lent by its state.
fn check_binding(function: &Function, param: &Param, errors: &mut Errors) {
    if types::as_reference(&param.ty).is_some() {
        return;
    }
    let mut sources = function.on.iter().flat_map(|on| &on.sources);
    if let Some(name) = param.name()
        && sources.any(|source| source.bindings.contains(name))
    {
        errors.err(&param.ty, messages::binding_by_value(name, &param.ty));
    }
}

/// What borrows and has the name of a field can be nothing else.
fn check_unbound(machine: &Machine, function: &Function, param: &Param, errors: &mut Errors) {
    let sources = function.on.iter().flat_map(|on| &on.sources);
    let mut states = sources.filter_map(|source| machine.decl.state(source.state.as_ref()?));
    if let Some(name) = param.name()
        && let Some(state) = states.find(|state| state.has_field(name))
    {
        errors.err(&param.ty, messages::unbound(param, name, &state.name));
    }
}

pub(super) fn is_next_reference(ty: &Type) -> bool {
    types::as_reference(ty)
        .is_some_and(|reference| show(reference.elem.to_token_stream()) == "Next")
}

/// An event is stored until the machine comes to it.
fn check_argument(function: &Function, param: &Param, errors: &mut Errors) {
    if is_next_reference(&param.ty) {
        errors.err(&param.ty, messages::NEXT_FORM);
        return;
    }
    if function.role != Role::Info && param.name().is_none() {
        errors.err(
            &param.pat,
            messages::argument_pattern(&param.pat, &param.ty),
        );
    }
    if types::has_impl_trait(&param.ty) {
        errors.err(&param.ty, messages::argument_impl_trait(param));
    } else if types::borrows(&param.ty, &[]) {
        errors.err(&param.ty, messages::argument_borrows(param));
    }
    if function.role.is_timeout() && function.after.is_some() {
        errors.err(&param.pat, messages::timeout_argument(function, param));
    }
}

fn check_context(param: &Param, errors: &mut Errors) {
    if !is_context(&param.ty) {
        errors.err(&param.ty, messages::context_form(param));
    }
}

/// Whether it is `&mut MachineContext<Self>`.
pub(crate) fn is_context(ty: &Type) -> bool {
    let mutable = types::as_reference(ty).is_some_and(|reference| reference.mutability.is_some());
    let of_self = types::named(ty, "MachineContext").is_some_and(|segment| {
        matches!(types::type_arguments(segment).as_slice(), [only] if show(only) == "Self")
    });
    mutable && of_self
}

fn check_state(param: &Param, errors: &mut Errors) {
    let next = show(&param.ty);
    if next == "Next" || next == "&mut Next" {
        errors.err(&param.ty, messages::NEXT_IN_TERMINATE);
        return;
    }
    let of_self = types::as_reference(&param.ty)
        .is_some_and(|reference| show(reference.elem.to_token_stream()) == "Self");
    if !of_self {
        errors.err(&param.ty, messages::terminate_parameter());
    }
}
