//! What a handler does with its `next`, as far as its tokens tell.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

use crate::state_machine::model::NextCall;

/// The calls of methods of `next`. `None` if its name stands anywhere but before a dot: then it may be
/// another variable, or be given away.
pub(super) fn calls(body: &TokenStream, next: &Ident) -> Option<Vec<NextCall>> {
    let mut found = Vec::new();
    collect(body, next, &mut found).then_some(found)
}

fn collect(tokens: &TokenStream, next: &Ident, found: &mut Vec<NextCall>) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (place, token) in tokens.iter().enumerate() {
        let is_clear = match token {
            TokenTree::Group(group) => collect(&group.stream(), next, found),
            TokenTree::Ident(word)
                if word == next && !is_dot(tokens.get(place.wrapping_sub(1))) =>
            {
                found.extend(call(&tokens[place + 1..]));
                is_dot(tokens.get(place + 1))
            }
            _ => true,
        };
        if !is_clear {
            return false;
        }
    }
    true
}

fn is_dot(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(dot)) if dot.as_char() == '.')
}

/// `.unlocked(value)`.
fn call(rest: &[TokenTree]) -> Option<NextCall> {
    let [_, TokenTree::Ident(method), TokenTree::Group(group), ..] = rest else {
        return None;
    };
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    (group.delimiter() == Delimiter::Parenthesis).then(|| NextCall {
        method: method.clone(),
        arguments: list.parse2(group.stream()).ok().map(|list| list.len()),
    })
}
