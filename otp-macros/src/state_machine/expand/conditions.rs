//! Handlers under a `#[cfg]`: the graph is checked as it is in this build.
//!
//! An attribute macro sees its item before conditions are known. So the call of the carrier goes through a
//! chain of macros, one for each conditional handler. Each is written twice, under the condition and under its
//! opposite; the compiler keeps one of the two, which adds `true` or `false` to what it passes on.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Attribute, Meta, Path};

use crate::names;
use crate::state_machine::model::{Block, Function};

/// `carrier! { tokens }`, with `{ true false .. }` at the end if there are conditional handlers. All of it is
/// there under the `cfgs` of the block.
pub(super) fn call(
    carrier: &Path,
    block: &Block,
    cfgs: &[&Attribute],
    tokens: &TokenStream,
) -> TokenStream {
    let functions = block.functions.iter();
    let conditions: Vec<_> = functions.filter_map(condition).collect();
    if conditions.is_empty() {
        return quote!(#(#cfgs)* #carrier! { #tokens });
    }
    let link = |place: usize| -> Ident {
        let machine = carrier.segments.last().map(|last| names::text(&last.ident));
        format_ident!("__{}_if_{place}", machine.unwrap_or_default())
    };
    let links = conditions.iter().enumerate().map(|(place, condition)| {
        let (this, next) = (link(place), link(place + 1));
        let passed_on = |known: bool| {
            if place + 1 < conditions.len() {
                quote!(#next! { { $($known)* #known } $($tokens)* })
            } else {
                quote!(#carrier! { $($tokens)* { $($known)* #known } })
            }
        };
        let (there, gone) = (passed_on(true), passed_on(false));
        quote! {
            #(#cfgs)*
            #[cfg(#condition)]
            macro_rules! #this {
                ({ $($known:tt)* } $($tokens:tt)*) => { #there };
            }
            #(#cfgs)*
            #[cfg(not(#condition))]
            macro_rules! #this {
                ({ $($known:tt)* } $($tokens:tt)*) => { #gone };
            }
        }
    });
    let first = link(0);
    quote!(#(#links)* #(#cfgs)* #first! { {} #tokens })
}

/// All that a handler is there under; nothing if it is there always.
fn condition(function: &Function) -> Option<TokenStream> {
    let cfgs = &function.carried.cfg;
    let conditions = cfgs.iter().filter_map(inner);
    (!cfgs.is_empty()).then(|| quote!(all(#(#conditions),*)))
}

fn inner(cfg: &Attribute) -> Option<&TokenStream> {
    match &cfg.meta {
        Meta::List(list) => Some(&list.tokens),
        _ => None,
    }
}
