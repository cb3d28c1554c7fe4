//! Questions about types and tokens that can be answered without the compiler.

use proc_macro2::{Delimiter, TokenTree};
use quote::ToTokens;
use syn::{
    GenericArgument, Ident, Lifetime, PathArguments, PathSegment, Receiver, ReceiverKind, Type,
    TypeParamBound, TypeReference,
};

use crate::show::show;
use crate::tokens::{Tokens, mentions, replace_self, with_static};

/// The type inside invisible groups and parentheses.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}

/// The reference, if it is one.
pub(crate) fn as_reference(ty: &Type) -> Option<&TypeReference> {
    match bare(ty) {
        Type::Reference(reference) => Some(reference),
        _ => None,
    }
}

/// `Context<Self>` of `otp::Context<Self>`; nothing for what is not a path.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match bare(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// The last segment of a path, or of a reference to one, when that is `name`.
pub(crate) fn named<'a>(ty: &'a Type, name: &str) -> Option<&'a PathSegment> {
    let inner = as_reference(ty).map_or(ty, |reference| &reference.elem);
    last_segment(inner).filter(|segment| segment.ident == name)
}

/// The types between the angle brackets.
pub(crate) fn type_arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// Whether a lifetime stands between the angle brackets, as in `std::task::Context<'_>`.
pub(crate) fn has_lifetime_argument(segment: &PathSegment) -> bool {
    matches!(&segment.arguments, PathArguments::AngleBracketed(arguments)
        if arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Lifetime(_))))
}

/// Whether it is `()`.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(bare(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether a receiver is `&mut self`.
pub(crate) fn is_mutable(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) => {
            as_reference(ty).is_some_and(|reference| reference.mutability.is_some())
        }
        _ => false,
    }
}

/// Whether a value of this type borrows from its sender: a reference or a lifetime other than
/// `'static` outside the signature of a function. The lifetimes in `known` are not looked at.
pub(crate) fn borrows(ty: &Type, known: &[&Lifetime]) -> bool {
    let short = |lifetime: &Lifetime| lifetime.ident != "static" && !known.contains(&lifetime);
    match bare(ty) {
        Type::Reference(reference) => {
            reference.lifetime.as_ref().is_none_or(short) || borrows(&reference.elem, known)
        }
        Type::Path(path) => {
            let qself = path.qself.as_ref();
            qself.is_some_and(|qself| borrows(&qself.ty, known))
                || path
                    .path
                    .segments
                    .iter()
                    .any(|segment| match &segment.arguments {
                        PathArguments::AngleBracketed(arguments) => {
                            arguments.args.iter().any(|argument| match argument {
                                GenericArgument::Lifetime(lifetime) => short(lifetime),
                                GenericArgument::Type(ty) => borrows(ty, known),
                                GenericArgument::AssocType(assoc) => borrows(&assoc.ty, known),
                                _ => false,
                            })
                        }
                        _ => false,
                    })
        }
        Type::Array(array) => borrows(&array.elem, known),
        Type::Slice(slice) => borrows(&slice.elem, known),
        Type::Tuple(tuple) => tuple.elems.iter().any(|elem| borrows(elem, known)),
        Type::TraitObject(object) => object.bounds.iter().any(|bound| match bound {
            TypeParamBound::Lifetime(lifetime) => short(lifetime),
            _ => false,
        }),
        _ => false,
    }
}

/// The name, of a type that is written as no more than that.
pub(crate) fn lone_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

/// The type's tokens for a place outside the user's `impl` block of `self_ty`.
pub(crate) fn outside(ty: &Type, self_ty: &Type) -> Tokens {
    match lone_name(ty).filter(|name| *name != "Self") {
        Some(name) => name.clone().into(),
        None => replace_self(ty.to_token_stream(), self_ty),
    }
}

/// Whether `impl Trait` stands anywhere in it.
pub(crate) fn has_impl_trait(ty: &Type) -> bool {
    lone_name(ty).is_none() && mentions(ty.to_token_stream(), "impl")
}

