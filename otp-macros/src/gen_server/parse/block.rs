//! What the members of an `impl` block are.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::Attribute;

use super::function;
use crate::errors::Errors;
use crate::gen_server::attributes::{Marker, take_markers};
use crate::gen_server::model::{Block, Function};
use crate::gen_server::{args, messages};
use crate::impl_block::{Content, Member, RawBlock, path_of};
use crate::lints::{self, Allow};
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
    let lints = lints::HANDLER;
    let whole = members.iter().all(|(markers, member)| {
        !markers.is_empty() && matches!(member.content, Content::Function(..))
    });
    let (lints_of_block, lints) = if whole {
        (Some(lints), None)
    } else {
        (None, Some(lints))
    };
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
        add_member(markers, member, &mut block, lints, errors);
    }
    Some((block, otp))
}

fn add_member(
    markers: Vec<Marker>,
    member: Member,
    block: &mut Block,
    lints: Option<Allow>,
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
            let repeated = is_repeated(&signature.ident, &attrs, &block.functions);
            if !repeated {
                let out = &mut block.body;
                out.append_all(&attrs);
                lints.to_tokens(out);
                vis.to_tokens(out);
                function::repaired(&signature).to_tokens(out);
                body.to_tokens(out);
            }
            let function = function::read(&marker, &attrs, vis, *signature, body, errors);
            if repeated {
                errors.err(&function.name, messages::handler_twice(&function.name));
            } else {
                block.functions.push(function);
            }
        }
        (None, Content::Function(signature, body)) => {
            let out = &mut block.body;
            out.append_all(&attrs);
            vis.to_tokens(out);
            signature.to_tokens(out);
            body.to_tokens(out);
            block.helpers.push(signature.ident);
        }
        (marker, Content::Other(tokens)) => {
            // A function that cannot be read has its own error.
            if let Some(Marker { name, .. }) = marker
                && !is_function(&tokens)
            {
                errors.err(&name, messages::attribute_on_no_function(&name));
            }
            let out = &mut block.body;
            out.append_all(&attrs);
            vis.to_tokens(out);
            tokens.to_tokens(out);
        }
    }
}

/// Whether a handler of this name came before, and both can exist at the same time.
///
/// The second is left out, or rustc would say the same again.
fn is_repeated(name: &Ident, attrs: &[Attribute], earlier: &[Function]) -> bool {
    let conditional = || {
        attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("cfg"))
    };
    earlier
        .iter()
        .any(|other| other.name == *name && (other.carried.cfg.is_empty() || !conditional()))
}

fn is_function(tokens: &Tokens) -> bool {
    let mut words = tokens.trees().iter();
    words.any(|token| matches!(token, TokenTree::Ident(ident) if ident == "fn"))
}
