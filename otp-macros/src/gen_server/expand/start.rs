//! `Counter::start` and its sisters, and `Counter::whereis`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::handle::server_type;
use super::scope::{Scope, arguments, one_or_tuple};
use crate::gen_server::model::{Decl, Role};
use crate::lints;
use crate::names;
use crate::paths::Otp;

/// The starting functions, with the arguments and the docs of `init`.
pub(super) fn start(scope: &Scope<'_>) -> Option<TokenStream> {
    let Scope {
        otp, server, block, ..
    } = scope;
    match block.with_role(Role::Init).count() {
        1 => {}
        // One of several blocks has the `#[init]` and the functions.
        0 if block.is_second() => return None,
        _ => return unknown_start(scope),
    }
    let init = scope.init()?;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let declarations = scope.declarations(init);
    let values = one_or_tuple(&arguments(init));
    let carried = &init.carried;
    let (docs, others) = (&carried.docs, &carried.others);
    let new = if scope.broken {
        quote!(loop {})
    } else {
        quote!(<#otp::Start<#server>>::new(#values))
    };
    // What is there already has been reported.
    let taken = |name: &str| {
        let functions = block.functions.iter().map(|function| &function.name);
        let mut all = functions.chain(&block.helpers);
        all.any(|function| function == name)
    };
    let unused = scope.broken.then(|| quote!(#[allow(unused_variables)]));
    let generics = scope.broken.then_some(&init.generics);
    let init_clause = generics.and_then(|generics| generics.where_clause.as_ref());
    let function = |name: &str, what: &str, result: TokenStream, body: TokenStream| {
        if taken(name) {
            return None;
        }
        // Whoever asks for the definition of `start` is shown `init`.
        let ident = Ident::new(name, init.name.span());
        let first = docs.is_empty().then(|| {
            let doc = format!(" Starts a server with `{}`{what}.", names::text(&init.name));
            quote!(#[doc = #doc])
        });
        let more = (!docs.is_empty() && !what.is_empty()).then(|| {
            let doc = format!(" Starts the server{what}.");
            quote!(#[doc = ""] #[doc = #doc])
        });
        Some(quote! {
            #(#docs)*
            #first
            #more
            #(#others)*
            #unused
            pub fn #ident #generics (#(#declarations),*) -> #result #init_clause { #body }
        })
    };
    let (link, monitored) = if scope.broken {
        (new.clone(), new.clone())
    } else {
        // Not by way of `start`: there may be another one, which is an error of its own.
        (quote!(#new.link()), quote!(#new.monitored()))
    };
    let start = quote!(#otp::Start<#server>);
    let functions = [
        function("start", "", start.clone(), new),
        function("start_link", ", linked to the caller", start, link),
        function(
            "start_monitor",
            ", monitored by the caller",
            quote!(#otp::StartMonitor<#server>),
            monitored,
        ),
    ];
    let lints = lints::methods();
    Some(quote! {
        #[allow(dead_code, private_interfaces)]
        #lints
        impl #impls #server #clause {
            #(#functions)*
        }
    })
}

/// What stands for the starting functions when nobody knows which arguments they take: it can be called
/// with any, and nothing is said of it.
fn unknown_start(scope: &Scope<'_>) -> Option<TokenStream> {
    let Scope {
        server, unknown, ..
    } = scope;
    let unknown = unknown.as_ref()?;
    let (impls, _, clause) = scope.generics.split_for_impl();
    Some(quote! {
        #[allow(dead_code, non_upper_case_globals)]
        impl #impls #server #clause {
            pub const start: #unknown = loop {};
            pub const start_link: #unknown = loop {};
            pub const start_monitor: #unknown = loop {};
        }
    })
}

/// `Counter::whereis()`, for a server with a name.
pub(super) fn whereis(decl: &Decl, otp: &Otp) -> Option<TokenStream> {
    let name = decl.options.server.name.as_ref()?;
    if !decl.generics.params.is_empty() {
        return None;
    }
    let (server, handle) = (server_type(decl), names::handle(&decl.name));
    let doc = format!(
        " The running server called `{}`, if there is one.",
        name.value()
    );
    Some(quote! {
        impl #server {
            #[doc = #doc]
            #[must_use]
            #[allow(dead_code, private_interfaces)]
            pub fn whereis() -> ::core::option::Option<#handle> {
                #otp::whereis::<#server>()
            }
        }
    })
}
