//! What the members of an `impl` block are.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::function;
use crate::errors::Errors;
use crate::gen_server::attributes::{Marker, take_markers};
use crate::gen_server::model::{Block, Function};
use crate::gen_server::{args, messages};
use crate::impl_block::{Content, Member, RawBlock, path_of};
use crate::paths::Otp;
use crate::tokens::Tokens;

/// Turns what was read into the model; nothing when the block is of no type with a name.
pub(super) fn read(
    args: TokenStream,
    mut raw: RawBlock,
    errors: &mut Errors,
) -> Option<(Block, Otp)> {
    let (options, otp) = args::block(args, errors);
    super::take_second_attribute(&mut raw.attrs, errors);
    let Some(path) = path_of(&raw.self_ty) else {
        errors.err(&raw.self_ty, messages::impl_of_no_struct(&raw.self_ty));
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
    let members: Vec<_> = members
        .into_iter()
        .map(|mut member| (take_markers(&mut member.attrs, errors), member))
        .collect();
    // Once for the block says the same as on each, where nothing else is in it.
    let mut lints = Some(crate::lints::handler());
    let whole = members.iter().all(|(markers, member)| {
        !markers.is_empty() && matches!(member.content, Content::Function(..))
    });
    let lints_of_block = if whole { lints.take() } else { None };
    let where_clause = &generics.where_clause;
    let head = quote!(#lints_of_block #unsafety #impl_token #generics #self_ty #where_clause);
    let mut block = Block {
        attrs,
        head,
        body: TokenStream::new(),
        generics,
        self_ty,
        path,
        functions: Vec::new(),
        helpers: Vec::new(),
        options,
    };
    for (markers, member) in members {
        add_member(markers, member, &mut block, lints.as_ref(), errors);
    }
    Some((block, otp))
}

fn add_member(
    markers: Vec<Marker>,
    member: Member,
    block: &mut Block,
    lints: Option<&Tokens>,
    errors: &mut Errors,
) {
    let mut markers = markers.into_iter();
    let first = markers.next();
    for second in markers {
        let first = first.as_ref().expect("there is a second");
        errors.err(
            &second.name,
            messages::two_attributes(&first.name, &second.name),
        );
    }
    let Member {
        attrs,
        vis,
        content,
    } = member;
    match (first, content) {
        (Some(marker), Content::Function(signature, body)) => {
            let emitted = function::repaired(&signature);
            let tokens = quote!(#(#attrs)* #lints #vis #emitted #body);
            let function = function::read(&marker, &attrs, vis, *signature, body, errors);
            if repeated(&function, &block.functions) {
                errors.err(&function.name, messages::handler_twice(&function.name));
                return;
            }
            block.functions.push(function);
            block.body.extend(tokens);
        }
        (None, Content::Function(signature, body)) => {
            block.helpers.push(signature.ident.clone());
            block.body.extend(quote!(#(#attrs)* #vis #signature #body));
        }
        (marker, Content::Other(tokens)) => {
            // A function that cannot be read has its own error.
            if let Some(Marker { name, .. }) = marker
                && !is_function(&tokens)
            {
                errors.err(&name, messages::attribute_on_no_function(&name));
            }
            block.body.extend(quote!(#(#attrs)* #vis #tokens));
        }
    }
}

/// Whether a handler of this name came before, and both can exist at the same time.
///
/// The second is left out, or rustc would say the same again.
fn repeated(function: &Function, earlier: &[Function]) -> bool {
    earlier.iter().any(|other| {
        let exclusive = !other.carried.cfg.is_empty() && !function.carried.cfg.is_empty();
        other.name == function.name && !exclusive
    })
}

fn is_function(tokens: &TokenStream) -> bool {
    let mut words = tokens.to_token_stream().into_iter();
    words.any(|token| matches!(token, TokenTree::Ident(ident) if ident == "fn"))
}
