//! The handle's type, `CounterRef`, and the struct's `ServerDecl`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Type, parse_quote};

use crate::bounds;
use crate::duration;
use crate::gen_server::model::{Decl, DeclOptions, Mailbox, Timeout};

use crate::names;
use crate::paths::Otp;
use crate::tokens;

/// The server's type as its own module writes it, `Cache<K, V>`.
pub(super) fn server_type(decl: &Decl) -> Type {
    let name = &decl.name;
    let (_, arguments, _) = decl.generics.split_for_impl();
    parse_quote!(#name #arguments)
}

/// The struct and what makes it as good as a `ServerRef`.
pub(super) fn handle(decl: &Decl, otp: &Otp) -> TokenStream {
    let Decl { vis, generics, .. } = decl;
    let handle = names::handle(&decl.name);
    let server = server_type(decl);
    let inner = quote!(#otp::ServerRef<#server>);
    let (impls, arguments, clause) = generics.split_for_impl();
    let doc = format!(
        " A handle to a server of type [`{}`]: it can be cloned and sent anywhere.",
        decl.name
    );
    let (f, other, state, server_ref) = (
        names::local("f"),
        names::local("other"),
        names::local("state"),
        names::local("server"),
    );
    let tokens = quote! {
        #[doc = #doc]
        #[allow(nonstandard_style)]
        #vis struct #handle #generics #clause {
            server: #inner,
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
    };
    // Where rustc points when there is such a type already, or no method of a name.
    tokens::respan(tokens, decl.name.span())
}

/// What the runtime knows of the struct before it knows any handler.
pub(super) fn server_decl(decl: &Decl, otp: &Otp) -> TokenStream {
    let name = &decl.name;
    let handle = names::handle(name);
    let server = server_type(decl);
    let options = options(&name.to_string(), &decl.options, otp);
    let (shared, share, predicate) = super::reads::shared(decl, otp);
    let mut generics = bounds::of_server(&decl.generics, &server);
    if let Some(predicate) = predicate.filter(|_| !decl.generics.params.is_empty()) {
        generics = bounds::and(&generics, predicate);
    }
    let (impls, arguments, clause) = generics.split_for_impl();
    let returned = (!share.is_empty()).then(|| quote!(-> #shared));
    let header = tokens::respan(quote!(#otp::ServerDecl for #server), name.span());
    quote! {
        #[automatically_derived]
        impl #impls #header #clause {
            const OPTIONS: #otp::Options = #options;

            type Ref = #handle #arguments;
            type Shared = #shared;

            fn share(&self) #returned {
                #share
            }
        }
    }
}

/// The constant expression of the options; those that were not given keep the runtime's default.
fn options(type_name: &str, options: &DeclOptions, otp: &Otp) -> TokenStream {
    let mut built = quote!(#otp::Options::new(#type_name));
    match &options.mailbox {
        Some(Mailbox::Bounded(places)) => built.extend(quote!(.mailbox(#places))),
        Some(Mailbox::Unbounded) => built.extend(quote!(.unbounded())),
        None => {}
    }
    if options
        .on_restart
        .as_ref()
        .is_some_and(|word| word == "keep")
    {
        built.extend(quote!(.keep_mailbox()));
    }
    if let Some(policy) = &options.overflow {
        let variant = names::variant(policy);
        built.extend(quote!(.overflow(#otp::Overflow::#variant)));
    }
    match &options.call_timeout {
        Some(Timeout::After(duration)) => {
            let duration = duration::expression(*duration);
            built.extend(quote!(.call_timeout(#duration)));
        }
        Some(Timeout::Never) => {
            built.extend(quote!(.call_timeout(::core::time::Duration::MAX)));
        }
        None => {}
    }
    if let Some(donate) = &options.donate {
        let variant = names::variant(donate);
        built.extend(quote!(.donate(#otp::Donate::#variant)));
    }
    if let Some(duration) = options.slow_handler {
        let duration = duration::expression(duration);
        built.extend(quote!(.slow_handler(#duration)));
    }
    if let Some(name) = &options.name {
        built.extend(quote!(.name(#name)));
    }
    built
}
