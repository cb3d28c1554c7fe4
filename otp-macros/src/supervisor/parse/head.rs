//! What stands before the braces: attributes, visibility, name, generics and arguments.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Generics, Ident, Pat, Token, Type, Visibility, token};

use super::body;
use crate::carried;
use crate::errors::Errors;
use crate::paths::Otp;
use crate::supervisor::messages;
use crate::supervisor::model::{Param, Tree};
use crate::tokens;
use crate::unknown;

/// Keywords that people put before the name.
const STRAYS: [&str; 9] = [
    "fn",
    "struct",
    "enum",
    "mod",
    "type",
    "trait",
    "supervisor",
    "async",
    "const",
];

/// Reads the tree; nothing when it has no name or no block.
pub(crate) fn tree(tokens: TokenStream, errors: &mut Errors) -> Option<Tree> {
    if tokens.is_empty() {
        errors.add(syn::Error::new(Span::call_site(), messages::EMPTY));
        return None;
    }
    let head = (|input: ParseStream| head(input, errors)).parse2(tokens);
    let (mut tree, block) = match head {
        Ok(found) => found?,
        Err(error) => {
            errors.add(error);
            return None;
        }
    };
    if let Some(otp) = body::read(block.stream(), &mut tree.body, true, errors) {
        tree.otp = otp;
    }
    Some(tree)
}

fn head(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<(Tree, Group)>> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis: Visibility = input.parse()?;
    while let Some(word) = stray(input) {
        errors.err(&word, messages::keyword_before_name(&word));
        input.call(Ident::parse_any)?;
    }
    let Some(name) = name(input, errors)? else {
        input.parse::<TokenStream>()?;
        return Ok(None);
    };
    if input.peek(Token![:]) {
        // The options of a tree, without the tree.
        errors.err(&name, messages::NO_NAME);
        input.parse::<TokenStream>()?;
        return Ok(None);
    }
    let mut generics: Generics = input.parse()?;
    let params = match parentheses(input)? {
        Some(group) => params(group.stream(), errors),
        None => Vec::new(),
    };
    if input.peek(Token![->]) {
        let arrow: Token![->] = input.parse()?;
        errors.err(arrow, messages::RETURN_TYPE);
        while !input.is_empty() && !input.peek(token::Brace) {
            input.parse::<TokenTree>()?;
        }
    }
    generics.where_clause = input.parse()?;
    let block = match input.parse::<Option<TokenTree>>()? {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        Some(other) => {
            errors.err(other, messages::no_block(&name));
            input.parse::<TokenStream>()?;
            return Ok(None);
        }
        None => {
            errors.err(&name, messages::no_block(&name));
            return Ok(None);
        }
    };
    let rest: TokenStream = input.parse()?;
    if let Some(first) = rest.into_iter().next() {
        errors.err(&first, messages::after_the_tree(&first));
    }
    check_attributes(&attrs, errors);
    let tree = Tree {
        carried: carried::carried(&attrs),
        vis,
        generics,
        params,
        body: crate::supervisor::model::Body::new(name.clone()),
        name,
        otp: Otp::facade(),
    };
    Ok(Some((tree, block)))
}

/// A keyword in front of another word.
fn stray(input: ParseStream) -> Option<Ident> {
    let word = input.fork().call(Ident::parse_any).ok()?;
    let more = {
        let ahead = input.fork();
        ahead.call(Ident::parse_any).ok()?;
        ahead.peek(Ident::peek_any)
    };
    (more && STRAYS.iter().any(|stray| word == stray)).then_some(word)
}

fn name(input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Ident>> {
    if input.peek(Ident) {
        return input.parse().map(Some);
    }
    match input.parse::<Option<TokenTree>>()? {
        Some(TokenTree::Ident(word)) => errors.err(&word, messages::keyword_as_tree(&word)),
        Some(TokenTree::Literal(text)) => errors.err(&text, messages::string_as_tree(&text)),
        Some(TokenTree::Group(group)) => {
            errors.add(syn::Error::new(group.span_open(), messages::NO_NAME));
        }
        Some(other) => errors.err(other, messages::NO_NAME),
        None => errors.add(syn::Error::new(Span::call_site(), messages::NO_NAME)),
    }
    Ok(None)
}

fn parentheses(input: ParseStream) -> syn::Result<Option<Group>> {
    if !input.peek(token::Paren) {
        return Ok(None);
    }
    match input.parse()? {
        TokenTree::Group(group) => Ok(Some(group)),
        _ => Ok(None),
    }
}

/// Reads `config: Config, limit: u32`.
fn params(tokens: TokenStream, errors: &mut Errors) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for part in tokens::split_outside_angles(tokens) {
        let whole: TokenStream = part.iter().cloned().collect();
        let Some(param) = param(&whole, errors) else {
            continue;
        };
        if params.iter().any(|earlier| earlier.name == param.name) {
            errors.err(&param.name, messages::argument_twice(&param.name));
        } else {
            params.push(param);
        }
    }
    params
}

fn param(whole: &TokenStream, errors: &mut Errors) -> Option<Param> {
    let parse = |input: ParseStream| {
        let attrs = input.call(Attribute::parse_outer)?;
        let pat = Pat::parse_single(input)?;
        let ty: Option<Type> = match input.parse::<Option<Token![:]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok((attrs, pat, ty))
    };
    let Ok((attrs, pat, ty)) = parse.parse2(whole.clone()) else {
        errors.err(whole, messages::argument_form(whole));
        return None;
    };
    if let Some(attribute) = attrs.first() {
        errors.err(attribute, messages::ATTRIBUTE_OF_ARGUMENT);
    }
    let name = match &pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
            if let Some(mutability) = &pat.mutability {
                errors.err(mutability, messages::mutable_argument(&pat.ident));
            }
            pat.ident.clone()
        }
        _ => {
            errors.err(whole, messages::argument_form(whole));
            return None;
        }
    };
    let Some(ty) = ty else {
        // Callers of `start` give it a value all the same.
        let error = syn::Error::new_spanned(&name, messages::argument_without_type(&name));
        let ty = syn::parse2(unknown::because_of(&error, &Otp::facade())).ok()?;
        errors.add(error);
        return Some(Param { name, ty });
    };
    Some(Param { name, ty })
}

/// What is generated has the docs and conditions of the tree, and nothing else could go on it.
fn check_attributes(attrs: &[Attribute], errors: &mut Errors) {
    for attribute in attrs {
        if !carried::is_carried(attribute) {
            let path = attribute.path();
            errors.err(path, messages::attribute_of_tree(&path.to_token_stream()));
        }
    }
}
