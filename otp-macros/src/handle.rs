//! The type of a handle, `CounterRef`: what makes it as good as a `ServerRef`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{Generics, Visibility};

use crate::names;
use crate::tokens::Tokens;

/// The struct and what makes it as good as a `ServerRef`.
///
/// `inner` is the `ServerRef` that it wraps, as its own module writes it. The methods, which use it, may be
/// in any module of the crate.
pub(crate) fn handle(
    vis: &Visibility,
    name: &Ident,
    generics: &Generics,
    inner: TokenStream,
    doc: &str,
) -> TokenStream {
    let (handle, inner) = (names::handle(name), Tokens::from(inner));
    let (impls, arguments, clause) = generics.split_for_impl();
    // Where rustc points when there is such a type already, or no method of a name.
    let span = Span::call_site().located_at(name.span());
    let local = |name: &str| Ident::new(name, Span::mixed_site().located_at(span));
    let (f, other, state, server_ref) =
        (local("f"), local("other"), local("state"), local("server"));
    quote_spanned! {span=>
        #[doc = #doc]
        #[allow(nonstandard_style, private_interfaces)]
        #vis struct #handle #generics #clause {
            pub(crate) server: #inner,
        }

        #[automatically_derived]
        impl #impls ::core::clone::Clone for #handle #arguments #clause {
            fn clone(&self) -> Self {
                Self { server: ::core::clone::Clone::clone(&self.server) }
            }
        }

        #[automatically_derived]
        impl #impls ::core::fmt::Debug for #handle #arguments #clause {
            fn fmt(&self, #f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.server, #f)
            }
        }

        #[automatically_derived]
        impl #impls ::core::cmp::PartialEq for #handle #arguments #clause {
            fn eq(&self, #other: &Self) -> bool {
                ::core::cmp::PartialEq::eq(&self.server, &#other.server)
            }
        }

        #[automatically_derived]
        impl #impls ::core::cmp::Eq for #handle #arguments #clause {}

        #[automatically_derived]
        impl #impls ::core::hash::Hash for #handle #arguments #clause {
            fn hash<__H: ::core::hash::Hasher>(&self, #state: &mut __H) {
                ::core::hash::Hash::hash(&self.server, #state);
            }
        }

        #[automatically_derived]
        impl #impls ::core::ops::Deref for #handle #arguments #clause {
            type Target = #inner;

            fn deref(&self) -> &#inner {
                &self.server
            }
        }

        #[automatically_derived]
        impl #impls ::core::convert::From<#inner> for #handle #arguments #clause {
            fn from(#server_ref: #inner) -> Self {
                Self { server: #server_ref }
            }
        }
    }
}
