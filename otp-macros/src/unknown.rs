//! What stands for a type that a mistake has made unknown, so that the mistake is one error.

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;
use crate::paths::Otp;

/// A type that depends on the first of the mistakes; none if there is none.
pub(crate) fn after(errors: &Errors, otp: &Otp) -> Option<TokenStream> {
    errors.first().map(|first| because_of(&first, otp))
}

/// A type that depends on `error`. An error that is said twice in the same words at the same place is
/// shown once, and of what depends on a constant with an error the compiler reports nothing.
pub(crate) fn because_of(error: &syn::Error, otp: &Otp) -> TokenStream {
    let error = error.to_compile_error();
    quote!(<() as #otp::Unknown<{ !#error }>>::Itself)
}
