//! Rules for the functions of a block together.

use quote::ToTokens;

use crate::errors::Errors;
use crate::gen_server::messages;
use crate::gen_server::model::{Block, Function, Role};
use crate::names::ON_EVERY_HANDLE;
use crate::show::show;
use crate::tokens;

/// What `init` makes for the server's type.
pub(crate) const STARTERS: [&str; 3] = ["start", "start_link", "start_monitor"];

/// A handle's method that hides one of `ServerRef` would leave the user without `stop`.
pub(super) fn check_reserved_name(function: &Function, errors: &mut Errors) {
    let name = function.name.to_string();
    let taken = ON_EVERY_HANDLE.iter().chain(&STARTERS);
    if function.role.has_method() && taken.into_iter().any(|method| *method == name) {
        errors.err(
            &function.name,
            messages::name_of_every_handle(&function.name),
        );
    }
}

/// `Counter::start` and its sisters are made from `init`, so nothing else can have their names.
pub(super) fn check_generated_names(block: &Block, errors: &mut Errors) {
    let functions = block
        .functions
        .iter()
        .filter(|function| !function.role.has_method());
    for function in functions {
        if STARTERS.iter().any(|name| function.name == name) {
            let message = messages::name_of_starter(&function.name, Some(function.role));
            errors.err(&function.name, message);
        }
    }
    for helper in &block.helpers {
        if STARTERS.iter().any(|name| helper == name) {
            errors.err(helper, messages::name_of_starter(helper, None));
        }
    }
}

/// A server has one way to its first state, which `start` is made from.
pub(super) fn check_init(block: &Block, errors: &mut Errors) {
    let mut inits = block.with_role(Role::Init);
    let Some(first) = inits.next() else {
        errors.err(&block.self_ty, messages::no_init(block));
        return;
    };
    if let Some(cfg) = first.carried.cfg.first() {
        errors.err(cfg, messages::CFG_ON_INIT);
    }
    for second in inits {
        errors.err(
            &second.marker,
            messages::second_init(&first.name, &second.name),
        );
    }
}

/// There is one end.
pub(super) fn check_terminate(block: &Block, errors: &mut Errors) {
    let mut functions = block.with_role(Role::Terminate);
    if let Some(first) = functions.next() {
        for second in functions {
            errors.err(&second.marker, messages::second_terminate(&first.name));
        }
    }
}

/// A message's type decides which handler gets it.
pub(super) fn check_info_types(block: &Block, errors: &mut Errors) {
    let mut seen: Vec<(String, &Function)> = Vec::new();
    for function in block.with_role(Role::Info) {
        let Some(message) = function.arguments().next() else {
            continue;
        };
        let ty = show(tokens::replace_self(
            message.ty.to_token_stream(),
            &block.self_ty,
        ));
        let same = seen.iter().find(|(earlier, other)| {
            let exclusive = !other.carried.cfg.is_empty() && !function.carried.cfg.is_empty();
            *earlier == ty && other.name != function.name && !exclusive
        });
        if let Some((_, first)) = same {
            errors.err(&message.ty, messages::info_twice(&ty, &first.name));
        }
        seen.push((ty, function));
    }
}
