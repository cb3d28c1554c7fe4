//! The uses of our macros in the programs of the corpus.
//!
//! Another macro is added by its name in [`run`] and in [`uses_in`].

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

/// One use of a macro, as the compiler would hand it over.
#[derive(Clone)]
pub(super) struct Use {
    pub(super) name: &'static str,
    /// What is in the parentheses of an attribute.
    pub(super) args: TokenStream,
    /// The item below the attribute, or what is in the braces.
    pub(super) tokens: TokenStream,
    /// Of a machine, what its other half gives to the expansion of both.
    pub(super) beside: Option<TokenStream>,
}

impl Use {
    /// What the macro makes of it; of a machine, with what is made of both halves together.
    pub(super) fn expand(&self) -> TokenStream {
        let mut expanded = run(self.name, self.args.clone(), self.tokens.clone());
        if let Some(beside) = &self.beside {
            let whole = if self.is_block() {
                let handed = carried(&expanded);
                quote!(#beside #handed)
            } else {
                let handed = self.declared();
                quote!(#handed #beside)
            };
            expanded.extend(crate::state_machine::run_machine(whole));
        }
        expanded
    }

    /// What the enum of a machine gives to the expansion of both halves.
    fn declared(&self) -> TokenStream {
        let (args, item) = (&self.args, &self.tokens);
        quote!({ true } { #args } { #item })
    }

    /// Whether it is an `impl` with handlers.
    pub(super) fn is_block(&self) -> bool {
        let has_impl = |token: TokenTree| matches!(token, TokenTree::Ident(word) if word == "impl");
        self.name != "supervisor" && self.tokens.clone().into_iter().any(has_impl)
    }
}

pub(super) fn run(name: &str, args: TokenStream, tokens: TokenStream) -> TokenStream {
    match name {
        "gen_server" => crate::gen_server::run(args, tokens),
        "supervisor" => crate::supervisor::run(tokens),
        "state_machine" => crate::state_machine::run(args, tokens),
        _ => panic!("no macro `{name}`"),
    }
}

/// What the block of a machine hands to the macro that carries its enum: the braces of `Door! { .. }`.
fn carried(expanded: &TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = expanded.clone().into_iter().collect();
    let mut calls = tokens.windows(3).filter_map(|window| match window {
        [
            TokenTree::Ident(name),
            TokenTree::Punct(sign),
            TokenTree::Group(group),
        ] if sign.as_char() == '!' && name != "compile_error" => Some(group.stream()),
        _ => None,
    });
    calls.next().unwrap_or_default()
}

/// All uses in the right programs, in the order of the files.
pub(super) fn uses() -> Vec<Use> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui/corpus/programs");
    let files = fs::read_dir(folder).expect("the corpus");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    let sources = paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("a program"));
    sources
        .flat_map(|source| uses_in(&source.parse().expect("a program is tokens")))
        .collect()
}

fn uses_in(program: &TokenStream) -> Vec<Use> {
    let tokens: Vec<TokenTree> = program.clone().into_iter().collect();
    let mut found: Vec<Use> = Vec::new();
    for at in 0..tokens.len() {
        if let Some((name, args)) = attribute(&tokens[at..]) {
            let tokens = item(&tokens[at + 2..]);
            let mut used = Use {
                name,
                args,
                tokens,
                beside: None,
            };
            let decl = found
                .last_mut()
                .filter(|_| name == "state_machine" && used.is_block());
            if let Some(decl) = decl {
                used.beside = Some(decl.declared());
                decl.beside = Some(carried(&run(name, used.args.clone(), used.tokens.clone())));
            }
            found.push(used);
        }
        if let [TokenTree::Ident(name), _, TokenTree::Group(group), ..] = &tokens[at..]
            && name == "supervisor"
        {
            found.push(Use {
                name: "supervisor",
                args: TokenStream::new(),
                tokens: group.stream(),
                beside: None,
            });
        }
    }
    found
}

/// The name and the arguments of `#[gen_server(..)]` or of another of ours, if that is what comes next.
fn attribute(tokens: &[TokenTree]) -> Option<(&'static str, TokenStream)> {
    let [TokenTree::Punct(_), TokenTree::Group(group), ..] = tokens else {
        return None;
    };
    let mut inside = group.stream().into_iter();
    let Some(TokenTree::Ident(word)) = inside.next() else {
        return None;
    };
    let name = ["gen_server", "state_machine"]
        .into_iter()
        .find(|name| word == *name)?;
    let args = match inside.next() {
        Some(TokenTree::Group(args)) => args.stream(),
        _ => TokenStream::new(),
    };
    Some((name, args))
}

/// The tokens up to the end of the item's braces.
fn item(tokens: &[TokenTree]) -> TokenStream {
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let end = tokens.iter().position(is_body).expect("an item has braces");
    tokens[..=end].iter().cloned().collect()
}
