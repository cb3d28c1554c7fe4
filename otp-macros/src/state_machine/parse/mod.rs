//! The first pass: the user's tokens become the model.

mod block;
mod decl;
mod function;
mod nexts;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, DeriveInput};

pub(crate) use self::function::is_next;
use super::messages;
use super::model::{Block, Decl, Machine};
use crate::errors::Errors;
use crate::impl_block::RawBlock;
use crate::item_kind::{Kind, kind};
use crate::tokens::resolved_at;

/// What the attribute stands on.
pub(crate) enum Item {
    Decl(Box<Decl>),
    Block(Box<Block>),
    Other,
}

/// Reads what the attribute stands on. Of a block, only what stops it is reported here: the rest of
/// its mistakes are found when it meets its enum.
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
            Ok(Item::Decl(Box::new(decl::read(args, input, errors))))
        }
        Kind::Impl => {
            let mut raw = RawBlock::parse(input, errors)?;
            take_second_attribute(&mut raw.attrs, errors);
            let of_trait = raw.of_trait.clone();
            if let Some(of_trait) = &of_trait {
                errors.err(of_trait, messages::impl_of_trait(&raw.self_ty));
            }
            let mut later = Errors::new();
            let block = block::read(args, raw, Vec::new(), &mut later);
            if block.is_none() {
                // There is nothing that could say it later.
                errors.append(later);
            } else {
                later.into_tokens();
            }
            // With handlers in it, it goes on as the machine's own.
            let is_own = |block: &Block| of_trait.is_none() || !block.functions.is_empty();
            let block = block.filter(is_own);
            Ok(block.map_or(Item::Other, |block| Item::Block(Box::new(block))))
        }
        Kind::Other(what, at) => {
            input.parse::<TokenStream>()?;
            errors.err(at, messages::wrong_item(what));
            Ok(Item::Other)
        }
    }
}

/// Takes another `#[state_machine]` off the same item, which would expand it twice.
fn take_second_attribute(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    attrs.retain(|attribute| {
        let last = attribute.path().segments.last();
        let ours = last.is_some_and(|segment| segment.ident == "state_machine");
        if ours {
            errors.err(attribute.path(), messages::ATTRIBUTE_TWICE);
        }
        !ours
    });
}

/// Reads what the carrier brings: `{ sound } { options } { enum } { sound } { options } { impl }`, and whether
/// each conditional handler is there.
pub(crate) fn machine(tokens: TokenStream, errors: &mut Errors) -> syn::Result<Option<Machine>> {
    let parts: Vec<TokenStream> = tokens
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        })
        .collect();
    let [
        decl_sound,
        decl_args,
        decl,
        block_sound,
        block_args,
        block,
        there @ ..,
    ] = parts.as_slice()
    else {
        return Ok(None);
    };
    let yes = |tokens: &TokenStream| tokens.to_string() == "true";
    // The enum has come through a macro: as if the user had written it beside the block.
    let place = block.clone().into_iter().next();
    let place = place.map_or_else(Span::call_site, |token| token.span());
    let decl: DeriveInput = syn::parse2(resolved_at(decl.clone(), place))?;
    let mut known = Errors::new();
    let decl = decl::read(resolved_at(decl_args.clone(), place), decl, &mut known);
    known.into_tokens();
    let mut ours = Errors::new();
    let raw = (|input: ParseStream| RawBlock::parse(input, &mut ours)).parse2(block.clone());
    ours.into_tokens();
    let there = there.iter().cloned().flatten();
    let there = there.map(|token| yes(&token.into())).collect();
    let block = block::read(block_args.clone(), raw?, there, errors);
    Ok(block.map(|block| Machine {
        decl,
        block,
        sound: yes(decl_sound) && yes(block_sound),
    }))
}
