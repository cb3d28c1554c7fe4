//! Streams of tokens: moved, searched and rewritten, without a look at what they mean.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::{Token, Type, token};

/// A few tokens that are written many times. Each time is cheaper than with a stream, which the compiler
/// holds for us.
#[derive(Debug, Clone)]
pub(crate) struct Tokens(Vec<TokenTree>);

impl Tokens {
    /// `first::second`.
    pub(crate) fn path(first: &Ident, second: &Ident) -> Self {
        let colon = |spacing| TokenTree::from(Punct::new(':', spacing));
        Tokens(vec![
            first.clone().into(),
            colon(Spacing::Joint),
            colon(Spacing::Alone),
            second.clone().into(),
        ])
    }

    pub(crate) fn trees(&self) -> &[TokenTree] {
        &self.0
    }

    /// [`mentions`], of these.
    pub(crate) fn mention(&self, word: &str) -> bool {
        self.0.iter().any(|token| is_or_has(token, word))
    }
}

impl From<TokenStream> for Tokens {
    fn from(stream: TokenStream) -> Self {
        Tokens(stream.into_iter().collect())
    }
}

impl From<Tokens> for TokenStream {
    fn from(tokens: Tokens) -> Self {
        tokens.0.into_iter().collect()
    }
}

impl From<Ident> for Tokens {
    fn from(ident: Ident) -> Self {
        Tokens(vec![ident.into()])
    }
}

impl FromIterator<TokenTree> for Tokens {
    fn from_iter<I: IntoIterator<Item = TokenTree>>(trees: I) -> Self {
        Tokens(trees.into_iter().collect())
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

/// What stands for several values: the one itself, or a tuple of none or many.
#[derive(Debug)]
pub(crate) struct Values<T>(pub(crate) Vec<T>);

impl<T: ToTokens> ToTokens for Values<T> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self.0.as_slice() {
            [only] => only.to_tokens(tokens),
            several => token::Paren::default().surround(tokens, |inside| {
                inside.append_separated(several, <Token![,]>::default());
            }),
        }
    }
}

/// Writes `#[doc = "text"]`.
pub(crate) fn doc(text: &str, tokens: &mut TokenStream) {
    <Token![#]>::default().to_tokens(tokens);
    token::Bracket::default().surround(tokens, |inside| {
        Ident::new("doc", Span::call_site()).to_tokens(inside);
        <Token![=]>::default().to_tokens(inside);
        text.to_tokens(inside);
    });
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
                let named =
                    |next: &TokenTree| matches!(next, TokenTree::Punct(p) if p.as_char() == '\'');
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
pub(crate) fn replace_self(tokens: TokenStream, self_ty: &Type) -> Tokens {
    let mut out = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let spanned = respan(self_ty.to_token_stream(), ident.span());
                let path_goes_on = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
                // `Self::Key` becomes `<Cache<K, V>>::Key`, which is right in types and in lengths.
                if path_goes_on {
                    out.extend(quote!(<#spanned>));
                } else {
                    out.extend(spanned);
                }
            }
            TokenTree::Group(group) => {
                let inner = replace_self(group.stream(), self_ty);
                out.push(regroup(&group, inner.into_token_stream()));
            }
            other => out.push(other),
        }
    }
    Tokens(out)
}

/// The same tokens, where errors point at another place in the user's code. What the names in them
/// mean does not change, nor that they are ours and no concern of the user's lints.
pub(crate) fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    each_span(tokens, &|old| old.located_at(span))
}

/// The same tokens as if the user had written them at that place.
pub(crate) fn moved(tokens: TokenStream, span: Span) -> TokenStream {
    each_span(tokens, &|_| span)
}

/// The same tokens as if the user had written them at that place, but for what is inside brackets: that
/// keeps its meaning.
pub(crate) fn moved_outside(tokens: TokenStream, span: Span) -> TokenStream {
    let changed = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    tokens.into_iter().map(changed).collect()
}

/// The same tokens in their own places, meaning what they would mean at `span`: what has come through a
/// macro is again as the user wrote it.
pub(crate) fn resolved_at(tokens: TokenStream, span: Span) -> TokenStream {
    each_span(tokens, &|old| old.resolved_at(span))
}

