//! Red flags: servers that work, and that an OTP programmer would not have written.
//!
//! Each can be silenced by its name, with `#[gen_server(allow(..))]` on the block.

use super::signature;
use crate::errors::Errors;
use crate::gen_server::messages;
use crate::gen_server::model::{Block, Function, Role};
use crate::types;

fn allowed(block: &Block, lint: &str) -> bool {
    block.options.allow.iter().any(|name| name == lint)
}

/// A handler that has no use for the state makes its callers stand in a queue for nothing.
pub(super) fn check_stateless_handler(block: &Block, function: &Function, errors: &mut Errors) {
    if is_stateless(function) && !allowed(block, "stateless_handler") {
        errors.err(&function.name, messages::stateless_handler(function));
    }
}

/// Whether a handler's body never mentions `self`.
///
/// One that works on the server itself, through its context, is no such thing; nor is an info
/// handler with an empty body, which is how a message is ignored on purpose.
fn is_stateless(function: &Function) -> bool {
    let with_state = function.role.has_message() || function.role == Role::Continue;
    let ignores = function.role == Role::Info && types::is_empty_body(&function.body);
    let uses_context = function
        .context()
        .and_then(|param| param.name())
        .is_some_and(|name| function.body.mention(&name.to_string()));
    with_state
        && !ignores
        && !uses_context
        && signature::has_good_receiver(function)
        && !function.body.mention("self")
}

/// State that never changes needs nobody to guard it.
pub(super) fn check_immutable(block: &Block, errors: &mut Errors) {
    if allowed(block, "immutable_server") {
        return;
    }
    // Handlers without state have an error of their own, which says the same.
    let uses_state = block.handlers().any(|function| !is_stateless(function));
    let sound = block.functions.iter().all(|function| {
        matches!(function.role, Role::Init | Role::Read) || signature::has_good_receiver(function)
    });
    let changes = block.functions.iter().any(|function| match function.role {
        Role::Every | Role::After => true,
        Role::Call | Role::Cast | Role::Info | Role::Continue => function.mutates(),
        Role::Init | Role::Terminate | Role::Read => false,
    });
    if uses_state && sound && !changes {
        errors.err(&block.self_ty, messages::immutable_server(block));
    }
}
