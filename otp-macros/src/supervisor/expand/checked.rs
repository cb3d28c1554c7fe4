//! The types of children, each checked at one place: a type that is no server is one error, at the
//! user's token for it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

use super::{Level, Scope};
use crate::paths::Otp;
use crate::supervisor::model::{Child, Kind};
use crate::{names, suspects, tokens};

/// What a type has to be.
#[derive(Clone, Copy)]
pub(super) enum What {
    /// A server or a tree.
    Child,
    /// A server, or a state machine, which stands for the server that runs it.
    Server,
    /// The key of a registry.
    Key,
}

/// The type as everything but its alias names it. A generic type has no alias: a constant cannot
/// depend on it.
pub(super) fn named(
    scope: &Scope<'_>,
    level: &Level<'_>,
    child: &Child,
    what: What,
    ty: &Type,
) -> TokenStream {
    if !has_alias(scope) {
        return match what {
            What::Server => served(ty, scope.otp),
            What::Child | What::Key => ty.to_token_stream(),
        };
    }
    let mut alias = alias(level, child, what);
    alias.set_span(Span::call_site().located_at(suspects::suspect(ty)));
    alias.into_token_stream()
}

/// The server behind a type: the type itself, or what runs a state machine.
fn served(ty: &Type, otp: &Otp) -> TokenStream {
    // Where rustc points when there is none.
    let span = suspects::suspect(ty);
    let (open, close) = (
        tokens::respan(quote!(<), span),
        tokens::respan(quote!(as #otp::Served>::Server), span),
    );
    quote!(#open #ty #close)
}

/// The aliases of a supervisor's children.
pub(super) fn aliases(scope: &Scope<'_>, level: &Level<'_>) -> TokenStream {
    if !has_alias(scope) {
        return TokenStream::new();
    }
    let otp = scope.otp;
    let mut out = TokenStream::new();
    for child in &level.body.children {
        let (outer, cfg) = (&level.cfg, &child.carried.cfg);
        for (what, ty) in types(&child.kind) {
            let alias = alias(level, child, what);
            let (question, answer) = match what {
                What::Child => (quote!(ChildType), quote!(CheckedChild)),
                What::Server => (quote!(ServerType), quote!(CheckedServer)),
                What::Key => (quote!(KeyType), quote!(CheckedKey)),
            };
            out.extend(quote! {
                #(#outer)*
                #(#cfg)*
                #[allow(nonstandard_style)]
                type #alias =
                    <#ty as #otp::#answer<{ <#ty as #otp::#question>::CHECKED }>>::Itself;
            });
        }
    }
    out
}

fn has_alias(scope: &Scope<'_>) -> bool {
    !scope.broken && scope.generics.params.is_empty()
}

fn alias(level: &Level<'_>, child: &Child, what: What) -> Ident {
    let suffix = match what {
        What::Child | What::Server => "",
        What::Key => "_key",
    };
    names::checked(&level.stem, &child.name, suffix)
}

fn types(kind: &Kind) -> Vec<(What, &Type)> {
    match kind {
        Kind::Server(server) => vec![(What::Child, &server.ty)],
        Kind::Dynamic(dynamic) => vec![(What::Server, &dynamic.ty)],
        Kind::Partition(partition) => vec![(What::Server, &partition.ty)],
        Kind::Registry(key, server) => vec![(What::Key, key), (What::Server, server)],
        Kind::Nested(_) | Kind::Tasks | Kind::Wrong => Vec::new(),
    }
}