/// The owned type to write in place of a borrowed one.
pub(crate) fn owned(ty: &Type) -> String {
    match bare(ty) {
        Type::Reference(reference) => match bare(&reference.elem) {
            Type::Slice(slice) => format!("Vec<{}>", show(&slice.elem)),
            Type::TraitObject(object) => format!("Box<{} + Send>", show(object)),
            inner => match last_segment(inner).map(|segment| segment.ident.to_string()) {
                Some(name) if name == "str" => "String".into(),
                Some(name) if name == "Path" => "PathBuf".into(),
                Some(name) if name == "OsStr" => "OsString".into(),
                Some(name) if name == "CStr" => "CString".into(),
                _ => owned(inner),
            },
        },
        Type::Path(path) => {
            let Some(segment) = path.path.segments.last() else {
                return show(path);
            };
            match (
                type_arguments(segment).as_slice(),
                segment.ident.to_string().as_str(),
            ) {
                ([inner], "Cow") => owned_target(inner),
                ([inner], name @ ("Option" | "Vec" | "Box" | "Arc")) => {
                    format!("{name}<{}>", owned(inner))
                }
                _ => show(with_static(&path.to_token_stream())),
            }
        }
        Type::Tuple(tuple) => {
            let parts: Vec<_> = tuple.elems.iter().map(owned).collect();
            format!("({})", parts.join(", "))
        }
        other => show(with_static(&other.to_token_stream())),
    }
}

/// What `Cow<T>` owns.
fn owned_target(ty: &Type) -> String {
    let reference: Type = syn::parse_quote!(&#ty);
    owned(&reference)
}

/// Whether a type is well known and not what `#[init]` can return. About others the compiler knows
/// more.
pub(crate) fn never_state(ty: &Type) -> bool {
    const OTHERS: [&str; 12] = [
        "Box", "Arc", "Rc", "Mutex", "RwLock", "RefCell", "Vec", "String", "bool", "u32", "u64",
        "usize",
    ];
    match last_segment(ty) {
        Some(last) => OTHERS.iter().any(|name| last.ident == name),
        None => matches!(bare(ty), Type::Tuple(_) | Type::Array(_) | Type::Never(_)),
    }
}

/// Whether a body is nothing but `{}`.
pub(crate) fn is_empty_body(body: &Tokens) -> bool {
    matches!(
        body.trees(),
        [TokenTree::Group(group)]
            if group.delimiter() == Delimiter::Brace && group.stream().is_empty()
    )
}

#[cfg(test)]
mod tests {
    use syn::{Type, parse_quote};

    use super::{borrows, owned};

    #[test]
    fn borrowed_types() {
        let borrowed: [Type; 5] = [
            parse_quote!(&str),
            parse_quote!(Option<&'a str>),
            parse_quote!(Cow<'_, str>),
            parse_quote!((u32, &[u8])),
            parse_quote!(Box<dyn Error + 'a>),
        ];
        let owned: [Type; 5] = [
            parse_quote!(&'static str),
            parse_quote!(Box<dyn Fn(&str) -> usize + Send>),
            parse_quote!(fn(&str) -> &str),
            parse_quote!(Cow<'static, str>),
            parse_quote!([u8; 4]),
        ];
        assert!(borrowed.iter().all(|ty| borrows(ty, &[])));
        assert!(owned.iter().all(|ty| !borrows(ty, &[])));
    }

    #[test]
    fn what_to_write_instead() {
        let instead = |ty: Type| owned(&ty);
        assert_eq!(instead(parse_quote!(&str)), "String");
        assert_eq!(instead(parse_quote!(&[u8])), "Vec<u8>");
        assert_eq!(instead(parse_quote!(&mut Order)), "Order");
        assert_eq!(instead(parse_quote!(Option<&Path>)), "Option<PathBuf>");
        assert_eq!(instead(parse_quote!(Cow<'_, str>)), "String");
        assert_eq!(instead(parse_quote!(Parser<'a>)), "Parser<'static>");
        assert_eq!(instead(parse_quote!(&dyn Error)), "Box<dyn Error + Send>");
    }
}
