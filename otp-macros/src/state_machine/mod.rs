//! `#[state_machine]`: the passes in reading order.
//!
//! The attribute on the `impl` cannot see the enum. So the enum's expansion leaves a macro that carries
//! the enum's tokens; the `impl`'s expansion emits the user's functions and hands their signatures to
//! that macro, which brings both to [`run_machine`], where the graph is checked and the rest is made.

mod args;
mod attributes;
mod check;
mod events;
mod expand;
mod messages;
mod model;
mod parse;
mod recover;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

/// On the enum: it, its states and its handle. On the `impl`: the user's functions.
pub(crate) fn run(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let parsed = parse::item(args, item.clone(), &mut errors).unwrap_or_else(|error| {
        errors.add(error);
        parse::Item::Other
    });
    let expansion = match &parsed {
        parse::Item::Decl(decl) => {
            check::decl(decl, &mut errors);
            expand::decl(decl, errors.is_empty())
        }
        parse::Item::Block(block) => expand::functions(block, errors.is_empty()),
        parse::Item::Other => item,
    };
    let errors = errors.into_tokens();
    quote!(#expansion #errors)
}

/// Both parts together: all mistakes of the machine, and all that is made of it.
pub(crate) fn run_machine(tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let parsed = match parse::machine(tokens, &mut errors) {
        Ok(machine) => machine,
        Err(error) => {
            errors.add(error);
            None
        }
    };
    let Some(mut machine) = parsed else {
        return errors.into_tokens();
    };
    if !check::has_events(&machine, &mut errors) {
        return errors.into_tokens();
    }
    recover::init(&mut machine, &mut errors);
    check::names(&machine, &mut errors);
    recover::names(&mut machine);
    check::machine(&machine, &mut errors);
    let sound = errors.is_empty() && machine.sound;
    let expansion = expand::machine(&machine, sound);
    let errors = errors.into_tokens();
    quote!(#expansion #errors)
}

#[cfg(test)]
mod tests;
