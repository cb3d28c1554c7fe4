//! Questions that only types can answer, asked where the user's token is.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::handle::server_type;
use crate::gen_server::model::Decl;
use crate::paths::Otp;

/// What asks whether there is an `impl` block with handlers at all. What a generic one needs is not known
/// here.
pub(super) fn decl(decl: &Decl, otp: &Otp) -> Option<TokenStream> {
    if !decl.generics.params.is_empty() {
        return None;
    }
    let server = server_type(decl);
    let at = Span::call_site().located_at(decl.name.span());
    let question = quote_spanned!(at=> is_server::<#server>(););
    Some(quote! {
        const fn is_server<S: #otp::Server>() {}
        #question
    })
}
