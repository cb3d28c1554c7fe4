//! The uses of our macros in the programs of the corpus.
//!
//! Another macro is added by its name in [`run`] and in [`uses_in`].

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One use of a macro, as the compiler would hand it over.
#[derive(Clone)]
pub(super) struct Use {
    pub(super) name: &'static str,
    /// What is in the parentheses of an attribute.
    pub(super) args: TokenStream,
    /// The item below the attribute, or what is in the braces.
    pub(super) tokens: TokenStream,
}

impl Use {
    /// What the macro makes of it.
    pub(super) fn expand(&self) -> TokenStream {
        run(self.name, self.args.clone(), self.tokens.clone())
    }
}

pub(super) fn run(name: &str, args: TokenStream, tokens: TokenStream) -> TokenStream {
    match name {
        "gen_server" => crate::gen_server::run(args, tokens),
        "supervisor" => crate::supervisor::run(tokens),
        _ => panic!("no macro `{name}`"),
    }
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
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if let Some(args) = attribute(&tokens[at..]) {
            found.push(Use {
                name: "gen_server",
                args,
                tokens: item(&tokens[at + 2..]),
            });
        }
        if let [TokenTree::Ident(name), _, TokenTree::Group(group), ..] = &tokens[at..]
            && name == "supervisor"
        {
            found.push(Use {
                name: "supervisor",
                args: TokenStream::new(),
                tokens: group.stream(),
            });
        }
    }
    found
}

/// The arguments of `#[gen_server(..)]`, if that is what comes next.
fn attribute(tokens: &[TokenTree]) -> Option<TokenStream> {
    let [TokenTree::Punct(_), TokenTree::Group(group), ..] = tokens else {
        return None;
    };
    let mut inside = group.stream().into_iter();
    match inside.next() {
        Some(TokenTree::Ident(name)) if name == "gen_server" => {}
        _ => return None,
    }
    match inside.next() {
        Some(TokenTree::Group(args)) => Some(args.stream()),
        _ => Some(TokenStream::new()),
    }
}

/// The tokens up to the end of the item's braces.
fn item(tokens: &[TokenTree]) -> TokenStream {
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let end = tokens.iter().position(is_body).expect("an item has braces");
    tokens[..=end].iter().cloned().collect()
}
