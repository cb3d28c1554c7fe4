//! The first pass: the user's tokens become the model.
//!
//! What is not Rust at all stops it; everything else is reported and stepped over, so that the
//! checks and the editor see as much of the item as there is.

mod block;
mod decl;
mod function;

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, DeriveInput};

use super::model::{Block, Decl};
use crate::errors::Errors;
use crate::impl_block::RawBlock;
use crate::item_kind::{Kind, kind};
use crate::paths::Otp;

/// What the attribute stands on.
pub(crate) enum Item {
    Decl(Box<Decl>, Otp),
    Block(Box<Block>, Otp),
    /// The handlers of a state machine, which has an attribute of its own.
    Machine,
    /// What cannot be a server: it is reported, and emitted as it is.
    Other,
}

/// Reads the item; the errors that stop it are in the `Err`.
pub(crate) fn item(
    args: TokenStream,
    tokens: TokenStream,
    errors: &mut Errors,
) -> syn::Result<Item> {
    (|input: ParseStream| read(args, input, errors)).parse2(tokens)
}

fn read(args: TokenStream, input: ParseStream, errors: &mut Errors) -> syn::Result<Item> {
    match kind(input)? {
        Kind::Data => {
            let input = input.parse::<DeriveInput>()?;
            let (decl, otp) = decl::read(args, input, errors);
            Ok(Item::Decl(Box::new(decl), otp))
        }
        Kind::Impl => {
            let raw = RawBlock::parse(input, errors)?;
            if let Some(on) = event_of_a_machine(&raw) {
                errors.err(on, super::messages::block_of_a_machine(&raw.self_ty));
                return Ok(Item::Machine);
            }
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
            input.parse::<TokenStream>()?;
            errors.err(at, super::messages::wrong_item(what));
            Ok(Item::Other)
        }
    }
}

/// The first `#[on(..)]` of a block.
fn event_of_a_machine(raw: &RawBlock) -> Option<&Ident> {
    let mut attrs = raw.members.iter().flat_map(|member| &member.attrs);
    attrs.find_map(|attr| attr.path().get_ident().filter(|name| *name == "on"))
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
