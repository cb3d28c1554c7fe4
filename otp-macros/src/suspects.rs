//! Where to point when the compiler finds that a type is not `Send`.
//!
//! A guess, about the place of an error that the compiler has found; never about whether there is one.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Type, TypePath};

use crate::tokens::mentions;
use crate::types::{bare, last_segment, type_arguments};

/// Where to point when a type turns out not to be what it must: at `Rc` of `std::rc::Rc<u64>`.
/// (One token: spans cannot be joined on stable.)
pub(crate) fn suspect(ty: &Type) -> Span {
    if let Some(segment) = last_segment(ty) {
        return segment.ident.span();
    }
    let mut tokens = ty.to_token_stream().into_iter();
    tokens
        .next()
        .map_or_else(Span::call_site, |token| token.span())
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

/// Whether a type is made of types of the standard library alone, all of which are `Send`, by names that a
/// user's own type or alias hardly ever has. (`Result<T>` is an alias, whose error is not known.)
pub(crate) fn is_standard(ty: &Type) -> bool {
    is_made_of(ty, &|path| {
        let segments = &path.path.segments;
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
            return false;
        };
        let is_std = ["std", "core", "alloc"].contains(&first.ident.to_string().as_str());
        let name = last.ident.to_string();
        path.qself.is_none()
            && (segments.len() == 1 || is_std)
            && STANDARD.contains(&name.as_str())
            && (name != "Result" || type_arguments(last).len() == 2)
    })
}

/// Whether a type has in it what is hardly ever `Send`.
pub(crate) fn is_doubtful(ty: &Type) -> bool {
    suspicion(ty) > 1
}

/// How likely it is that a type is not `Send`, from 0 for what always is to 3 for what never is.
fn suspicion(ty: &Type) -> u8 {
    if is_standard(ty) {
        return 0;
    }
    let tokens = ty.to_token_stream();
    let has = |word: &str| mentions(tokens.clone(), word);
    if has("Rc") || has("MutexGuard") || matches!(bare(ty), Type::Ptr(_)) {
        3
    } else if (has("dyn") && !has("Send")) || has("Weak") {
        2
    } else {
        u8::from(!only_known(ty))
    }
}

/// Whether it is made of well-known types that are all `Send`.
fn only_known(ty: &Type) -> bool {
    is_made_of(ty, &|path| {
        path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            STANDARD.contains(&name.as_str()) || OURS.contains(&name.as_str())
        })
    })
}

/// Whether `is_one_of` says so of each path that a type is made of.
fn is_made_of(ty: &Type, is_one_of: &dyn Fn(&TypePath) -> bool) -> bool {
    let all = |inner: &Type| is_made_of(inner, is_one_of);
    match bare(ty) {
        Type::Path(path) => {
            is_one_of(path)
                && path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| type_arguments(last).into_iter().all(all))
        }
        Type::Tuple(tuple) => tuple.elems.iter().all(all),
        Type::Array(array) => all(&array.elem),
        _ => false,
    }
}

const STANDARD: [&str; 32] = [
    "bool",
    "char",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "String",
    "Vec",
    "VecDeque",
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "BinaryHeap",
    "Option",
    "Result",
    "Box",
    "Duration",
    "Instant",
    "SystemTime",
    "PathBuf",
    "OsString",
];

const OURS: [&str; 13] = [
    "Pid",
    "ReplyTo",
    "Table",
    "OrderedTable",
    "BagTable",
    "DuplicateBagTable",
    "PublicTable",
    "PublicOrderedTable",
    "ExitReason",
    "Down",
    "Exit",
    "MonitorRef",
    "Timer",
];
