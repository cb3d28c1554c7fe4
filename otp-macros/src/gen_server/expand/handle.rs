//! The handle's type, `CounterRef`, and the struct's `ServerDecl`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Type, TypePath, parse_quote};

use super::asserts;
use crate::bounds;
use crate::gen_server::model::Decl;
use crate::handle;
use crate::names;
use crate::paths::Otp;
use crate::server_options;
use crate::tokens;

/// The server's type as its own module writes it, `Cache<K, V>`.
pub(super) fn server_type(decl: &Decl) -> Type {
    let name = &decl.name;
    if decl.generics.params.is_empty() {
        let path = name.clone().into();
        return Type::Path(TypePath {
            attrs: Vec::new(),
            qself: None,
            path,
        });
    }
    let (_, arguments, _) = decl.generics.split_for_impl();
    parse_quote!(#name #arguments)
}

/// The handle of a server.
pub(super) fn handle(decl: &Decl, otp: &Otp) -> TokenStream {
    let server = server_type(decl);
    let doc = format!(
        " A handle to a server of type [`{}`]: it can be cloned and sent anywhere.",
        decl.name
    );
    handle::handle(
        &decl.vis,
        &decl.name,
        &decl.generics,
        quote!(#otp::ServerRef<#server>),
        &doc,
    )
}

/// What the runtime knows of the struct before it knows any handler.
pub(super) fn server_decl(decl: &Decl, otp: &Otp, sound: bool) -> TokenStream {
    let name = &decl.name;
    let handle = names::handle(name);
    let server = server_type(decl);
    let options = server_options::expression(&name.to_string(), &decl.options.server, otp);
    let asserts = sound.then(|| asserts::decl(decl, otp)).flatten();
    let options = match asserts {
        Some(asserts) => quote!({ #asserts #options }),
        None => options,
    };
    let (shared, share, predicate) = super::reads::shared(decl, otp);
    let mut generics = bounds::of_server(&decl.generics, &server);
    if let Some(predicate) = predicate.filter(|_| !decl.generics.params.is_empty()) {
        generics = bounds::and(&generics, predicate);
    }
    let (impls, arguments, clause) = generics.split_for_impl();
    let share = (!share.is_empty()).then(|| quote!(fn share(&self) -> #shared { #share }));
    let header = tokens::respan(quote!(#otp::ServerDecl for #server), name.span());
    quote! {
        #[automatically_derived]
        impl #impls #header #clause {
            const OPTIONS: #otp::Options = #options;

            type Ref = #handle #arguments;
            type Shared = #shared;

            #share
        }
    }
}
