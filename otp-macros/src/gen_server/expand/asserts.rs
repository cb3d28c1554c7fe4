//! Questions that only types can answer, asked where the user's token is.

use proc_macro2::TokenStream;

use super::scope::Scope;
use crate::gen_server::model::Decl;
use crate::paths::Otp;

pub(super) fn decl(_decl: &Decl, _otp: &Otp) -> TokenStream {
    TokenStream::new()
}

pub(super) fn block(_scope: &Scope<'_>) -> TokenStream {
    TokenStream::new()
}
