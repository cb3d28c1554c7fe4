//! What the members of a machine's `impl` block are.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Signature, Visibility};

use super::function;
use crate::errors::Errors;
use crate::impl_block::{Content, Member, RawBlock, path_of};
use crate::state_machine::attributes::{self, Marker, Word};
use crate::state_machine::model::{Block, Function};
use crate::state_machine::{args, messages};

/// Turns what was read into the model; nothing when the block is of no type with a name.
///
/// `there` says of each conditional handler whether it is there; where that is not known yet, all are.
pub(super) fn read(
    args: TokenStream,
    raw: RawBlock,
    there: Vec<bool>,
    errors: &mut Errors,
) -> Option<Block> {
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
    let mut handlers = Handlers {
        there: there.into_iter(),
        seen: Vec::new(),
    };
    for member in members {
        handlers.add(member, &mut block, errors);
    }
    Some(block)
}

/// What is known of the handlers while they are read.
struct Handlers {
    /// Of each conditional handler that is left, whether it is there.
    there: std::vec::IntoIter<bool>,
    /// The names of those that were read, the ones that are not there included: by them clauses are counted.
    seen: Vec<Ident>,
}

impl Handlers {
    fn add(&mut self, mut member: Member, block: &mut Block, errors: &mut Errors) {
        let mut found = Errors::new();
        let markers = attributes::take(&mut member.attrs, &mut found);
        let has_role = |marker: &Marker| matches!(marker.word, Word::Role(_));
        let role = markers.iter().find(|marker| has_role(marker));
        let Member {
            attrs,
            vis,
            content,
        } = member;
        match content {
            Content::Function(signature, body) => {
                if let Some(role) = role {
                    let mut function =
                        function::read(role, &markers, attrs, vis, *signature, body, &mut found);
                    let same = self.seen.iter().filter(|name| **name == function.name);
                    function.clause = same.count();
                    self.seen.push(function.name.clone());
                    if self.is_there(&function) {
                        block.functions.push(function);
                    } else {
                        // As the compiler: nothing is said of what is not there.
                        found.into_tokens();
                        return;
                    }
                } else {
                    helper(&markers, &attrs, &vis, &signature, &body, block, &mut found);
                }
            }
            Content::Other(tokens) => other(&markers, &attrs, &vis, &tokens, block, &mut found),
        }
        errors.append(found);
    }

    fn is_there(&mut self, function: &Function) -> bool {
        function.carried.cfg.is_empty() || self.there.next().unwrap_or(true)
    }
}

/// A function without one of our roles.
fn helper(
    markers: &[Marker],
    attrs: &[Attribute],
    vis: &Visibility,
    signature: &Signature,
    body: &TokenStream,
    block: &mut Block,
    errors: &mut Errors,
) {
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

/// What is no function.
fn other(
    markers: &[Marker],
    attrs: &[Attribute],
    vis: &Visibility,
    tokens: &TokenStream,
    block: &mut Block,
    errors: &mut Errors,
) {
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
