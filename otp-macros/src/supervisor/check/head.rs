//! Rules for what stands before the braces.

use crate::errors::Errors;
use crate::supervisor::messages;
use crate::supervisor::model::Tree;
use crate::types;

/// The arguments are kept as long as the tree runs, for a child may be restarted at any time.
pub(super) fn check_arguments(tree: &Tree, errors: &mut Errors) {
    let lifetimes: Vec<_> = tree
        .generics
        .lifetimes()
        .map(|param| &param.lifetime)
        .collect();
    for param in &tree.params {
        if types::has_impl_trait(&param.ty) {
            errors.err(
                &param.ty,
                messages::argument_impl_trait(&param.name, &param.ty),
            );
        } else if types::borrows(&param.ty, &lifetimes) {
            errors.err(
                &param.ty,
                messages::argument_borrows(&param.name, &param.ty),
            );
        }
    }
}

/// A tree lives until it is stopped, which is longer than any borrow of its starter's.
pub(super) fn check_lifetimes(tree: &Tree, errors: &mut Errors) {
    for lifetime in tree.generics.lifetimes() {
        errors.err(&lifetime.lifetime, messages::LIFETIME_OF_TREE);
    }
}
