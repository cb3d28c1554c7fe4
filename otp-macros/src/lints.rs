//! The lints that our tokens are excused from, so that a crate with strict lints stays clean.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{Generics, Token, token};

/// `#[allow(..)]` of the lints in all the lists.
#[derive(Clone, Copy)]
pub(crate) struct Allow(&'static [&'static [&'static str]]);

/// What is said of names and of style.
const STYLE: &[&str] = &[
    "nonstandard_style",
    "clippy::all",
    "clippy::pedantic",
    "clippy::nursery",
];

/// Arguments are owned because messages are; the answer goes to the handle, not to a caller.
const HANDLERS: &[&str] = &[
    "clippy::needless_pass_by_value",
    "clippy::must_use_candidate",
    "clippy::missing_const_for_fn",
];

/// On the user's own handlers: what the framework makes them do.
pub(crate) const HANDLER: Allow = Allow(&[HANDLERS]);

/// On the handlers of a machine, whose fields are borrowed and whose init makes the data.
pub(crate) const CLAUSES: Allow = Allow(&[
    HANDLERS,
    &[
        "clippy::new_ret_no_self",
        "clippy::trivially_copy_pass_by_ref",
        "clippy::needless_pass_by_ref_mut",
    ],
]);

/// On what is made for the mailbox only.
pub(crate) const HIDDEN: Allow = Allow(&[
    &["dead_code", "private_interfaces", "private_bounds"],
    STYLE,
]);

/// On a block of methods that have the names of the user's: what is to be said about those has been
/// said about the handlers.
pub(crate) const METHODS: Allow = Allow(&[STYLE]);

/// On the starting functions: the same, and nobody has to call them.
pub(crate) const START: Allow = Allow(&[&["dead_code", "private_interfaces"], STYLE]);

/// On `impl Server`: as on methods, and where nothing is awaited its functions say so by what they return.
pub(crate) const SERVER: Allow = Allow(&[&["refining_impl_trait"], STYLE]);

const BOUNDS: Allow = Allow(&[&[
    "clippy::trait_duplication_in_bounds",
    "clippy::type_repetition_in_bounds",
]]);

/// On an `impl` of the user's generics, which has bounds of ours besides.
pub(crate) fn bounds(generics: &Generics) -> Option<Allow> {
    let bounded = generics.type_params().next().is_some();
    bounded.then_some(BOUNDS)
}

// Written by hand, as most of these stand several times in each expansion: a `quote!` would make a stream
// each time.
impl ToTokens for Allow {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let word = |word: &str| Ident::new(word, Span::call_site());
        <Token![#]>::default().to_tokens(tokens);
        token::Bracket::default().surround(tokens, |tokens| {
            word("allow").to_tokens(tokens);
            token::Paren::default().surround(tokens, |tokens| {
                for (position, lint) in self.0.iter().copied().flatten().enumerate() {
                    if position > 0 {
                        <Token![,]>::default().to_tokens(tokens);
                    }
                    for (position, part) in lint.split("::").enumerate() {
                        if position > 0 {
                            <Token![::]>::default().to_tokens(tokens);
                        }
                        word(part).to_tokens(tokens);
                    }
                }
            });
        });
    }
}
