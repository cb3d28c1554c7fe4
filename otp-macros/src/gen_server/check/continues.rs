//! Rules for `continue = step`: what runs after a handler, before the next message.

use quote::ToTokens;
use syn::Ident;

use crate::errors::Errors;
use crate::gen_server::messages;
use crate::gen_server::model::{Block, Function, Role};
use crate::names;

/// `continue` names a `#[handle_continue]` of this block that needs no arguments.
pub(super) fn check_target(block: &Block, function: &Function, errors: &mut Errors) {
    let Some(step) = &function.options.then else {
        return;
    };
    match target(block, step) {
        Some(target) if target.arguments().next().is_some() => {
            errors.err(
                step,
                messages::continue_with_arguments(block.name(), target),
            );
        }
        Some(_) => {}
        None => errors.err(step, messages::continue_unknown(block, step)),
    }
}

fn target<'a>(block: &'a Block, step: &Ident) -> Option<&'a Function> {
    block
        .with_role(Role::Continue)
        .find(|function| function.name == *step)
}

/// Each step is a variant of the enum that `continue_with` takes.
pub(super) fn check_variants(block: &Block, errors: &mut Errors) {
    let mut seen: Vec<&Function> = Vec::new();
    for function in block.with_role(Role::Continue) {
        let variant = names::variant(&function.name);
        let same = seen
            .iter()
            .find(|other| names::variant(&other.name) == variant && other.name != function.name);
        if let Some(first) = same {
            errors.err(&function.name, messages::same_step(&first.name, &variant));
        }
        seen.push(function);
    }
}

/// Steps run before any message, so steps that always ask for each other starve the mailbox.
pub(super) fn check_cycles(block: &Block, errors: &mut Errors) {
    let mut reported: Vec<&Ident> = Vec::new();
    for start in block.with_role(Role::Continue) {
        let mut way = vec![&start.name];
        let mut at = start;
        while let Some(next) = at
            .options
            .then
            .as_ref()
            .and_then(|step| target(block, step))
        {
            if next.name == start.name {
                if !way.iter().any(|name| reported.contains(name)) {
                    reported.extend(&way);
                    let words: Vec<_> = way.iter().map(|name| format!("`{name}`")).collect();
                    let step = at.options.then.as_ref().map(ToTokens::to_token_stream);
                    errors.err(step, messages::continue_cycle(&words, &start.name));
                }
                break;
            }
            if way.contains(&&next.name) {
                break;
            }
            way.push(&next.name);
            at = next;
        }
    }
}
