//! Rules for the parameters of a handler.

use quote::ToTokens;

use super::signature::known_lifetimes;
use crate::errors::Errors;
use crate::gen_server::messages;
use crate::gen_server::model::{Block, Function, Param, ParamKind, Role};
use crate::gen_server::tables::Kind;
use crate::tokens::mentions;
use crate::types;

/// Checks each parameter by what it is, then how many of a kind there are.
pub(super) fn check(block: &Block, function: &Function, errors: &mut Errors) {
    for (position, param) in function.params.iter().enumerate() {
        check_attributes(param, errors);
        match &param.kind {
            ParamKind::Argument => check_argument(block, function, param, errors),
            ParamKind::Context => check_context(block, function, param, position, errors),
            ParamKind::Reply(answer) => {
                check_reply(function, param, answer.is_some(), position, errors);
            }
            ParamKind::Table => {
                check_table(param, errors);
                check_answer_of_table(function, param, errors);
            }
            ParamKind::Reason => check_reason(function, param, position, errors),
        }
    }
    check_info(function, errors);
    check_read(function, errors);
}

/// An argument becomes a field of the message and a parameter of the handle's method, and a `cfg`
/// would have to be on all of them.
fn check_attributes(param: &Param, errors: &mut Errors) {
    let conditional = |attribute: &&syn::Attribute| attribute.path().is_ident("cfg");
    if let Some(attribute) = param.attrs.iter().find(conditional) {
        errors.err(attribute, messages::CFG_ON_ARGUMENT);
    }
}

fn check_argument(block: &Block, function: &Function, param: &Param, errors: &mut Errors) {
    match function.role {
        Role::Every | Role::After => {
            errors.err(&param.pat, messages::timer_argument(&function.marker));
            return;
        }
        Role::Info if !is_first_argument(function, param) => return,
        _ => {}
    }
    // The handle's method has the same parameter, and there it needs a name. A message of any type
    // comes through no method.
    if function.role != Role::Info && param.name().is_none() {
        errors.err(
            &param.pat,
            messages::pattern_argument(&param.pat, &param.ty),
        );
    }
    // The lifetime of a server that borrows has been reported on the struct.
    if function.role != Role::Read && !block.borrows() {
        check_owned(function, param, errors);
    }
}

/// A message is stored until the server comes to it, when the sender may be gone.
fn check_owned(function: &Function, param: &Param, errors: &mut Errors) {
    if types::has_impl_trait(&param.ty) {
        errors.err(&param.ty, messages::argument_impl_trait(param));
    } else if types::borrows(&param.ty, &known_lifetimes(function)) {
        errors.err(&param.ty, messages::argument_borrows(param, function.role));
    }
}

fn is_first_argument(function: &Function, param: &Param) -> bool {
    function
        .arguments()
        .next()
        .is_some_and(|first| std::ptr::eq(first, param))
}

fn check_context(
    block: &Block,
    function: &Function,
    param: &Param,
    position: usize,
    errors: &mut Errors,
) {
    if function.role == Role::Read {
        errors.err(&param.ty, messages::READ_WITH_CONTEXT);
        return;
    }
    let earlier = &function.params[..position];
    if earlier
        .iter()
        .any(|param| matches!(param.kind, ParamKind::Context))
    {
        errors.err(&param.pat, messages::SECOND_CONTEXT);
        return;
    }
    let mutable =
        types::as_reference(&param.ty).is_some_and(|reference| reference.mutability.is_some());
    let of_this_server = types::named(&param.ty, "Context").is_some_and(|segment| {
        let arguments = types::type_arguments(segment);
        matches!(arguments.as_slice(), [only] if types::last_segment(only)
            .is_some_and(|last| last.ident == "Self" || last.ident == *block.name()))
    });
    if !mutable || !of_this_server {
        errors.err(&param.ty, messages::context_form(param));
    }
}

