//! The grammar of an `impl` block, without a look into the bodies of its functions.
//!
//! Knows Rust only; which attributes mean something is the business of each macro.

use proc_macro2::{Delimiter, TokenTree};
use syn::parse::ParseStream;
use syn::{Attribute, Generics, Path, Signature, Token, Type, Visibility, braced};

use crate::errors::Errors;
use crate::tokens::Tokens;
use crate::types;

/// The grammar of an `impl` block, with bodies as tokens: half-typed code does not stop us, so the
/// editor can complete inside a handler.
pub(crate) struct RawBlock {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) impl_token: Token![impl],
    pub(crate) generics: Generics,
    /// `Trait` of `impl Trait for Counter`.
    pub(crate) of_trait: Option<Type>,
    pub(crate) self_ty: Type,
    pub(crate) members: Vec<Member>,
}

/// A member of the block.
pub(crate) struct Member {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) content: Content,
}

pub(crate) enum Content {
    /// A function, and the tokens of its body or its semicolon.
    Function(Box<Signature>, Tokens),
    /// A constant, a type, a macro call, or a function that syn cannot read.
    Other(Tokens),
}

impl RawBlock {
    pub(crate) fn parse(input: ParseStream, errors: &mut Errors) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let unsafety = input.parse()?;
        let impl_token = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let first: Type = input.parse()?;
        let (of_trait, self_ty) = if input.parse::<Option<Token![for]>>()?.is_some() {
            (Some(first), input.parse()?)
        } else {
            (None, first)
        };
        generics.where_clause = input.parse()?;
        let inside;
        braced!(inside in input);
        let mut members = Vec::new();
        while !inside.is_empty() {
            members.push(Member::parse(&inside, errors)?);
        }
        Ok(RawBlock {
            attrs,
            unsafety,
            impl_token,
            generics,
            of_trait,
            self_ty,
            members,
        })
    }
}

impl Member {
    fn parse(input: ParseStream, errors: &mut Errors) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let content = if at_function(input) {
            let ahead = input.fork();
            match ahead.parse::<Signature>() {
                Ok(signature) => {
                    syn::parse::discouraged::Speculative::advance_to(input, &ahead);
                    Content::Function(Box::new(signature), until_end(input, true)?)
                }
                Err(error) => {
                    errors.add(error);
                    Content::Other(until_end(input, true)?)
                }
            }
        } else {
            let ends_with_brace = !input.peek(Token![const]) && !input.peek(Token![type]);
            Content::Other(until_end(input, ends_with_brace)?)
        };
        Ok(Member {
            attrs,
            vis,
            content,
        })
    }
}

fn at_function(input: ParseStream) -> bool {
    let mut cursor = input.cursor();
    loop {
        if let Some((literal, rest)) = cursor.literal()
            && literal.to_string().contains('"')
        {
            cursor = rest;
            continue;
        }
        let Some((word, rest)) = cursor.ident() else {
            return false;
        };
        match word.to_string().as_str() {
            "fn" => return true,
            "const" | "async" | "unsafe" | "extern" => cursor = rest,
            _ => return false,
        }
    }
}

/// The tokens up to and with the semicolon or, if `brace`, the first braces.
fn until_end(input: ParseStream, brace: bool) -> syn::Result<Tokens> {
    input.step(|cursor| {
        let (mut rest, mut tokens) = (*cursor, Vec::new());
        while let Some((token, next)) = rest.token_tree() {
            // Also those that come through a `macro_rules!`, in an invisible group of their own.
            let last = match &token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                _ => brace && rest.group(Delimiter::Brace).is_some(),
            };
            tokens.push(token);
            rest = next;
            if last {
                break;
            }
        }
        Ok((tokens.into_iter().collect(), rest))
    })
}

/// The path of a plain type, `Counter` or `super::Cache<K>`.
pub(crate) fn path_of(ty: &Type) -> Option<Path> {
    match types::bare(ty) {
        Type::Path(path) if path.qself.is_none() => Some(path.path.clone()),
        _ => None,
    }
}
