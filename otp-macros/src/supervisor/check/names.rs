//! Rules for the names of children: each becomes a variable and a method of the handle.

use proc_macro2::Ident;

use crate::errors::Errors;
use crate::names::ON_EVERY_HANDLE;
use crate::supervisor::messages;
use crate::supervisor::model::{Body, Child, Kind, Tree};

/// What the handle of a supervisor has beside what all have.
const ON_EVERY_SUPERVISOR: [&str; 9] = [
    "which_children",
    "count_children",
    "start_child",
    "terminate_child",
    "restart_child",
    "delete_child",
    "get_childspec",
    "tree",
    "name",
];

pub(super) fn check_name(child: &Child, errors: &mut Errors) {
    let name = child.name.to_string();
    if name == "_" {
        let what = match child.kind {
            Kind::Nested(_) => "supervisor { .. }",
            _ => "Rates(..)",
        };
        errors.err(&child.name, messages::no_name(what));
    } else if syn::parse_str::<Ident>(&name).is_err() {
        errors.err(&child.name, messages::keyword_as_child(&child.name));
    } else if is_taken(&name) {
        errors.err(&child.name, messages::reserved_name(&child.name));
    } else if name.starts_with(char::is_uppercase) {
        // As a pattern it would be compared with the type instead of naming a value.
        errors.err(&child.name, messages::name_of_type(&child.name));
    }
}

/// A child's method that hides one of the supervisor's would leave the user without `stop`.
fn is_taken(name: &str) -> bool {
    let mut methods = ON_EVERY_SUPERVISOR.iter().chain(&ON_EVERY_HANDLE);
    methods.any(|method| *method == name)
}

/// Two children of one name have one method and one place in `terminate_child`; under conditions
/// that exclude each other there is only one.
pub(super) fn check_twice(body: &Body, errors: &mut Errors) {
    for (at, child) in body.children.iter().enumerate() {
        let same = body.children[..at].iter().any(|earlier| {
            let exclusive = !earlier.carried.cfg.is_empty() && !child.carried.cfg.is_empty();
            earlier.name == child.name && !exclusive
        });
        if same {
            errors.err(&child.name, messages::child_twice(&child.name));
        }
    }
}

/// A child that is called like an argument would hide it.
pub(super) fn check_arguments(tree: &Tree, errors: &mut Errors) {
    fn check(body: &Body, tree: &Tree, errors: &mut Errors) {
        for child in &body.children {
            if tree.params.iter().any(|param| param.name == child.name) {
                errors.err(&child.name, messages::child_is_argument(&child.name));
            }
            if let Kind::Nested(nested) = &child.kind {
                check(nested, tree, errors);
            }
        }
    }
    check(&tree.body, tree, errors);
}
