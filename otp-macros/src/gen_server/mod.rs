//! `#[gen_server]`: the passes in reading order.

mod args;
mod attributes;
mod check;
mod expand;
mod messages;
mod model;
mod parse;
mod tables;

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::unknown;

/// Parse, check, expand. Mistakes never stop the user's item from being emitted beside them.
pub(crate) fn run(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let parsed = match parse::item(args, item.clone(), &mut errors) {
        Ok(parsed) => parsed,
        Err(error) => {
            errors.add(error);
            parse::Item::Other
        }
    };
    match &parsed {
        parse::Item::Decl(decl, _) => check::decl(decl, &mut errors),
        parse::Item::Block(block, _) => check::block(block, &mut errors),
        parse::Item::Machine | parse::Item::Other => {}
    }
    let expansion = match &parsed {
        parse::Item::Decl(decl, otp) => expand::decl(
            decl,
            otp,
            errors.is_empty(),
            unknown::after(&errors, otp).as_ref(),
        ),
        parse::Item::Block(block, otp) if errors.is_empty() && !block.borrows() => {
            expand::block(block, otp)
        }
        parse::Item::Block(block, otp) => {
            expand::broken_block(block, otp, unknown::after(&errors, otp))
        }
        parse::Item::Machine => crate::state_machine::run(TokenStream::new(), item),
        parse::Item::Other => item,
    };
    [expansion, errors.into_tokens()].into_iter().collect()
}

#[cfg(test)]
mod tests;