fn check_reply(
    function: &Function,
    param: &Param,
    has_type: bool,
    position: usize,
    errors: &mut Errors,
) {
    if function.role != Role::Call {
        errors.err(
            &param.ty,
            messages::reply_without_call(&function.marker, function.role),
        );
        return;
    }
    let before = &function.params[..position];
    if before
        .iter()
        .any(|param| matches!(param.kind, ParamKind::Reply(_)))
    {
        errors.err(&param.ty, messages::SECOND_REPLY);
    } else if before
        .iter()
        .any(|param| matches!(param.kind, ParamKind::Argument))
    {
        errors.err(&param.pat, messages::reply_not_first(function, param));
    } else if types::as_reference(&param.ty).is_some() {
        errors.err(&param.ty, messages::REPLY_BY_REFERENCE);
    } else if !has_type {
        // "missing generics for struct `ReplyTo`"
        errors.leave_to_rustc();
    }
    if let ParamKind::Reply(Some(answer)) = &param.kind {
        if types::has_impl_trait(answer) {
            errors.err(answer, messages::answer_impl_trait(answer));
        } else if types::borrows(answer, &known_lifetimes(function)) {
            errors.err(answer, messages::answer_borrows(answer));
        }
    }
}

/// Only the owner writes, so a read gets the reader, and gets it from the handle by reference.
fn check_table(param: &Param, errors: &mut Errors) {
    let shared =
        types::as_reference(&param.ty).is_some_and(|reference| reference.mutability.is_none());
    let reader = Kind::of_param(&param.ty).is_some_and(|(kind, last)| kind.is_reader(&last.ident));
    if !shared || !reader {
        errors.err(&param.ty, messages::table_param(&param.ty));
    } else if param.name().is_none() {
        errors.err(&param.pat, messages::TABLE_PARAM_PATTERN);
    }
}

/// A restart gives the readers a new table, so a read holds the old one only while it runs.
fn check_answer_of_table(function: &Function, param: &Param, errors: &mut Errors) {
    let lifetime = types::as_reference(&param.ty).and_then(|table| table.lifetime.as_ref());
    if let (Some(lifetime), Some(output)) = (lifetime, &function.output)
        && mentions(output.to_token_stream(), &lifetime.ident.to_string())
    {
        errors.err(output, messages::READ_BORROWS_TABLE);
    }
}

fn check_reason(function: &Function, param: &Param, position: usize, errors: &mut Errors) {
    let earlier = &function.params[..position];
    let second = earlier
        .iter()
        .any(|param| matches!(param.kind, ParamKind::Reason));
    let right = types::as_reference(&param.ty)
        .is_some_and(|reference| reference.mutability.is_none())
        && types::named(&param.ty, "ExitReason").is_some();
    if second {
        errors.err(&param.pat, messages::TERMINATE_ARGUMENT);
    } else if !right {
        errors.err(&param.ty, messages::terminate_reason(param));
    }
}

/// An info handler is chosen by the type of the message, so it has exactly one.
fn check_info(function: &Function, errors: &mut Errors) {
    if function.role != Role::Info {
        return;
    }
    let mut arguments = function.arguments();
    if arguments.next().is_none() {
        let replies = function
            .params
            .iter()
            .any(|param| matches!(param.kind, ParamKind::Reply(_)));
        if !replies {
            errors.err(
                &function.name,
                messages::info_without_message(&function.name),
            );
        }
    }
    if let Some(second) = arguments.next() {
        errors.err(&second.pat, messages::INFO_WITH_TWO);
    }
}

/// Without a table there is nothing of the server's to read.
fn check_read(function: &Function, errors: &mut Errors) {
    let tables = |param: &Param| matches!(param.kind, ParamKind::Table);
    let alone = function.role == Role::Read && function.receiver.is_none();
    if alone && !function.params.iter().any(tables) {
        errors.err(&function.name, messages::read_without_table(&function.name));
    }
}
