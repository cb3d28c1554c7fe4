//! The user's functions, emitted where the user wrote them, and their signatures for the carrier.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{FnArg, Path, PathArguments, Signature, Type, parse_quote};

use super::conditions;
use crate::bounds;
use crate::lints;
use crate::names;
use crate::state_machine::check;
use crate::state_machine::model::{Block, Function, Param, ParamKind, Source};
use crate::types;

pub(super) fn functions(block: &Block, sound: bool) -> TokenStream {
    let Block {
        attrs,
        args,
        head,
        others,
        self_ty,
        ..
    } = block;
    let lints = lints::CLAUSES;
    let emitted = block.functions.iter().map(|function| {
        let attrs = &function.attrs;
        let signature = signature(block, function);
        let body = &function.body;
        quote!(#(#attrs)* #signature #body)
    });
    // What the handlers are given exists only for a machine that can be sent.
    let generics = bounds::of_server(&block.generics, self_ty);
    let (impls, _, clause) = generics.split_for_impl();
    let own = attrs.iter().filter(|attr| !attr.path().is_ident("doc"));
    let cfgs: Vec<_> = attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .collect();
    let bounds = lints::bounds(&block.generics);
    let others = (!others.is_empty()).then(|| {
        quote! {
            #(#own)*
            #bounds
            impl #impls #self_ty #clause {
                #others
            }
        }
    });
    let signatures = carried(block);
    let mut carrier = block.path.clone();
    if let Some(last) = carrier.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    let tokens = quote!({#sound} {#args} {#head { #signatures }});
    let call = conditions::call(&carrier, block, &cfgs, &tokens);
    quote! {
        #(#attrs)*
        #lints
        #bounds
        impl #impls #self_ty #clause {
            #(#emitted)*
        }
        #others
        #call
    }
}

/// The signature with the clause's own name, and with `Next` made the type of what it may do.
fn signature(block: &Block, function: &Function) -> Signature {
    let mut signature = function.signature.clone();
    signature.ident = emitted_name(function);
    let next = next_path(block, function);
    let mut params = function.params.iter();
    for input in &mut signature.inputs {
        if let FnArg::Typed(param) = input {
            let read = params.next();
            if read.is_some_and(is_wrong_context) {
                // Reported, and rustc would say the same with other words.
                *param.ty = parse_quote!(&mut ::otp::__private::MachineContext<Self>);
            }
            let reference = match param.ty.as_mut() {
                Type::Reference(reference) => reference.elem.as_mut(),
                other => other,
            };
            if matches!(types::bare(reference), Type::Path(path) if path.path.is_ident("Next")) {
                *reference = next.clone();
            }
        }
    }
    signature
}

fn is_wrong_context(param: &Param) -> bool {
    matches!(param.kind, ParamKind::Context)
        && types::as_reference(&param.ty).is_some()
        && !check::params::is_context(&param.ty)
}

/// The name under which a clause is emitted: the event's own for the first.
pub(super) fn emitted_name(function: &Function) -> Ident {
    if function.clause == 0 {
        return function.name.clone();
    }
    let text = format!("__{}_{}", names::text(&function.name), function.clause);
    Ident::new(&text, function.name.span())
}

/// `TurnstilePushNext<'_, T>`, where the user wrote `Next`.
fn next_path(block: &Block, function: &Function) -> Type {
    let name = next_name(block, function);
    let params = bounds::names(&block.generics);
    let path: Path = if params.is_empty() {
        parse_quote!(#name<'_>)
    } else {
        parse_quote!(#name<'_, #(#params),*>)
    };
    parse_quote!(#path)
}

/// `TurnstilePushNext`; for a further clause `TurnstileCoinInUnlockedNext`.
pub(super) fn next_name(block: &Block, function: &Function) -> Ident {
    let machine = &block
        .path
        .segments
        .last()
        .expect("a path has a segment")
        .ident;
    let event = names::in_type(&function.name);
    let place = if function.clause == 0 {
        String::new()
    } else {
        let sources = function.on.iter().flat_map(|on| &on.sources);
        let states: Vec<_> = sources.map(state_text).collect();
        format!("In{}", states.join("Or"))
    };
    let text = format!("{}{event}{place}Next", names::text(machine));
    Ident::new(&text, function.name.span())
}

fn state_text(source: &Source) -> String {
    let name = source.typed.as_ref().map(names::text);
    name.unwrap_or_else(|| "Others".into())
}

/// The block for the carrier: signatures and attributes, and of the bodies only the words that the
/// checks look for.
fn carried(block: &Block) -> TokenStream {
    let handlers = block.functions.iter().map(|function| {
        let Function {
            attrs,
            vis,
            signature,
            body,
            ..
        } = function;
        let markers = &function.markers;
        let words = words(body.clone());
        let nexts = nexts(function);
        quote!(#(#attrs)* #(#markers)* #vis #signature { #words #nexts })
    });
    let makers = block.makers.iter();
    let makers = makers.map(|maker| maker.signature.to_token_stream());
    let plain = block.helpers.iter();
    let plain = plain.filter(|name| block.makers.iter().all(|maker| maker.name != **name));
    let helpers = makers
        .chain(plain.map(|name| quote!(fn #name())))
        .map(|signature| quote!(#signature {}));
    let strays = &block.strays;
    quote!(#(#handlers)* #(#helpers)* #strays)
}

/// The calls of `next`, of their arguments only how many.
fn nexts(function: &Function) -> Option<TokenStream> {
    let mut params = function.params.iter();
    let next = params.find(|param| matches!(param.kind, ParamKind::Next))?;
    let next = next.name()?;
    let calls = function.nexts.iter().map(|call| {
        let method = &call.method;
        // What cannot be read stays so.
        let arguments = call.arguments.map_or_else(
            || quote!(?),
            |count| quote!(_,).into_iter().cycle().take(2 * count).collect(),
        );
        quote!(#next.#method(#arguments);)
    });
    let away = function.gives_next_away.then(|| quote!(#next;));
    Some(calls.chain(away).collect())
}

fn words(tokens: TokenStream) -> TokenStream {
    const WHOLE: [&str; 2] = ["stop", "within"];
    const BEGINNINGS: [&str; 2] = ["start_", "update_"];
    let mut found = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => found.extend(words(group.stream())),
            TokenTree::Ident(ident) => {
                let text = ident.to_string();
                if WHOLE.contains(&text.as_str())
                    || BEGINNINGS
                        .iter()
                        .any(|beginning| text.starts_with(beginning))
                {
                    ident.to_tokens(&mut found);
                }
            }
            _ => {}
        }
    }
    found
}
