//! What the members of a machine's `impl` block are.

use std::borrow::Cow;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, ReturnType, Signature, Visibility};

use super::function;
use crate::errors::Errors;
use crate::impl_block::{Content, Member, RawBlock, path_of};
use crate::state_machine::attributes::{self, Marker, Word};
use crate::state_machine::model::{Block, Function, Role};
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
        makers: Vec::new(),
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

/// What an init is called that has lost its attribute.
const INITS: [&str; 2] = ["new", "init"];

impl Handlers {
    fn add(&mut self, mut member: Member, block: &mut Block, errors: &mut Errors) {
        let mut found = Errors::new();
        let markers = attributes::take(&mut member.attrs, &mut found);
        let Member {
            attrs,
            vis,
            content,
        } = member;
        match content {
            Content::Function(signature, body) => {
                let body = body.into();
                if let Some(role) = role_of(&markers, &signature, &mut found) {
                    let mut function =
                        function::read(&role, &markers, attrs, vis, *signature, body, &mut found);
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
                    helper(attrs, vis, *signature, &body, block, &mut found);
                }
            }
            Content::Other(tokens) => {
                let tokens = tokens.into();
                other(&markers, &attrs, &vis, &tokens, block, &mut found);
            }
        }
        errors.append(found);
    }

    fn is_there(&mut self, function: &Function) -> bool {
        function.carried.cfg.is_empty() || self.there.next().unwrap_or(true)
    }
}

/// What a function is; of one that has only what belongs to a role, what it is likely to be.
fn role_of<'m>(
    markers: &'m [Marker],
    signature: &Signature,
    errors: &mut Errors,
) -> Option<Cow<'m, Marker>> {
    let has_role = |marker: &&Marker| matches!(marker.word, Word::Role(_));
    if let Some(role) = markers.iter().find(has_role) {
        return Some(Cow::Borrowed(role));
    }
    let stray = markers.first()?;
    errors.err(&stray.name, messages::without_role(&stray.name));
    // Callers wait for what it answers.
    let role = match signature.output {
        ReturnType::Default => Role::Cast,
        ReturnType::Type(..) => Role::Call,
    };
    Some(Cow::Owned(Marker {
        word: Word::Role(role),
        tokens: TokenStream::new(),
        ..stray.clone()
    }))
}

/// A function without one of our roles.
fn helper(
    attrs: Vec<Attribute>,
    vis: Visibility,
    signature: Signature,
    body: &TokenStream,
    block: &mut Block,
    errors: &mut Errors,
) {
    block.helpers.push(signature.ident.clone());
    block
        .others
        .extend(quote!(#(#attrs)* #vis #signature #body));
    let is_conditional = attrs.iter().any(|attr| attr.path().is_ident("cfg"));
    if INITS.iter().any(|name| signature.ident == name)
        && signature.receiver().is_none()
        && !is_conditional
    {
        let meant = Marker::init(&signature.ident);
        let maker = function::read(
            &meant,
            &[],
            attrs,
            vis,
            signature,
            TokenStream::new(),
            errors,
        );
        block.makers.push(maker);
    }
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
