//! The second pass: what is wrong with a tree that could be read.
//!
//! One small function for one rule, each pushing its errors and going on, so that all mistakes of
//! a tree come out at once. What types decide is left to rustc.

mod flags;
mod head;
mod names;
mod order;

use super::model::{Body, Kind, Tree};
use crate::errors::Errors;

/// Checks the tree, then each supervisor in it.
pub(crate) fn tree(tree: &Tree, errors: &mut Errors) {
    head::check_arguments(tree, errors);
    head::check_lifetimes(tree, errors);
    names::check_arguments(tree, errors);
    order::check(tree, errors);
    body(&tree.body, errors);
}

fn body(body: &Body, errors: &mut Errors) {
    flags::check_strategy(body, errors);
    flags::check_intensity(body, errors);
    flags::check_children(body, errors);
    flags::check_auto_shutdown(body, errors);
    names::check_twice(body, errors);
    for child in &body.children {
        names::check_name(child, errors);
        flags::check_group(child, errors);
        flags::check_significant(body, child, errors);
        flags::check_brutal_kill(child, errors);
        if let Kind::Nested(nested) = &child.kind {
            self::body(nested, errors);
        }
    }
}
