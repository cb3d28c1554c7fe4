//! `Counter::start` and its sisters, and `Counter::whereis`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::Attribute;

use super::handle::server_type;
use super::scope::{Scope, arguments};
use crate::gen_server::model::{Decl, Function, Role};
use crate::lints;
use crate::names;
use crate::paths::Otp;
use crate::tokens::{self, Values};

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
    let functions = [
        ("start", "Start", "", None),
        (
            "start_link",
            "Start",
            ", linked to the caller",
            Some("link"),
        ),
        (
            "start_monitor",
            "StartMonitor",
            ", monitored by the caller",
            Some("monitored"),
        ),
    ];
    // What is there already has been reported.
    let is_taken = |name: &str| {
        let functions = block.functions.iter().map(|function| &function.name);
        let mut all = functions.chain(&block.helpers);
        all.any(|function| function == name)
    };
    let functions = functions
        .into_iter()
        .filter(|(name, ..)| !is_taken(name))
        .map(|(name, result, what, then)| {
            // Whoever asks for the definition of `start` is shown `init`.
            let ident = Ident::new(name, init.name.span());
            let result = Ident::new(result, Span::call_site());
            let docs = Docs::new(init, what);
            let others = &init.carried.others;
            let (values, types) = (Values(arguments(init)), scope.argument_types(init));
            let names = &values.0;
            if scope.broken {
                let declarations = scope.declarations(init);
                let generics = &init.generics;
                let clause = &generics.where_clause;
                return quote! {
                    #docs
                    #(#others)*
                    #[allow(unused_variables)]
                    pub fn #ident #generics (#(#declarations),*)
                        -> #otp::#result<#server> #clause { loop {} }
                };
            }
            let then = then.map(|then| Ident::new(then, Span::call_site()));
            let then = then.iter();
            // Not by way of `start`: there may be another one, which is an error of its own.
            quote! {
                #docs
                #(#others)*
                pub fn #ident(#(#names: #types),*) -> #otp::#result<#server> {
                    <#otp::Start<#server>>::new(#values) #(.#then())*
                }
            }
        });
    let functions: TokenStream = functions.collect();
    let lints = lints::START;
    Some(quote! {
        #lints
        impl #impls #server #clause {
            #functions
        }
    })
}

/// The docs of a starting function: those of `init`, or what can be said without them.
struct Docs<'a> {
    users: &'a [Attribute],
    ours: Option<String>,
}

impl<'a> Docs<'a> {
    fn new(init: &'a Function, what: &str) -> Self {
        let users = init.carried.docs.as_slice();
        let ours = if users.is_empty() {
            let name = names::text(&init.name);
            Some(format!(" Starts a server with `{name}`{what}."))
        } else if what.is_empty() {
            None
        } else {
            Some(format!(" Starts the server{what}."))
        };
        Docs { users, ours }
    }
}

impl ToTokens for Docs<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(self.users);
        if let Some(ours) = &self.ours {
            if !self.users.is_empty() {
                tokens::doc("", tokens);
            }
            tokens::doc(ours, tokens);
        }
    }
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
