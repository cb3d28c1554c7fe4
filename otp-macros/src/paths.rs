//! The runtime's path: how an expansion names what it needs.
//!
//! Everything of the runtime goes through one hidden module, by absolute path; everything of the
//! standard library through `::core`. An expansion has no `use`, so it cannot clash with names of
//! the user.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::Parser;

use crate::errors::Errors;
use crate::tokens::Tokens;

/// `::otp::__private`, or the same module below the path of a `crate = ..` option.
///
/// Written `#otp` in a `quote!`.
#[derive(Debug, Clone)]
pub(crate) struct Otp {
    private: Tokens,
}

impl Otp {
    /// The path that users of the façade have.
    pub(crate) fn facade() -> Self {
        Otp {
            private: quote!(::otp::__private).into(),
        }
    }

    /// The path of a `crate = ..` option; the façade's when it is not one. Where options are written
    /// another way, `sign` is what stands between name and value.
    pub(crate) fn from_option(value: &TokenStream, sign: &str, errors: &mut Errors) -> Self {
        if let Ok(path) = syn::Path::parse_mod_style.parse2(value.clone()) {
            let private = quote!(#path::__private).into();
            return Otp { private };
        }
        errors.err(value, not_a_path(value, sign));
        Otp::facade()
    }
}

fn not_a_path(value: &TokenStream, sign: &str) -> String {
    let mut tokens = value.clone().into_iter();
    let shown = match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Literal(literal)), None) => literal.to_string().trim_matches('"').into(),
        _ => String::from("otp_core"),
    };
    format!(
        "`crate` names the crate that holds the runtime, as a path\n\
         help: write `crate{sign} {shown}`"
    )
}

impl ToTokens for Otp {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.private.to_tokens(tokens);
    }
}
