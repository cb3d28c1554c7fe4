//! The tree's own type, and how it is started.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Level, Scope, build};
use crate::show::show;
use crate::supervisor::model::{Child, Kind, Param};
use crate::supervisor::uses::{self, Name};
use crate::{lints, names, tokens, types};

pub(super) fn start(scope: &Scope<'_>, level: &Level<'_>) -> TokenStream {
    let Scope { tree, otp, .. } = scope;
    let (vis, name, carried) = (&tree.vis, &tree.name, &tree.carried);
    let (cfg, docs, others) = (&carried.cfg, &carried.docs, &carried.others);
    let generics = &scope.generics;
    let (impls, arguments, clause) = generics.split_for_impl();
    let phantom = super::handle::phantom(scope).map(|ty| {
        let field = names::phantom();
        quote!(#field: #ty,)
    });
    let list = list(scope, level);
    let handle = level.handle_type(scope);
    let started = quote!(#otp::SupervisorStart<#handle>);
    let declarations: Vec<TokenStream> = tree
        .params
        .iter()
        .map(|param| {
            let (name, ty) = (&param.name, argument_type(scope, &param.ty));
            quote!(#name: #ty)
        })
        .collect();
    let (body, child) = if scope.broken {
        (quote!(loop {}), quote!(loop {}))
    } else {
        (start_body(scope, level), child_body(scope, level))
    };
    let unused = scope.broken.then(|| quote!(#[allow(unused_variables)]));
    let lints = lints::METHODS;
    // Whoever asks for the definition is shown the tree.
    let start_name = Ident::new("start", name.span());
    let child_name = Ident::new("child", name.span());
    quote! {
        #(#cfg)*
        #(#docs)*
        #list
        #(#others)*
        #[allow(dead_code)]
        #vis struct #name #generics #clause {
            never: ::core::convert::Infallible,
            #phantom
        }

        #(#cfg)*
        #lints
        impl #impls #name #arguments #clause {
            /// Starts the tree: its children from top to bottom, each when the one above it runs.
            #[allow(dead_code, private_interfaces, unused_braces)]
            #unused
            #vis fn #start_name(#(#declarations),*) -> #started {
                #body
            }

            /// The tree as a child of another one, or for `otp::run`.
            #[must_use]
            #[allow(dead_code, private_interfaces)]
            #unused
            #vis fn #child_name(#(#declarations),*) -> #otp::ChildSpec<#started> {
                #child
            }
        }

        #(#cfg)*
        #[automatically_derived]
        impl #impls #otp::Supervisable for #name #arguments #clause {
            type Ref = #handle;
        }
    }
}

/// The arguments in their wrappers, and the supervisor.
fn start_body(scope: &Scope<'_>, level: &Level<'_>) -> TokenStream {
    let params = &scope.tree.params;
    let names: Vec<Name> = params.iter().map(Name::of).collect();
    let children = &level.body.children;
    // An argument that no child uses is left alone, for rustc to warn of.
    let is_used = |name: &Name| {
        let name = std::slice::from_ref(name);
        let mut children = children.iter();
        children.any(|child| !uses::by_child(child, name).is_empty())
    };
    let used = params.iter().zip(&names).filter(|(_, name)| is_used(name));
    let kept: TokenStream = used.map(|(param, _)| kept(scope, param)).collect();
    let supervisor = build::supervisor(scope, level, &names);
    quote!(#kept #supervisor)
}

/// A spec that starts the tree with clones of the arguments.
fn child_body(scope: &Scope<'_>, level: &Level<'_>) -> TokenStream {
    let otp = scope.otp;
    let (params, path) = (&scope.tree.params, &level.path);
    let kept: TokenStream = params.iter().map(|param| kept(scope, param)).collect();
    let clones = params
        .iter()
        .map(|param| build::clone_of_argument(scope, param));
    quote!(#kept #otp::ChildSpec::new(#path, move || Self::start(#(#clones),*)))
}

fn kept(scope: &Scope<'_>, param: &Param) -> TokenStream {
    let name = &param.name;
    let carried = build::carried(scope, param, &quote!(#name));
    quote!(let #name = #carried;)
}

/// The type of an argument; after a mistake something near that compiles.
fn argument_type(scope: &Scope<'_>, ty: &syn::Type) -> TokenStream {
    if !scope.broken {
        return quote!(#ty);
    }
    let reported = types::has_impl_trait(ty) || types::borrows(ty, &[]);
    if let Some(unknown) = scope.unknown.as_ref().filter(|_| reported) {
        return unknown.clone();
    }
    if types::has_impl_trait(ty) {
        return quote!(());
    }
    tokens::with_static(&quote!(#ty))
}

/// The docs that list the children.
fn list(scope: &Scope<'_>, level: &Level<'_>) -> TokenStream {
    let mut lines = Vec::new();
    if scope.tree.carried.docs.is_empty() {
        lines.push(format!(" The supervision tree `{}`.", level.path));
    }
    lines.push(String::new());
    lines.push(String::from(" # Children"));
    lines.push(String::new());
    children(level, 0, &mut lines);
    quote!(#(#[doc = #lines])*)
}

fn children(level: &Level<'_>, depth: usize, lines: &mut Vec<String>) {
    for child in &level.body.children {
        let Child { name, kind, .. } = child;
        let what = match kind {
            Kind::Server(server) => format!("`{}`", show(&server.ty)),
            Kind::Nested(_) => String::from("a supervisor"),
            Kind::Dynamic(dynamic) => format!("any number of `{}`", show(&dynamic.ty)),
            Kind::Partition(partition) => format!("partitions of `{}`", show(&partition.ty)),
            Kind::Tasks => String::from("tasks"),
            Kind::Registry(key, server) => {
                format!("`{}` by `{}`", show(server), show(key))
            }
            Kind::Wrong => continue,
        };
        let indent = "  ".repeat(depth);
        lines.push(format!(" {indent}* `{}`: {what}", names::text(name)));
        if let Kind::Nested(body) = kind {
            children(&level.down(child, body), depth + 1, lines);
        }
    }
}
