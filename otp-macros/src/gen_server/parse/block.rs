//! Reading an `impl` block, without a look into the bodies of its functions.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::{Attribute, Generics, Path, Signature, Token, Type, Visibility, braced, token};

use super::function;
use crate::errors::Errors;
use crate::gen_server::attributes::{Marker, take_markers};
use crate::gen_server::model::{Block, Function};
use crate::gen_server::{args, messages};
use crate::paths::Otp;
use crate::types;

/// The grammar of an `impl` block, with bodies as tokens: half-typed code does not stop us, so the
/// editor can complete inside a handler.
pub(super) struct Raw {
    attrs: Vec<Attribute>,
    unsafety: Option<Token![unsafe]>,
    impl_token: Token![impl],
    generics: Generics,
    /// `Trait` of `impl Trait for Counter`.
    pub(super) of_trait: Option<Type>,
    pub(super) self_ty: Type,
    members: Vec<Member>,
}

/// A member of the block.
struct Member {
    attrs: Vec<Attribute>,
    vis: Visibility,
    content: Content,
}

enum Content {
    /// A function, and the tokens of its body or its semicolon.
    Function(Box<Signature>, TokenStream),
    /// A constant, a type, a macro call, or a function that syn cannot read.
    Other(TokenStream),
}

impl Raw {
    pub(super) fn parse(input: ParseStream, errors: &mut Errors) -> syn::Result<Self> {
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
        Ok(Raw {
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
    let ahead = input.fork();
    while ahead.peek(Token![const])
        || ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![extern])
        || ahead.peek(syn::LitStr)
    {
        if ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    ahead.peek(Token![fn])
}

/// The tokens up to and with the semicolon or, if `brace`, the first braces.
fn until_end(input: ParseStream, brace: bool) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let last = input.peek(Token![;]) || (brace && input.peek(token::Brace));
        tokens.extend([input.parse::<TokenTree>()?]);
        if last {
            break;
        }
    }
    Ok(tokens)
}

/// Turns what was read into the model; nothing when the block is of no type with a name.
pub(super) fn read(args: TokenStream, mut raw: Raw, errors: &mut Errors) -> Option<(Block, Otp)> {
    let (options, otp) = args::block(args, errors);
    super::take_second_attribute(&mut raw.attrs, errors);
    let Some(path) = path_of(&raw.self_ty) else {
        errors.err(&raw.self_ty, messages::impl_of_no_struct(&raw.self_ty));
        return None;
    };
    let Raw {
        attrs,
        unsafety,
        impl_token,
        generics,
        self_ty,
        members,
        ..
    } = raw;
    let where_clause = &generics.where_clause;
    let head = quote!(#unsafety #impl_token #generics #self_ty #where_clause);
    let mut block = Block {
        attrs,
        head,
        body: TokenStream::new(),
        generics,
        self_ty,
        path,
        functions: Vec::new(),
        helpers: Vec::new(),
        options,
    };
    for member in members {
        add_member(member, &mut block, errors);
    }
    Some((block, otp))
}

/// The path of a plain type, `Counter` or `super::Cache<K>`.
fn path_of(ty: &Type) -> Option<Path> {
    match types::bare(ty) {
        Type::Path(path) if path.qself.is_none() => Some(path.path.clone()),
        _ => None,
    }
}

fn add_member(mut member: Member, block: &mut Block, errors: &mut Errors) {
    let mut markers = take_markers(&mut member.attrs, errors).into_iter();
    let first = markers.next();
    for second in markers {
        let first = first.as_ref().expect("there is a second");
        errors.err(
            &second.name,
            messages::two_attributes(&first.name, &second.name),
        );
    }
    let Member {
        attrs,
        vis,
        content,
    } = member;
    match (first, content) {
        (Some(marker), Content::Function(signature, body)) => {
            let lints = crate::lints::handler();
            let emitted = function::repaired(&signature);
            let tokens = quote!(#(#attrs)* #lints #vis #emitted #body);
            let function = function::read(&marker, &attrs, vis, *signature, body, errors);
            if repeated(&function, &block.functions) {
                errors.err(&function.name, messages::handler_twice(&function.name));
                return;
            }
            block.functions.push(function);
            block.body.extend(tokens);
        }
        (None, Content::Function(signature, body)) => {
            block.helpers.push(signature.ident.clone());
            block.body.extend(quote!(#(#attrs)* #vis #signature #body));
        }
        (marker, Content::Other(tokens)) => {
            // A function that cannot be read has its own error.
            if let Some(Marker { name, .. }) = marker
                && !is_function(&tokens)
            {
                errors.err(&name, messages::attribute_on_no_function(&name));
            }
            block.body.extend(quote!(#(#attrs)* #vis #tokens));
        }
    }
}

/// Whether a handler of this name came before, and both can exist at the same time.
///
/// The second is left out, or rustc would say the same again.
fn repeated(function: &Function, earlier: &[Function]) -> bool {
    earlier.iter().any(|other| {
        let exclusive = !other.carried.cfg.is_empty() && !function.carried.cfg.is_empty();
        other.name == function.name && !exclusive
    })
}

fn is_function(tokens: &TokenStream) -> bool {
    let mut words = tokens.to_token_stream().into_iter();
    words.any(|token| matches!(token, TokenTree::Ident(ident) if ident == "fn"))
}
