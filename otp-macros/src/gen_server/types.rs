//! Questions about types and tokens that can be answered without the compiler.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    GenericArgument, Lifetime, PathArguments, PathSegment, Receiver, ReceiverKind, Type,
    TypeParamBound, TypeReference,
};

use crate::show::show;

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
                || path.path.segments.iter().any(|segment| match &segment.arguments {
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

/// Whether `impl Trait` stands anywhere in it.
pub(crate) fn has_impl_trait(ty: &Type) -> bool {
    mentions(ty.to_token_stream(), "impl")
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
            match (type_arguments(segment).as_slice(), segment.ident.to_string().as_str()) {
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

/// The tokens with every lifetime made `'static`, those of `&` included.
pub(crate) fn with_static(tokens: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                tokens.next();
                out.extend(quote!('static));
            }
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                out.extend([TokenTree::Punct(punct)]);
                let named = |next: &TokenTree| matches!(next, TokenTree::Punct(p) if p.as_char() == '\'');
                if !tokens.peek().is_some_and(named) {
                    out.extend(quote!('static));
                }
            }
            TokenTree::Group(group) => {
                let inner = with_static(&group.stream());
                out.extend([regroup(&group, inner)]);
            }
            other => out.extend([other]),
        }
    }
    out
}

/// The tokens with `Self` replaced by the server's type.
///
/// Needed wherever a type lands outside the user's own `impl` block.
pub(crate) fn replace_self(tokens: TokenStream, self_ty: &Type) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let spanned = respan(self_ty.to_token_stream(), ident.span());
                let path_goes_on =
                    matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                // `Self::Key` becomes `<Cache<K, V>>::Key`, which is right in types and in lengths.
                if path_goes_on {
                    out.extend(quote!(<#spanned>));
                } else {
                    out.extend(spanned);
                }
            }
            TokenTree::Group(group) => {
                let inner = replace_self(group.stream(), self_ty);
                out.extend([regroup(&group, inner)]);
            }
            other => out.extend([other]),
        }
    }
    out
}

/// The same tokens at another place in the user's code.
pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let at = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), respan(group.stream(), span));
            moved.set_span(span);
            TokenTree::Group(moved)
        }
        mut other => {
            // What the user's names resolve to must not change, only where errors point.
            other.set_span(other.span().located_at(span));
            other
        }
    };
    tokens.into_iter().map(at).collect()
}

fn regroup(group: &Group, stream: TokenStream) -> TokenTree {
    let mut changed = Group::new(group.delimiter(), stream);
    changed.set_span(group.span());
    TokenTree::Group(changed)
}

/// Where to point when a type turns out not to be what it must: at `Rc` of `std::rc::Rc<u64>`.
/// (One token: spans cannot be joined on stable.)
pub(crate) fn suspect(ty: &Type) -> Span {
    if let Some(segment) = last_segment(ty) {
        return segment.ident.span();
    }
    let mut tokens = ty.to_token_stream().into_iter();
    tokens.next().map_or_else(Span::call_site, |token| token.span())
}

/// The one of several types that is probably the one that is not `Send`; nothing when there is no
/// telling.
pub(crate) fn suspect_of<'a>(types: impl Iterator<Item = &'a Type>) -> Option<Span> {
    let ranked = types.map(|ty| (suspicion(ty), ty));
    let mut best: Vec<(u8, &Type)> = Vec::new();
    for (rank, ty) in ranked {
        match best.first().map_or(0, |(rank, _)| *rank) {
            top if rank > top => best = vec![(rank, ty)],
            top if rank == top => best.push((rank, ty)),
            _ => {}
        }
    }
    match best.as_slice() {
        [(rank, only)] if *rank > 0 => Some(suspect(only)),
        [(3, first), ..] => Some(suspect(first)),
        _ => None,
    }
}

/// How likely it is that a type is not `Send`, from 0 for what always is to 3 for what never is.
fn suspicion(ty: &Type) -> u8 {
    let tokens = ty.to_token_stream();
    let has = |word: &str| mentions(tokens.clone(), word);
    if has("Rc") || has("MutexGuard") || matches!(bare(ty), Type::Ptr(_)) {
        3
    } else if (has("dyn") && !has("Send")) || has("Weak") {
        2
    } else if only_known(ty) {
        0
    } else {
        1
    }
}

/// Whether it is made of well-known types that are all `Send`.
fn only_known(ty: &Type) -> bool {
    const KNOWN: [&str; 40] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16",
        "u32", "u64", "u128", "usize", "String", "Vec", "VecDeque", "HashMap", "HashSet",
        "BTreeMap", "BTreeSet", "BinaryHeap", "Option", "Result", "Box", "Duration", "Instant",
        "SystemTime", "PathBuf", "OsString", "Pid", "ReplyTo", "Table", "ExitReason", "Down",
        "Exit", "MonitorRef", "Timer",
    ];
    match bare(ty) {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            KNOWN.iter().any(|name| last.ident == name)
                && type_arguments(last).iter().all(|inner| only_known(inner))
        }),
        Type::Tuple(tuple) => tuple.elems.iter().all(only_known),
        Type::Array(array) => only_known(&array.elem),
        _ => false,
    }
}

/// Whether `word` stands anywhere in the tokens: as an identifier, also inside groups and macros,
/// or captured by a format string (`"{self}"`, `"{self:?}"`).
pub(crate) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        TokenTree::Literal(literal) => captured(&literal, word),
        TokenTree::Punct(_) => false,
    })
}

fn captured(literal: &Literal, word: &str) -> bool {
    let text = literal.to_string();
    text.contains(&format!("{{{word}}}")) || text.contains(&format!("{{{word}:"))
}

/// Whether a body is nothing but `{}`.
pub(crate) fn is_empty_body(body: &TokenStream) -> bool {
    let mut tokens = body.clone().into_iter();
    matches!(
        (tokens.next(), tokens.next()),
        (Some(TokenTree::Group(group)), None)
            if group.delimiter() == Delimiter::Brace && group.stream().is_empty()
    )
}

/// The names of the type and const parameters that stand in the tokens.
pub(crate) fn uses_any(tokens: &TokenStream, names: &[&Ident]) -> bool {
    names
        .iter()
        .any(|name| mentions(tokens.clone(), &name.to_string()))
}


#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{Type, parse_quote};

    use super::{borrows, mentions, owned, replace_self, with_static};
    use crate::show::show;

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

    #[test]
    fn self_is_replaced_everywhere() {
        let server: Type = parse_quote!(Cache<K>);
        let ty: Type = parse_quote!(Vec<(Self, [u8; Self::LEN])>);
        let replaced = replace_self(ty.into_token_stream(), &server);
        assert_eq!(show(replaced), "Vec<(Cache<K>, [u8; <Cache<K>>::LEN])>");
    }

    #[test]
    fn static_lifetimes() {
        let ty: Type = parse_quote!(Option<(&str, &'a mut Parser<'_>)>);
        let long = with_static(&ty.into_token_stream());
        assert_eq!(show(long), "Option<(&'static str, &'static mut Parser<'static>)>");
    }

    #[test]
    fn self_is_found_in_macros_and_format_strings() {
        let found = |source: &str| mentions(source.parse().unwrap(), "self");
        assert!(found("{ foo(vec![self.x]) }"));
        assert!(found("{ println!(\"{self:?}\") }"));
        assert!(!found("{ println!(\"self\") }"));
    }
}