fn each_span(tokens: TokenStream, change: &impl Fn(Span) -> Span) -> TokenStream {
    let changed = |mut token: TokenTree| {
        let span = change(token.span());
        if let TokenTree::Group(group) = &token {
            let inner = each_span(group.stream(), change);
            token = TokenTree::Group(Group::new(group.delimiter(), inner));
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(changed).collect()
}

fn regroup(group: &Group, stream: TokenStream) -> TokenTree {
    let mut changed = Group::new(group.delimiter(), stream);
    changed.set_span(group.span());
    TokenTree::Group(changed)
}

/// Whether `word` stands anywhere in the tokens: as an identifier, also inside groups and macros,
/// or captured by a format string (`"{self}"`, `"{self:?}"`).
pub(crate) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| is_or_has(&token, word))
}

fn is_or_has(token: &TokenTree, word: &str) -> bool {
    match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        TokenTree::Literal(literal) => captured(literal, word),
        TokenTree::Punct(_) => false,
    }
}

pub(crate) fn captured(literal: &Literal, word: &str) -> bool {
    let text = literal.to_string();
    text.contains(&format!("{{{word}}}")) || text.contains(&format!("{{{word}:"))
}

/// The tokens as one identifier, also when they came through a `macro_rules!`.
pub(crate) fn as_ident(tokens: &TokenStream) -> Option<Ident> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(ident)), None) => Some(ident),
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            as_ident(&group.stream())
        }
        _ => None,
    }
}

/// The names of the type and const parameters that stand in the tokens.
pub(crate) fn uses_any(tokens: &TokenStream, names: &[&Ident]) -> bool {
    names
        .iter()
        .any(|name| mentions(tokens.clone(), &name.to_string()))
}

/// How many angle brackets are open after `token`, `before` which so many were. The `>` of an arrow
/// closes none.
pub(crate) fn depth_of_angles(open: usize, before: &[TokenTree], token: &TokenTree) -> usize {
    let TokenTree::Punct(punct) = token else {
        return open;
    };
    let arrow = matches!(before.last(), Some(TokenTree::Punct(sign))
        if matches!(sign.as_char(), '-' | '=') && sign.spacing() == Spacing::Joint);
    match punct.as_char() {
        '<' => open + 1,
        '>' if !arrow => open.saturating_sub(1),
        _ => open,
    }
}

/// The tokens between the commas that are not inside angle brackets; empty parts are left out.
pub(crate) fn split_outside_angles(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts: Vec<Vec<TokenTree>> = vec![Vec::new()];
    let mut open = 0;
    for token in tokens {
        let part = parts.last_mut().expect("starts with one");
        open = depth_of_angles(open, part, &token);
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' && open == 0 => {
                parts.push(Vec::new());
            }
            _ => part.push(token),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{Type, parse_quote};

    use super::{mentions, replace_self, with_static};
    use crate::show::show;

    #[test]
    fn self_is_replaced_everywhere() {
        let server: Type = parse_quote!(Cache<K>);
        let ty: Type = parse_quote!(Vec<(Self, [u8; Self::LEN])>);
        let replaced = replace_self(ty.into_token_stream(), &server);
        assert_eq!(
            show(replaced.into_token_stream()),
            "Vec<(Cache<K>, [u8; <Cache<K>>::LEN])>"
        );
    }

    #[test]
    fn static_lifetimes() {
        let ty: Type = parse_quote!(Option<(&str, &'a mut Parser<'_>)>);
        let long = with_static(&ty.into_token_stream());
        assert_eq!(
            show(long),
            "Option<(&'static str, &'static mut Parser<'static>)>"
        );
    }

    #[test]
    fn self_is_found_in_macros_and_format_strings() {
        let found = |source: &str| mentions(source.parse().unwrap(), "self");
        assert!(found("{ foo(vec![self.x]) }"));
        assert!(found("{ println!(\"{self:?}\") }"));
        assert!(!found("{ println!(\"self\") }"));
    }
}
