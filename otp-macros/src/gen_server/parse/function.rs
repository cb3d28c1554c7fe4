//! Reading a function that has one of our attributes.

use std::borrow::Cow;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{
    Attribute, FnArg, PatType, PathArguments, Receiver, ReturnType, Safety, Signature, Type,
    Visibility, parse_quote,
};

use crate::carried;
use crate::errors::Errors;
use crate::gen_server::args;
use crate::gen_server::attributes::Marker;
use crate::gen_server::model::{Function, Param, ParamKind, Role};
use crate::gen_server::tables::Kind;
use crate::tokens::Tokens;
use crate::types;

pub(super) fn read(
    marker: &Marker,
    attrs: &[Attribute],
    vis: Visibility,
    signature: Signature,
    body: Tokens,
    errors: &mut Errors,
) -> Function {
    let options = args::handler(marker, errors);
    let qualifiers = qualifiers(&signature);
    let (receiver, params) = params(marker.role, signature.inputs);
    let output = match signature.output {
        ReturnType::Type(_, ty) if !types::is_unit(&ty) => Some(*ty),
        _ => None,
    };
    Function {
        role: marker.role,
        marker: marker.name.clone(),
        options,
        carried: carried::carried(attrs),
        vis,
        qualifiers,
        asyncness: signature.asyncness,
        name: signature.ident,
        generics: signature.generics,
        receiver,
        params,
        output,
        body,
    }
}

/// The signature with every form of a context made `&mut Context<Self>`: what is missing is reported by
/// us, and would be again by rustc, there or in the body.
pub(super) fn repaired(signature: &Signature) -> Cow<'_, Signature> {
    let mut signature = Cow::Borrowed(signature);
    for position in 0..signature.inputs.len() {
        if let FnArg::Typed(param) = &signature.inputs[position]
            && is_context(&param.ty)
            && let FnArg::Typed(param) = &mut signature.to_mut().inputs[position]
        {
            repair_context(&mut param.ty);
        }
    }
    signature
}

fn repair_context(ty: &mut Type) {
    match ty {
        Type::Reference(reference) => {
            reference.mutability.get_or_insert_with(Default::default);
            if let Type::Path(path) = reference.elem.as_mut()
                && let Some(last) = path.path.segments.last_mut()
                && last.arguments.is_none()
            {
                last.arguments = PathArguments::AngleBracketed(parse_quote!(<Self>));
            }
        }
        Type::Path(_) => *ty = parse_quote!(&mut #ty),
        _ => {}
    }
}

fn qualifiers(signature: &Signature) -> Vec<TokenStream> {
    let mut found = Vec::new();
    if let Some(constness) = &signature.constness {
        found.push(constness.to_token_stream());
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        found.push(unsafety.to_token_stream());
    }
    if let Some(abi) = &signature.abi {
        found.push(abi.to_token_stream());
    }
    found
}

fn params(role: Role, inputs: impl IntoIterator<Item = FnArg>) -> (Option<Receiver>, Vec<Param>) {
    let mut receiver = None;
    let mut params = Vec::new();
    for input in inputs {
        match input {
            FnArg::Receiver(found) => receiver = Some(found),
            FnArg::Typed(PatType { attrs, pat, ty, .. }) => params.push(Param {
                attrs,
                pat: *pat,
                kind: kind(role, &ty),
                ty: *ty,
            }),
        }
    }
    (receiver, params)
}

/// A parameter is known by its type, whatever its name and its place.
fn kind(role: Role, ty: &Type) -> ParamKind {
    if is_context(ty) {
        return ParamKind::Context;
    }
    match role {
        Role::Read if Kind::of_param(ty).is_some() => ParamKind::Table,
        Role::Terminate => ParamKind::Reason,
        Role::Read => ParamKind::Argument,
        _ => match types::named(ty, "ReplyTo") {
            Some(segment) => {
                let answer = types::type_arguments(segment).first().copied().cloned();
                ParamKind::Reply(answer.map(Box::new))
            }
            None => ParamKind::Argument,
        },
    }
}

/// `&mut Context<Self>`, and what is probably meant to be that: a reference to any `Context` that
/// is not the one of futures, or a `Context<Self>` by value. A plain `Context` by value may be a
/// type of the user's.
fn is_context(ty: &Type) -> bool {
    let Some(segment) = types::named(ty, "Context") else {
        return false;
    };
    let arguments = types::type_arguments(segment);
    let of_self = matches!(
        arguments.as_slice(),
        [only] if types::last_segment(only).is_some_and(|inner| inner.ident == "Self")
    );
    of_self || (types::as_reference(ty).is_some() && !types::has_lifetime_argument(segment))
}
