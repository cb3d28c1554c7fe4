//! The closure that makes a supervisor's children, one after the other.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::checked::{self, What};
use super::{Level, Scope, options, own_type};
use crate::supervisor::model::{Child, Dynamic, Kind, Make, Param, Partition, Server};
use crate::supervisor::uses::{self, Name};
use crate::{names, suspects, tokens};

/// `Supervisor::start(name, flags, move |children| { .. })`, where `names` can be used.
pub(super) fn supervisor(scope: &Scope<'_>, level: &Level<'_>, names: &[Name]) -> TokenStream {
    let otp = scope.otp;
    let (path, flags) = (&level.path, options::flags(level.body, otp));
    let children = names::local("children");
    let mut known = names.to_vec();
    let mut steps = TokenStream::new();
    let mut fields = TokenStream::new();
    for child in &level.body.children {
        let Child { carried, name, .. } = child;
        let cfg = &carried.cfg;
        let added = added(scope, level, child, &known);
        steps.extend(quote!(#(#cfg)* let #name = #added;));
        fields.extend(quote!(#(#cfg)* #name,));
        known.push(Name {
            ident: name.clone(),
            cfg: cfg.clone(),
        });
    }
    let phantom = super::handle::phantom(scope).map(|_| {
        let field = names::phantom();
        quote!(#field: ::core::marker::PhantomData,)
    });
    let handle = names::handle(&level.stem);
    let all = names::children(&level.stem);
    quote! {
        #otp::Supervisor::start(#path, #flags, move |#children| {
            #steps
            #handle {
                supervisor: #children.supervisor(),
                children: ::std::sync::Arc::new(#all { #fields #phantom }),
            }
        })
    }
}

/// The handle of one child, which is made before it runs.
fn added(scope: &Scope<'_>, level: &Level<'_>, child: &Child, known: &[Name]) -> TokenStream {
    let otp = scope.otp;
    let used = uses::by_child(child, known);
    let kept = kept(scope, &used);
    let mut taken = kept.clone();
    let id = names::text(&child.name);
    let children = names::local("children");
    let (started, options) = match &child.kind {
        Kind::Server(server) => {
            taken = used_up(scope, &used);
            let ty = checked::named(scope, level, child, What::Child, &server.ty);
            (start(server, &ty), options::child(&child.options, otp))
        }
        Kind::Nested(body) => (
            supervisor(scope, &level.down(child, body), &used),
            options::child(&child.options, otp),
        ),
        Kind::Dynamic(dynamic) => (
            start_dynamic(scope, level, child, dynamic, &used),
            TokenStream::new(),
        ),
        Kind::Partition(partition) => (
            start_partition(scope, level, child, partition, &used),
            TokenStream::new(),
        ),
        Kind::Tasks => {
            let name = path(level, child);
            (
                quote!(#otp::TaskSupervisor::start(#name)),
                options::child(&child.options, otp),
            )
        }
        Kind::Registry(key, ty) => {
            let name = path(level, child);
            let key = checked::named(scope, level, child, What::Key, key);
            let server = checked::named(scope, level, child, What::Server, ty);
            (
                quote!(<#otp::Registry<#key, #server>>::start(#name)),
                options::child(&child.options, otp),
            )
        }
        Kind::Wrong => (quote!(loop {}), TokenStream::new()),
    };
    // Where rustc points when what the child uses cannot be sent.
    let span = child.name.span();
    let new = tokens::respan(quote!(#otp::ChildSpec::new), span);
    let make = tokens::respan(quote!(move ||), span);
    let spec = quote!(#new(#id, #make { #taken #started }) #options);
    quote!({ #kept #children.add(#spec) })
}

fn path(level: &Level<'_>, child: &Child) -> String {
    format!("{}.{}", level.path, names::text(&child.name))
}

/// Clones of what is used, for a closure to keep.
///
/// An argument of the tree is kept as a value that has been shown to be `Send`, so that one that
/// cannot be sent is one error, at its type.
fn kept(scope: &Scope<'_>, used: &[Name]) -> TokenStream {
    clones(scope, used, |param| {
        carried(scope, param, &clone_of_argument(scope, param))
    })
}

/// Clones of what is used, for an expression to use up.
fn used_up(scope: &Scope<'_>, used: &[Name]) -> TokenStream {
    clones(scope, used, |param| clone_of_argument(scope, param))
}

fn clones(
    scope: &Scope<'_>,
    used: &[Name],
    of_argument: impl Fn(&Param) -> TokenStream,
) -> TokenStream {
    let clone = |Name { ident, cfg }: &Name| {
        let mut params = scope.tree.params.iter();
        let clone = params.find(|param| param.name == *ident).map_or_else(
            || quote!(::core::clone::Clone::clone(&#ident)),
            &of_argument,
        );
        quote!(#(#cfg)* #[allow(unused_variables)] let #ident = #clone;)
    };
    used.iter().map(clone).collect()
}

/// Whether an argument can be cloned is for its type to say, so rustc points there.
pub(super) fn clone_of_argument(scope: &Scope<'_>, param: &Param) -> TokenStream {
    let (otp, name, ty) = (scope.otp, &param.name, &param.ty);
    quote!(<#ty as #otp::ClonedArgument>::again(#name.get()))
}

/// An argument in a wrapper that is `Send`; whether the value is, rustc says at its type.
pub(super) fn carried(scope: &Scope<'_>, param: &Param, value: &TokenStream) -> TokenStream {
    let (otp, ty) = (scope.otp, &param.ty);
    quote!(<#ty as #otp::TreeArgument>::keep(#value))
}

/// `Rates::start(config.feed)`, where rustc points at the type and at the arguments.
fn start(server: &Server, ty: &TokenStream) -> TokenStream {
    let args = &server.args;
    let span = suspects::suspect(&server.ty);
    let start = Ident::new("start", span);
    let function = tokens::moved(quote!(<>), span);
    let mut brackets = function.into_iter();
    let (open, close) = (brackets.next(), brackets.next());
    let colons = tokens::moved(quote!(::), span);
    let args = args.as_ref().map(ToTokens::to_token_stream);
    quote!(#open #ty #close #colons #start #args)
}

fn start_dynamic(
    scope: &Scope<'_>,
    level: &Level<'_>,
    child: &Child,
    dynamic: &Dynamic,
    used: &[Name],
) -> TokenStream {
    let otp = scope.otp;
    let Dynamic {
        ty, make, options, ..
    } = dynamic;
    let name = path(level, child);
    let ty = checked::named(scope, level, child, What::Server, ty);
    let flags = options::dynamic_flags(options, &child.options, otp);
    let Some(make) = make else {
        return quote!(<#otp::DynamicSupervisor<#ty>>::start(#name, #flags));
    };
    let own = own_type(&make.inputs);
    let closure = closure(scope, make, used);
    quote!(<#otp::DynamicSupervisor<#ty, #own>>::start_with(#name, #flags, #closure))
}

fn start_partition(
    scope: &Scope<'_>,
    level: &Level<'_>,
    child: &Child,
    partition: &Partition,
    used: &[Name],
) -> TokenStream {
    let otp = scope.otp;
    let Partition {
        ty,
        count,
        make,
        options,
        ..
    } = partition;
    let name = path(level, child);
    let span = suspects::suspect(ty);
    let ty = checked::named(scope, level, child, What::Server, ty);
    let flags = options::partition_flags(options, &child.options, otp);
    let count = count.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |count| quote!(::core::option::Option::Some(#count)),
    );
    let each_alike = || {
        let start = tokens::moved(quote!(<#ty>::start()), span);
        quote!(move |_: usize| #start)
    };
    let closure = make
        .as_ref()
        .map_or_else(each_alike, |make| closure(scope, make, used));
    quote!(#otp::PartitionSupervisor::start(#name, #count, #flags, #closure))
}

/// The user's closure, which may be called any number of times: each call has clones of its own.
fn closure(scope: &Scope<'_>, make: &Make, used: &[Name]) -> TokenStream {
    let (patterns, own) = (
        make.inputs.iter().map(|(pat, _)| pat),
        own_type(&make.inputs),
    );
    let (kept, taken) = (kept(scope, used), used_up(scope, used));
    let body = &make.body;
    let pattern = if let [(only, _)] = make.inputs.as_slice() {
        quote!(#only)
    } else {
        quote!((#(#patterns),*))
    };
    // The clones come first, so that the closure's own names hide them.
    let own_name = names::local("own");
    quote! {
        {
            #kept
            move |#own_name: #own| {
                #taken
                let #pattern = #own_name;
                #body
            }
        }
    }
}
