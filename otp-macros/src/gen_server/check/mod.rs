//! The second pass: what is wrong with a model that could be read.
//!
//! One small function for one rule, each pushing its errors and going on, so that all mistakes of
//! an item come out at once. Only what tokens can tell is checked here; where types decide, rustc
//! reports, and `expand::asserts` sees to it that it points at the user's token.

mod block;
mod continues;
mod decl;
mod flags;
mod params;
mod signature;

use super::model::{Block, Decl};
use crate::errors::Errors;

/// Checks a struct.
pub(crate) fn decl(decl: &Decl, errors: &mut Errors) {
    if !decl.is_struct {
        return;
    }
    decl::check_lifetimes(decl, errors);
    decl::check_state(decl, errors);
    decl::check_tables(decl, errors);
    decl::check_name_of_generic(decl, errors);
}

/// Checks an `impl` block: function by function, then the functions together.
pub(crate) fn block(block: &Block, errors: &mut Errors) {
    for function in &block.functions {
        signature::check_qualifiers(function, errors);
        signature::check_generics(function, errors);
        signature::check_receiver(function, errors);
        params::check(block, function, errors);
        signature::check_output(function, errors);
        block::check_reserved_name(function, errors);
        continues::check_target(block, function, errors);
        flags::check_stateless_handler(block, function, errors);
    }
    block::check_init(block, errors);
    block::check_terminate(block, errors);
    block::check_generated_names(block, errors);
    block::check_info_types(block, errors);
    continues::check_variants(block, errors);
    continues::check_cycles(block, errors);
    flags::check_immutable(block, errors);
}
