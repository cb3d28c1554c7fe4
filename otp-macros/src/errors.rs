//! The collector: every mistake of an item is gathered, and all are reported in one compile.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

/// The mistakes found so far, in the order in which they were found.
///
/// Dropping it without a look is a bug of ours that would hide the user's mistakes, so it panics.
#[derive(Debug)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
    /// Whether there is a mistake that rustc reports on the user's own code.
    left_to_rustc: bool,
    reported: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Errors {
            list: Vec::new(),
            left_to_rustc: false,
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

    /// Takes over what others have found.
    pub(crate) fn append(&mut self, mut others: Errors) {
        self.list.append(&mut others.list);
        self.left_to_rustc |= others.left_to_rustc;
        others.reported = true;
    }

    /// Notes a mistake about which rustc says all there is to say.
    pub(crate) fn leave_to_rustc(&mut self) {
        self.left_to_rustc = true;
    }

    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty() && !self.left_to_rustc
    }

    /// The first mistake.
    pub(crate) fn first(&self) -> Option<syn::Error> {
        self.list.first()?.clone().into_iter().next()
    }

    /// One `compile_error!` for each mistake, from the top of the item to its end.
    pub(crate) fn into_tokens(mut self) -> TokenStream {
        self.reported = true;
        // Outside a compiler, in our own tests, tokens have no place.
        if proc_macro::is_available() {
            self.list.sort_by_key(|error| {
                let span = error.span().unwrap();
                (span.line(), span.column())
            });
        }
        self.list.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// Runs an expansion. If it panics, which is a bug of ours, the user's item is still there beside an
/// error that says so, and the editor goes on working.
pub(crate) fn guarded(
    item: &TokenStream,
    expand: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let expanded = catch_unwind(AssertUnwindSafe(|| expand(item.clone())));
    expanded.unwrap_or_else(|_| {
        let error = syn::Error::new(
            Span::call_site(),
            "this macro has a bug, which your code has found\n\
             help: please report it, with the item below the attribute",
        );
        let error = error.to_compile_error();
        quote!(#item #error)
    })
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(
            self.reported || std::thread::panicking(),
            "a pass forgot to report its errors"
        );
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::guarded;

    #[test]
    fn a_panic_of_ours_is_one_error_beside_the_users_item() {
        let item = quote!(
            struct Counter;
        );
        let expanded = guarded(&item, |_| panic!("a bug")).to_string();
        assert!(expanded.starts_with(&item.to_string()), "{expanded}");
        assert!(expanded.contains("compile_error"), "{expanded}");
        assert!(expanded.contains("please report it"), "{expanded}");
    }
}
