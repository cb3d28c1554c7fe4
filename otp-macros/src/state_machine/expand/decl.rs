//! The enum, its states without their fields, and the macro that carries it to its `impl`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Visibility, parse_quote};

use super::checked::{What, sent};
use super::scope::Scope;
use crate::bounds;
use crate::handle;
use crate::names;
use crate::server_options;
use crate::state_machine::model::Decl;
use crate::tokens;

pub(super) fn decl(decl: &Decl, sound: bool) -> TokenStream {
    let item = &decl.item;
    let carrier = carrier(decl, sound);
    if !decl.has_states() {
        return quote!(#item #carrier);
    }
    let declared = declared(decl);
    quote!(#item #declared #carrier)
}

/// What is made of the enum alone; of what is no enum, only beside an `impl` that needs it.
pub(super) fn declared(decl: &Decl) -> TokenStream {
    let states = states(decl);
    let handle = decl.generics.params.is_empty().then(|| handle(decl));
    let machine_decl = machine_decl(decl);
    quote!(#states #handle #machine_decl)
}

/// `TurnstileState`: which state, without its fields.
fn states(decl: &Decl) -> TokenStream {
    let Decl {
        vis, name, states, ..
    } = decl;
    let state = names::of(name, "State");
    let doc = format!(" The states of [`{name}`], without their fields.");
    let variants: Vec<_> = states.iter().map(|state| &state.name).collect();
    let docs = variants.iter().map(|name| format!(" The state `{name}`."));
    let texts = variants.iter().map(|name| names::text(name));
    let f = names::local("f");
    let body = if variants.is_empty() {
        quote!(match *self {})
    } else {
        quote!(#f.write_str(match self { #(Self::#variants => #texts,)* }))
    };
    quote! {
        #[doc = #doc]
        #[derive(
            ::core::clone::Clone,
            ::core::marker::Copy,
            ::core::fmt::Debug,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::hash::Hash,
        )]
        #vis enum #state {
            #(#[doc = #docs] #variants,)*
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #state {
            fn fmt(&self, #f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #body
            }
        }
    }
}

fn handle(decl: &Decl) -> TokenStream {
    let (name, otp) = (&decl.name, &decl.otp);
    let doc =
        format!(" A handle to a machine of type [`{name}`]: it can be cloned and sent anywhere.");
    let alias = names::hidden_of(name, "ServerRef");
    // Where rustc points when there is no `impl`.
    let checked = tokens::moved(
        quote!(<#name as #otp::CheckedMachine<{ <#name as #otp::MachineEnum>::CHECKED }>>::Ref),
        name.span(),
    );
    let inner = quote!(#alias);
    let handle = handle::handle(&decl.vis, name, &decl.generics, inner, &doc);
    quote! {
        #[doc(hidden)]
        #[allow(nonstandard_style)]
        type #alias = #checked;

        #handle
    }
}

/// The handle of a generic machine stands beside the `impl`, whose bounds it has.
pub(super) fn handle_of_generic(scope: &Scope<'_>) -> Option<TokenStream> {
    let decl = &scope.machine.decl;
    if decl.generics.params.is_empty() {
        return None;
    }
    let (name, otp, machine) = (&decl.name, scope.otp, scope.server);
    let doc =
        format!(" A handle to a machine of type [`{name}`]: it can be cloned and sent anywhere.");
    let inner = quote!(#otp::ServerRef<#otp::Machine<#machine>>);
    Some(handle::handle(
        &decl.vis,
        name,
        &scope.generics,
        inner,
        &doc,
    ))
}

/// What the runtime knows of the enum before it knows any handler.
fn machine_decl(decl: &Decl) -> TokenStream {
    let Decl { name, otp, .. } = decl;
    let state = names::of(name, "State");
    let options = server_options::expression(&name.to_string(), &decl.options, otp);
    let (_, arguments, _) = decl.generics.split_for_impl();
    let machine = parse_quote!(#name #arguments);
    let generics = bounds::of_server(&decl.generics, &machine);
    let (impls, arguments, clause) = generics.split_for_impl();
    let data = decl.data.as_ref();
    let data = data.map_or_else(
        || quote!(()),
        |data| sent(What::Data, data, quote!(#data), &decl.generics, otp),
    );
    let names: Vec<_> = decl.states.iter().map(|state| &state.name).collect();
    let terminal: Vec<_> = decl
        .states
        .iter()
        .filter(|state| state.terminal)
        .map(|state| &state.name)
        .collect();
    let known = names::local("state");
    let is_terminal = (!terminal.is_empty()).then(|| {
        quote! {
            #[inline]
            fn is_terminal(#known: #state) -> bool {
                ::core::matches!(#known, #(#state::#terminal)|*)
            }
        }
    });
    let body = if names.is_empty() {
        // Reported: no enum, or none with states.
        quote!(loop {})
    } else {
        quote!(match self { #(Self::#names { .. } => #state::#names,)* })
    };
    quote! {
        #[automatically_derived]
        impl #impls #otp::MachineDecl for #name #arguments #clause {
            const OPTIONS: #otp::Options = #options;

            type Data = #data;
            type State = #state;

            #[inline]
            fn state(&self) -> #state {
                #body
            }

            #is_terminal
        }
    }
}

/// A macro with the name of the enum, which comes along wherever the enum is imported: it brings the
/// enum's tokens to those of the `impl`.
fn carrier(decl: &Decl, sound: bool) -> TokenStream {
    let Decl {
        args,
        typed,
        name,
        otp,
        ..
    } = decl;
    let carrier = format_ident!("__machine_{}", names::text(name));
    let vis: Visibility = match &decl.vis {
        Visibility::Public(_) => parse_quote!(pub(crate)),
        other => other.clone(),
    };
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros, nonstandard_style)]
        macro_rules! #carrier {
            ($($block:tt)*) => {
                #otp::__state_machine! { {#sound} {#args} {#typed} $($block)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        #vis use #carrier as #name;
    }
}
