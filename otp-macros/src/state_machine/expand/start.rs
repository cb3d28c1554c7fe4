//! `Turnstile::start` and its sisters, and `Turnstile::whereis`.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

use super::scope::{Scope, arguments};
use crate::lints;
use crate::tokens::Values;

pub(super) fn start(scope: &Scope<'_>) -> TokenStream {
    let Scope {
        otp,
        server,
        handle,
        ..
    } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let machine = quote!(#otp::Machine<#server>);
    let init = scope.machine.init();
    let declarations = init.map_or_else(Vec::new, |init| scope.declarations(init));
    let arguments = init.map_or_else(Vec::new, arguments);
    let values = Values(arguments.clone());
    let docs = init.map_or(&[][..], |init| init.carried.docs.as_slice());
    let helpers = &scope.machine.block.helpers;
    let blank = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
    let functions = [
        (
            "start",
            "",
            quote!(Start),
            quote!(<#otp::Start<#machine>>::new(#values)),
        ),
        (
            "start_link",
            ", linked to the caller",
            quote!(Start),
            quote!(<#server>::start(#(#arguments),*).link()),
        ),
        (
            "start_monitor",
            ", monitored by the caller",
            quote!(StartMonitor),
            quote!(<#server>::start(#(#arguments),*).monitored()),
        ),
    ];
    let at = init.map_or_else(Span::call_site, |init| init.name.span());
    let functions = functions
        .into_iter()
        .filter(|(name, ..)| !helpers.iter().any(|helper| helper == name))
        .map(|(name, what, result, body)| {
            let ident = format_ident!("{name}", span = at);
            let doc = format!(" Starts a machine{what}.");
            let body = if scope.sound { body } else { quote!(loop {}) };
            quote! {
                #(#docs)*
                #blank
                #[doc = #doc]
                #[allow(dead_code, private_interfaces)]
                pub fn #ident(#(#declarations),*) -> #otp::#result<#machine> { #body }
            }
        });
    let name = scope.machine.decl.options.name.as_ref();
    let whereis = name
        .filter(|_| scope.machine.decl.generics.params.is_empty() && scope.sound)
        .map(|name| {
            let doc = format!(
                " The running machine called `{}`, if there is one.",
                name.value()
            );
            quote! {
                #[doc = #doc]
                #[must_use]
                #[allow(dead_code, private_interfaces)]
                pub fn whereis() -> ::core::option::Option<#handle> {
                    #otp::whereis::<#machine>()
                }
            }
        });
    let lints = lints::METHODS;
    quote! {
        #[allow(unused_variables)]
        #lints
        impl #impls #server #clause {
            #(#functions)*
            #whereis
        }
    }
}
