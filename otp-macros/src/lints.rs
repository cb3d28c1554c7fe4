//! The lints that our tokens are excused from, so that a crate with strict lints stays clean.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Generics;

use crate::tokens::Tokens;

/// On the user's own handlers: what the framework makes them do.
pub(crate) fn handler() -> Tokens {
    // Arguments are owned because messages are; the answer goes to the handle, not to a caller.
    quote! {
        #[allow(clippy::needless_pass_by_value, clippy::must_use_candidate, clippy::missing_const_for_fn)]
    }
    .into()
}

/// On the handlers of a machine, whose fields are borrowed and whose init makes the data.
pub(crate) fn clauses() -> TokenStream {
    quote! {
        #[allow(
            clippy::needless_pass_by_value,
            clippy::must_use_candidate,
            clippy::missing_const_for_fn,
            clippy::new_ret_no_self,
            clippy::trivially_copy_pass_by_ref,
            clippy::needless_pass_by_ref_mut
        )]
    }
}

/// On an `impl` of the user's generics, which has bounds of ours besides.
pub(crate) fn bounds(generics: &Generics) -> Option<TokenStream> {
    let bounded = generics.type_params().next().is_some();
    bounded.then(
        || quote!(#[allow(clippy::trait_duplication_in_bounds, clippy::type_repetition_in_bounds)]),
    )
}

/// On what is made for the mailbox only.
pub(crate) fn hidden() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            private_interfaces,
            private_bounds,
            nonstandard_style,
            clippy::all,
            clippy::pedantic,
            clippy::nursery
        )]
    }
}

/// On a block of methods that have the names of the user's: what is to be said about those has been
/// said about the handlers.
pub(crate) fn methods() -> TokenStream {
    quote!(#[allow(nonstandard_style, clippy::all, clippy::pedantic, clippy::nursery)])
}

/// On `impl Server`: the same, and where nothing is awaited its functions say so by what they return.
pub(crate) fn server() -> TokenStream {
    let methods = methods();
    quote!(#[allow(refining_impl_trait)] #methods)
}
