//! `supervisor! {}`: the passes in reading order.

mod check;
mod expand;
mod messages;
mod model;
mod parse;
mod uses;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::unknown;

/// Parse, check, expand. After a mistake the types and their methods are there all the same.
pub(crate) fn run(tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let tree = parse::tree(tokens, &mut errors);
    let expansion = tree.as_ref().map(|tree| {
        check::tree(tree, &mut errors);
        expand::tree(tree, !errors.is_empty(), unknown::after(&errors, &tree.otp))
    });
    let errors = errors.into_tokens();
    quote!(#expansion #errors)
}

#[cfg(test)]
mod tests;
