//! The collector: every mistake of an item is gathered, and all are reported in one compile.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far, in the order in which they were found.
///
/// Dropping it without a look is a bug of ours that would hide the user's mistakes, so it panics.
#[derive(Debug)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
    reported: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Errors {
            list: Vec::new(),
            reported: false,
        }
    }

    /// Reports `message` on the tokens that the user typed.
    pub(crate) fn err(&mut self, at: impl ToTokens, message: impl Display) {
        self.list.push(syn::Error::new_spanned(at, message));
    }

    /// Takes over what syn found.
    pub(crate) fn add(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn into_tokens(mut self) -> TokenStream {
        self.reported = true;
        self.list.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(
            self.reported || std::thread::panicking(),
            "a pass forgot to report its errors"
        );
    }
}
