//! The trait of `protocol = CounterApi`: the public calls and casts of a handle, for who wants to
//! substitute the server in a test.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Generics};

use crate::errors::Errors;
use crate::paths::Otp;
use crate::tokens::as_ident;

const NOT_A_NAME: &str =
    "`protocol` names the trait to generate\nhelp: write `protocol = CounterApi`";

/// The name of the trait, as an option's value.
pub(crate) fn name(value: &TokenStream, errors: &mut Errors) -> Option<Ident> {
    let ident = as_ident(value);
    if ident.is_none() {
        errors.err(value, NOT_A_NAME);
    }
    ident
}

/// A public call or cast.
pub(crate) struct Method<'a> {
    pub(crate) cfg: &'a [Attribute],
    /// Docs, and what else is said of it.
    pub(crate) attributes: TokenStream,
    pub(crate) name: &'a Ident,
    /// After a mistake only: a handler has no generics of its own.
    pub(crate) generics: Option<&'a Generics>,
    /// `n: u64` for each argument.
    pub(crate) declarations: Vec<TokenStream>,
    pub(crate) arguments: Vec<Ident>,
    /// What awaiting it gives.
    pub(crate) result: TokenStream,
}

/// What awaiting a call that has an `answer`, or a cast that has none, gives.
pub(crate) fn result(otp: &Otp, answer: Option<TokenStream>) -> TokenStream {
    let (value, error) = match answer {
        Some(answer) => (answer, quote!(CallError)),
        None => (quote!(()), quote!(CastError)),
    };
    quote!(::core::result::Result<#value, #otp::#error>)
}

/// The trait `protocol`, and its implementation by `handle`, which is excused from `lints`.
pub(crate) fn protocol(
    protocol: &Ident,
    server: &Ident,
    handle: &TokenStream,
    generics: &Generics,
    methods: &[Method<'_>],
    lints: Option<&TokenStream>,
) -> TokenStream {
    let declared = methods.iter().map(|method| {
        let (cfg, attributes) = (method.cfg, &method.attributes);
        let signature = signature(method);
        quote!(#(#cfg)* #attributes #signature;)
    });
    let defined = methods.iter().map(|method| {
        let (cfg, name, arguments) = (method.cfg, method.name, &method.arguments);
        let signature = signature(method);
        quote! {
            #(#cfg)*
            #signature {
                <#handle>::#name(self, #(#arguments),*)
            }
        }
    });
    let doc = format!(" What can be asked of a [`{server}`].");
    let (impls, arguments, clause) = generics.split_for_impl();
    quote! {
        #[doc = #doc]
        #[allow(dead_code, private_interfaces, private_bounds, nonstandard_style)]
        pub trait #protocol #generics:
            ::core::clone::Clone + ::core::marker::Send + ::core::marker::Sync + 'static
        #clause
        {
            #(#declared)*
        }

        #[automatically_derived]
        #[allow(nonstandard_style)]
        #lints
        impl #impls #protocol #arguments for #handle #clause {
            #(#defined)*
        }
    }
}

fn signature(method: &Method<'_>) -> TokenStream {
    let Method {
        name,
        generics,
        declarations,
        result,
        ..
    } = method;
    let clause = generics.and_then(|generics| generics.where_clause.as_ref());
    quote! {
        fn #name #generics (
            &self,
            #(#declarations),*
        ) -> impl ::core::future::Future<Output = #result> + ::core::marker::Send #clause
    }
}
