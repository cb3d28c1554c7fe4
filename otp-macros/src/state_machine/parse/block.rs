//! What the members of a machine's `impl` block are.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, ReturnType, Signature, Visibility};

use super::function;
use crate::errors::Errors;
use crate::impl_block::{Content, Member, RawBlock, path_of};
use crate::state_machine::attributes::{self, Marker, Word};
use crate::state_machine::model::{Block, Role};
use crate::state_machine::{args, messages};

/// Turns what was read into the model; nothing when the block is of no type with a name.
pub(super) fn read(args: TokenStream, raw: RawBlock, errors: &mut Errors) -> Option<Block> {
    args::block(args.clone(), errors);
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
        head,
        generics,
        self_ty,
        path,
        functions: Vec::new(),
        helpers: Vec::new(),
        makers: Vec::new(),
        strays: TokenStream::new(),
        others: TokenStream::new(),
    };
    for member in members {
        add(member, &mut block, errors);
    }
    Some(block)
}

/// What an init is called that has lost its attribute.
const INITS: [&str; 2] = ["new", "init"];

type Parts = (Vec<Attribute>, Visibility, Signature, TokenStream);

fn add_function(
    role: &Marker,
    markers: &[Marker],
    (attrs, vis, signature, body): Parts,
    block: &mut Block,
    errors: &mut Errors,
) {
    let earlier = block.functions.iter();
    let clause = earlier.filter(|f| f.name == signature.ident).count();
    let mut function = function::read(role, markers, attrs, vis, signature, body, errors);
    function.clause = clause;
    block.functions.push(function);
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
                add_function(
                    role,
                    &markers,
                    (attrs, vis, *signature, body),
                    block,
                    errors,
                );
                return;
            }
            if let Some(stray) = markers.first() {
                errors.err(&stray.name, messages::without_role(&stray.name));
                // Callers wait for what it answers.
                let role = match signature.output {
                    ReturnType::Default => Role::Cast,
                    ReturnType::Type(..) => Role::Call,
                };
                let meant = Marker {
                    word: Word::Role(role),
                    tokens: TokenStream::new(),
                    ..stray.clone()
                };
                add_function(
                    &meant,
                    &markers,
                    (attrs, vis, *signature, body),
                    block,
                    errors,
                );
                return;
            }
            if INITS.iter().any(|name| signature.ident == name) {
                let meant = Marker::init(&signature.ident);
                let parts = (
                    attrs.clone(),
                    vis.clone(),
                    (*signature).clone(),
                    TokenStream::new(),
                );
                let (attrs, vis, signature, body) = parts;
                let maker = function::read(&meant, &[], attrs, vis, signature, body, errors);
                block.makers.push(maker);
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
