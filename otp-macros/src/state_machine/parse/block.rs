//! What the members of a machine's `impl` block are.

use proc_macro2::TokenStream;
use quote::quote;

use super::function;
use crate::errors::Errors;
use crate::impl_block::{Content, Member, RawBlock, path_of};
use crate::state_machine::attributes::{self, Word};
use crate::state_machine::model::Block;
use crate::state_machine::{args, messages};

/// Turns what was read into the model; nothing when the block is of no type with a name.
pub(super) fn read(args: TokenStream, raw: RawBlock, errors: &mut Errors) -> Option<Block> {
    let protocol = args::block(args.clone(), errors);
    let Some(path) = path_of(&raw.self_ty) else {
        errors.err(&raw.self_ty, messages::IMPL_OF_NO_ENUM);
        return None;
    };
    let RawBlock {
        attrs,
        unsafety,
        impl_token,
        generics,
        self_ty,
        members,
        ..
    } = raw;
    let where_clause = &generics.where_clause;
    let head = quote!(#unsafety #impl_token #generics #self_ty #where_clause);
    let mut block = Block {
        attrs,
        args,
        protocol,
        head,
        generics,
        self_ty,
        path,
        functions: Vec::new(),
        helpers: Vec::new(),
        strays: TokenStream::new(),
        others: TokenStream::new(),
    };
    for member in members {
        add(member, &mut block, errors);
    }
    Some(block)
}

fn add(mut member: Member, block: &mut Block, errors: &mut Errors) {
    let markers = attributes::take(&mut member.attrs, errors);
    let role = markers
        .iter()
        .find(|marker| matches!(marker.word, Word::Role(_)));
    let Member {
        attrs,
        vis,
        content,
    } = member;
    match content {
        Content::Function(signature, body) => {
            if let Some(role) = role {
                let earlier = block.functions.iter();
                let clause = earlier.filter(|f| f.name == signature.ident).count();
                let mut function =
                    function::read(role, &markers, attrs, vis, *signature, body, errors);
                function.clause = clause;
                block.functions.push(function);
                return;
            }
            if let Some(stray) = markers.first() {
                errors.err(&stray.name, messages::without_role(&stray.name));
                let attributes = markers.iter().map(|marker| &marker.attribute);
                let name = &signature.ident;
                block.strays.extend(quote!(#(#attributes)* fn #name() {}));
            }
            block.helpers.push(signature.ident.clone());
            block
                .others
                .extend(quote!(#(#attrs)* #vis #signature #body));
        }
        Content::Other(tokens) => {
            if let Some(marker) = markers.first()
                && !crate::tokens::mentions(tokens.clone(), "fn")
            {
                errors.err(
                    &marker.name,
                    messages::attribute_on_no_function(&marker.name),
                );
                let attributes = markers.iter().map(|marker| &marker.attribute);
                block
                    .strays
                    .extend(quote!(#(#attributes)* const _: () = ();));
            }
            block.others.extend(quote!(#(#attrs)* #vis #tokens));
        }
    }
}
