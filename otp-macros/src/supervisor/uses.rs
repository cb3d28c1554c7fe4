//! Which names an expression uses: the arguments and the children that it must be given.
//!
//! A guess from tokens alone. What it takes for a use and is none costs a clone; fields, methods and
//! paths that have the name of a child are no uses.

use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

use super::model::{Child, Kind, Param};
use crate::tokens::captured;

/// A name in scope, with the conditions under which it is.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) ident: Ident,
    pub(crate) cfg: Vec<syn::Attribute>,
}

impl Name {
    /// An argument of the tree, which is always in scope.
    pub(crate) fn of(param: &Param) -> Self {
        Name {
            ident: param.name.clone(),
            cfg: Vec::new(),
        }
    }
}

/// Where `word` is used as a value; the flag says whether it is called like a function.
pub(crate) fn find(tokens: TokenStream, word: &Ident) -> Option<(TokenTree, bool)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) if ident == word && is_value(&tokens, at) => {
                let called = matches!(tokens.get(at + 1), Some(TokenTree::Group(group))
                    if group.delimiter() == Delimiter::Parenthesis);
                return Some((token.clone(), called));
            }
            TokenTree::Group(group) => {
                if let Some(found) = find(group.stream(), word) {
                    return Some(found);
                }
            }
            TokenTree::Literal(literal) if captured(literal, &word.to_string()) => {
                return Some((token.clone(), false));
            }
            _ => {}
        }
    }
    None
}

/// Whether the identifier is not a field, a method, a part of a path, a macro or a field's label.
fn is_value(tokens: &[TokenTree], at: usize) -> bool {
    let punct = |at: Option<usize>| match at.and_then(|at| tokens.get(at)) {
        Some(TokenTree::Punct(punct)) => Some((punct.as_char(), punct.spacing())),
        _ => None,
    };
    let before = punct(at.checked_sub(1));
    let range = matches!(punct(at.checked_sub(2)), Some(('.', Spacing::Joint)));
    let member = matches!(before, Some(('.', _))) && !range;
    let in_path = matches!(before, Some((':', _)))
        && matches!(punct(at.checked_sub(2)), Some((':', Spacing::Joint)));
    let after = punct(Some(at + 1));
    let label = matches!(after, Some((':', _)));
    let macro_name = matches!(after, Some(('!', Spacing::Alone)))
        && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)));
    !(member || in_path || label || macro_name)
}

/// The names of `scope` that a child uses, itself or in what is nested in it.
pub(crate) fn by_child(child: &Child, scope: &[Name]) -> Vec<Name> {
    let mut used: Vec<Name> = Vec::new();
    if let Kind::Nested(body) = &child.kind {
        for (at, inner) in body.children.iter().enumerate() {
            let hidden = &body.children[..at];
            let visible: Vec<Name> = scope
                .iter()
                .filter(|name| hidden.iter().all(|earlier| earlier.name != name.ident))
                .cloned()
                .collect();
            used.extend(by_child(inner, &visible));
        }
    } else {
        let bound = child.bound();
        let is_found = |name: &&Name| {
            !bound.contains(&&name.ident) && find(child.code(), &name.ident).is_some()
        };
        used.extend(scope.iter().filter(is_found).cloned());
    }
    let is_used = |name: &&Name| used.iter().any(|other| other.ident == name.ident);
    scope.iter().filter(is_used).cloned().collect()
}

#[cfg(test)]
mod tests {
    use quote::format_ident;

    use super::find;

    fn uses(source: &str) -> bool {
        find(source.parse().unwrap(), &format_ident!("rates")).is_some()
    }

    #[test]
    fn values_are_uses() {
        assert!(uses("rates.clone()"));
        assert!(uses("Feed { rates }, 1"));
        assert!(uses("vec![&rates]"));
        assert!(uses("0..rates"));
        assert!(uses("format!(\"{rates:?}\")"));
    }

    #[test]
    fn members_paths_and_labels_are_none() {
        assert!(!uses("config.rates"));
        assert!(!uses("config.rates()"));
        assert!(!uses("rates::feed()"));
        assert!(!uses("feed::rates"));
        assert!(!uses("Feed { rates: 1 }"));
        assert!(!uses("rates!()"));
    }
}
