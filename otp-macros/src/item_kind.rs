//! What kind of item an attribute stands on, without reading the item.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, Token, Visibility};

/// The kinds of items that we tell apart.
pub(crate) enum Kind {
    Data,
    Impl,
    /// Its name in a message, and where to point.
    Other(&'static str, TokenStream),
}

/// The kind of the item that `input` begins with, which is left to whoever knows its grammar.
pub(crate) fn kind(input: ParseStream) -> syn::Result<Kind> {
    let input = &input.fork();
    input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let mut qualified = false;
    loop {
        if input.peek(Token![struct]) || input.peek(Token![enum]) {
            return Ok(Kind::Data);
        } else if input.peek(Token![impl]) {
            return Ok(Kind::Impl);
        } else if input.peek(Token![fn]) {
            return named(input, "a function");
        } else if input.peek(Token![trait]) {
            return named(input, "a trait");
        } else if input.peek(Token![mod]) {
            return named(input, "a module");
        } else if input.peek(Token![type]) {
            return named(input, "a type alias");
        } else if input.peek(Token![union]) && input.peek2(Ident) && !qualified {
            return Ok(Kind::Data);
        } else if input.peek(Token![const])
            || input.peek(Token![async])
            || input.peek(Token![unsafe])
            || input.peek(Token![extern])
            || input.peek(Token![default])
        {
            qualified = true;
            input.step(|cursor| {
                let (_, rest) = cursor.token_tree().ok_or_else(|| cursor.error("an item"))?;
                Ok(((), rest))
            })?;
            if input.peek(syn::LitStr) {
                input.parse::<syn::LitStr>()?;
            }
        } else {
            let rest: TokenStream = input.parse()?;
            let at = rest.into_iter().next().map(TokenStream::from);
            return Ok(Kind::Other("this item", at.unwrap_or_default()));
        }
    }
}

/// Steps over the keyword and points at the name behind it.
fn named(input: ParseStream, what: &'static str) -> syn::Result<Kind> {
    input.step(|cursor| {
        let (_, rest) = cursor.token_tree().ok_or_else(|| cursor.error("an item"))?;
        Ok(((), rest))
    })?;
    let name: Ident = input.parse()?;
    Ok(Kind::Other(what, name.into_token_stream()))
}
