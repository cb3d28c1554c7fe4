//! The first pass: the user's tokens become the model.
//!
//! What is not Rust at all stops it; everything else is reported and stepped over, so that the
//! checks and the editor see as much of the item as there is.

mod block;
mod decl;
mod function;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, DeriveInput, Ident, Token, Visibility};

use super::model::{Block, Decl};
use crate::errors::Errors;
use crate::paths::Otp;

/// What the attribute stands on.
pub(crate) enum Item {
    Decl(Box<Decl>, Otp),
    Block(Box<Block>, Otp),
    /// What cannot be a server: it is reported, and emitted as it is.
    Other,
}

/// Reads the item; the errors that stop it are in the `Err`.
pub(crate) fn item(
    args: TokenStream,
    tokens: TokenStream,
    errors: &mut Errors,
) -> syn::Result<Item> {
    match kind.parse2(tokens.clone())? {
        Kind::Data => {
            let input: DeriveInput = syn::parse2(tokens)?;
            let (decl, otp) = decl::read(args, input, errors);
            Ok(Item::Decl(Box::new(decl), otp))
        }
        Kind::Impl => {
            let raw = (|input: ParseStream| block::Raw::parse(input, errors)).parse2(tokens)?;
            if let Some(of_trait) = &raw.of_trait {
                errors.err(
                    of_trait,
                    super::messages::impl_of_trait(of_trait, &raw.self_ty),
                );
                return Ok(Item::Other);
            }
            let Some((block, otp)) = block::read(args, raw, errors) else {
                return Ok(Item::Other);
            };
            Ok(Item::Block(Box::new(block), otp))
        }
        Kind::Other(what, at) => {
            errors.err(at, super::messages::wrong_item(what));
            Ok(Item::Other)
        }
    }
}

/// The kinds of items that we tell apart.
enum Kind {
    Data,
    Impl,
    /// Its name in a message, and where to point.
    Other(&'static str, TokenStream),
}

fn kind(input: ParseStream) -> syn::Result<Kind> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let mut qualified = false;
    let found = loop {
        if input.peek(Token![struct]) || input.peek(Token![enum]) {
            break Kind::Data;
        } else if input.peek(Token![impl]) {
            break Kind::Impl;
        } else if input.peek(Token![fn]) {
            break named(input, "a function")?;
        } else if input.peek(Token![trait]) {
            break named(input, "a trait")?;
        } else if input.peek(Token![mod]) {
            break named(input, "a module")?;
        } else if input.peek(Token![type]) {
            break named(input, "a type alias")?;
        } else if input.peek(Token![union]) && input.peek2(Ident) && !qualified {
            break Kind::Data;
        } else if input.peek(Token![const])
            || input.peek(Token![async])
            || input.peek(Token![unsafe])
            || input.peek(Token![extern])
            || input.peek(Token![default])
        {
            qualified = true;
            input.step(|cursor| {
                let (_, rest) = cursor.token_tree().ok_or_else(|| cursor.error("an item"))?;
                Ok(((), rest))
            })?;
            if input.peek(syn::LitStr) {
                input.parse::<syn::LitStr>()?;
            }
        } else {
            let rest: TokenStream = input.parse()?;
            let at = rest.into_iter().next().map(TokenStream::from);
            break Kind::Other("this item", at.unwrap_or_default());
        }
    };
    // The rest is read again by whoever knows its grammar.
    input.parse::<TokenStream>()?;
    Ok(found)
}

/// Steps over the keyword and points at the name behind it.
fn named(input: ParseStream, what: &'static str) -> syn::Result<Kind> {
    input.step(|cursor| {
        let (_, rest) = cursor.token_tree().ok_or_else(|| cursor.error("an item"))?;
        Ok(((), rest))
    })?;
    let name: Ident = input.parse()?;
    Ok(Kind::Other(what, name.into_token_stream()))
}

/// Takes another `#[gen_server]` off the same item, which would expand it twice.
fn take_second_attribute(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    attrs.retain(|attribute| {
        let last = attribute.path().segments.last();
        let ours = last.is_some_and(|segment| segment.ident == "gen_server");
        if ours {
            errors.err(attribute.path(), super::messages::ATTRIBUTE_TWICE);
        }
        !ours
    });
}
