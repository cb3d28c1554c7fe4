//! What an editor needs while one types: the item, its handle and its methods are always there, and
//! a method leads to the user's handler.

use proc_macro2::{Delimiter, Group, Ident, LineColumn, TokenStream, TokenTree};

use super::programs::{self, Use};

#[test]
fn item_and_handle_are_there_wherever_the_body_of_a_handler_is_cut() {
    let mut count = 0;
    for used in programs::uses().iter().filter(|used| used.is_block()) {
        let methods = handler_names(used);
        let whole = size(&used.tokens);
        for cut in 0..whole {
            let Some(tokens) = cut_body(&used.tokens, cut) else {
                continue;
            };
            let half = Use {
                tokens,
                ..used.clone()
            };
            let expanded = Expanded::of(&half);
            let server = self_name(used);
            assert!(expanded.has("for", &server), "no item with cut {cut}");
            assert!(expanded.mentions(&format!("{server}Ref")), "cut {cut}");
            for (method, _) in &methods {
                let name = method.to_string();
                assert!(expanded.has_method(&name), "no `{name}` with cut {cut}");
            }
            count += 1;
        }
    }
    assert!(count > 300, "only {count} places were cut");
}

#[test]
fn item_and_handle_are_there_wherever_a_signature_is_cut_off() {
    let mut count = 0;
    for used in programs::uses().iter().filter(|used| used.is_block()) {
        let methods = handler_names(used);
        // The last handler is being typed, and those above are whole.
        let (above, last) = methods.split_at(methods.len() - 1);
        let Some((last, _)) = last.first() else {
            continue;
        };
        for kept in 0..8 {
            let half = Use {
                tokens: cut_signature(&used.tokens, &last.to_string(), kept),
                ..used.clone()
            };
            let expanded = Expanded::of(&half);
            for (method, _) in above {
                let name = method.to_string();
                assert!(
                    expanded.has_method(&name),
                    "no `{name}` with {kept} tokens of {last}"
                );
            }
            count += 1;
        }
    }
    assert!(count >= 32, "only {count} signatures were cut");
}

#[test]
fn the_handle_is_there_while_options_are_typed() {
    for used in programs::uses() {
        if used.name == "supervisor" || used.is_block() {
            continue;
        }
        for args in [
            "mail",
            "mailbox",
            "mailbox =",
            "mailbox = 6, ov",
            "overflow = ",
            "= 5",
            ",",
        ] {
            let half = Use {
                args: args.parse().unwrap(),
                ..used.clone()
            };
            let expanded = Expanded::of(&half);
            let (word, name) = declared(&used);
            assert!(expanded.has(word, &name), "no `{name}` for `{args}`");
            assert!(expanded.has("struct", &format!("{name}Ref")), "{args}");
        }
    }
}

#[test]
fn children_have_their_methods_while_one_below_is_typed() {
    let tree = programs::uses()
        .into_iter()
        .find(|used| used.name == "supervisor")
        .expect("a tree");
    // An editor closes what is open.
    for half in [
        "extra",
        "extra:",
        "extra: Ra",
        "extra: Rates",
        "extra: Rates()",
        "extra: Rates() {}",
        "extra: Rates() { restart }",
        "extra: Rates() { restart: }",
        "extra: dynamic",
        "extra: dynamic<",
        "extra: dynamic<Session>",
        "extra: supervisor",
        "extra: supervisor {}",
        "strategy",
        "#[cfg]",
    ] {
        let mut tokens: Vec<TokenTree> = tree.tokens.clone().into_iter().collect();
        let Some(TokenTree::Group(body)) = tokens.pop() else {
            panic!("a tree has a body");
        };
        let more: TokenStream = half.parse().unwrap();
        let mut stream = body.stream();
        stream.extend(more);
        tokens.push(TokenTree::Group(Group::new(Delimiter::Brace, stream)));
        let typed = Use {
            tokens: tokens.into_iter().collect(),
            ..tree.clone()
        };
        let expanded = Expanded::of(&typed);
        assert!(expanded.has("struct", "ShopRef"), "{half}");
        for child in [
            "rates", "till", "back", "sessions", "shards", "jobs", "names", "left", "right",
        ] {
            assert!(expanded.has_method(child), "no `{child}` for `{half}`");
        }
    }
}

/// Where a method of a handle is defined is where the user wrote its handler.
#[test]
fn a_method_of_the_handle_is_defined_at_the_users_handler() {
    let mut count = 0;
    for used in programs::uses() {
        if !used.is_block() {
            continue;
        }
        let expanded = Expanded::of(&used);
        // An event has a method at its first clause.
        let mut methods = handler_names(&used);
        methods.retain(|(name, place)| clauses_of(&used, name)[0] == *place);
        for (name, place) in methods {
            let mut defined = expanded.method_places(&name.to_string());
            // What a machine's block hands on has every clause.
            defined.retain(|there| !clauses_of(&used, &name)[1..].contains(there));
            // The user's own, and the handle's.
            assert!(defined.len() >= 2, "`{name}`: {defined:?}");
            assert!(
                defined.iter().all(|there| *there == place),
                "`{name}` of {place:?} is at {defined:?}"
            );
            count += 1;
        }
        let init = expanded.method_places("start");
        assert!(!init.is_empty());
        let maker = init_place(&used);
        assert!(
            init.iter().all(|there| Some(*there) == maker),
            "start: {init:?}"
        );
    }
    assert!(count > 8, "only {count} handlers");
}

#[test]
fn a_method_of_a_tree_is_defined_at_the_users_child() {
    let tree = programs::uses()
        .into_iter()
        .find(|used| used.name == "supervisor")
        .expect("a tree");
    let expanded = Expanded::of(&tree);
    for child in [
        "rates", "till", "back", "sessions", "shards", "jobs", "names",
    ] {
        let typed = idents(&tree.tokens)
            .into_iter()
            .find(|ident| ident == child);
        let place = typed.expect("a child").span().start();
        assert_eq!(expanded.method_places(child), [place], "{child}");
    }
}

/// An expansion, as a flat list of its tokens.
struct Expanded(Vec<TokenTree>);

impl Expanded {
    fn of(used: &Use) -> Self {
        Expanded(flat(&used.expand()))
    }

    /// Whether `name` stands right behind `word`.
    fn has(&self, word: &str, name: &str) -> bool {
        let mut pairs = self.0.windows(2);
        pairs.any(|pair| is(&pair[0], word) && is(&pair[1], name))
    }

    fn mentions(&self, name: &str) -> bool {
        self.0.iter().any(|token| is(token, name))
    }

    /// Whether there is a method of that name beside the user's own function.
    fn has_method(&self, name: &str) -> bool {
        !self.method_places(name).is_empty()
    }

    fn method_places(&self, name: &str) -> Vec<LineColumn> {
        let pairs = self.0.windows(2);
        let defined = pairs.filter(|pair| is(&pair[0], "fn") && is(&pair[1], name));
        defined.map(|pair| pair[1].span().start()).collect()
    }
}

fn is(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// Every token, groups as their contents.
fn flat(tokens: &TokenStream) -> Vec<TokenTree> {
    let mut out = Vec::new();
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) => out.extend(flat(&group.stream())),
            other => out.push(other),
        }
    }
    out
}

fn idents(tokens: &TokenStream) -> Vec<Ident> {
    let all = flat(tokens).into_iter();
    all.filter_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    })
    .collect()
}

fn size(tokens: &TokenStream) -> usize {
    flat(tokens).len()
}

/// The word that declares a type, and its name.
fn declared(used: &Use) -> (&'static str, String) {
    let words = idents(&used.tokens);
    let word = if used.name == "state_machine" {
        "enum"
    } else {
        "struct"
    };
    let at = words.iter().position(|found| found == word);
    (word, words[at.expect("a type") + 1].to_string())
}

/// The name of the server of an `impl` block.
fn self_name(used: &Use) -> String {
    let tokens: Vec<TokenTree> = used.tokens.clone().into_iter().collect();
    let mut depth = 0_usize;
    for token in &tokens[1..] {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth -= 1,
            TokenTree::Ident(name) if depth == 0 => return name.to_string(),
            _ => {}
        }
    }
    panic!("an impl has a type")
}

/// The members of a block: the attribute's name, the function's name and its place.
fn members(used: &Use) -> Vec<(String, Ident)> {
    let Some(TokenTree::Group(body)) = used.tokens.clone().into_iter().last() else {
        panic!("a block has braces");
    };
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let mut marker = String::new();
    let mut found = Vec::new();
    for pair in tokens.windows(2) {
        match pair {
            [TokenTree::Punct(sign), TokenTree::Group(attribute)] if sign.as_char() == '#' => {
                let word = idents(&attribute.stream())[0].to_string();
                if ["init", "call", "cast", "read"].contains(&word.as_str()) {
                    marker = word;
                }
            }
            [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "fn" => {
                found.push((std::mem::take(&mut marker), name.clone()));
            }
            _ => {}
        }
    }
    found
}

/// The functions that become methods of the handle.
fn handler_names(used: &Use) -> Vec<(Ident, LineColumn)> {
    let all = members(used).into_iter();
    all.filter(|(marker, _)| ["call", "cast", "read"].contains(&marker.as_str()))
        .map(|(_, name)| (name.clone(), name.span().start()))
        .collect()
}

/// Where the functions of a name are: one for a handler of a server, several for an event.
fn clauses_of(used: &Use, name: &Ident) -> Vec<LineColumn> {
    let all = handler_names(used).into_iter();
    let clauses = all.filter(|(other, _)| other == name);
    clauses.map(|(_, place)| place).collect()
}

fn init_place(used: &Use) -> Option<LineColumn> {
    let mut all = members(used).into_iter();
    all.find(|(marker, _)| marker == "init")
        .map(|(_, name)| name.span().start())
}

/// The block with the body of the function around the token `cut` ended there; `None` if that token is in
/// no body.
fn cut_body(tokens: &TokenStream, cut: usize) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let TokenTree::Group(block) = tokens.pop()? else {
        return None;
    };
    let before: usize = tokens
        .iter()
        .cloned()
        .map(|token| size(&token.into()))
        .sum();
    let mut left = cut.checked_sub(before)?;
    let mut out = Vec::new();
    let mut was_cut = false;
    for token in block.stream() {
        let length = size(&token.clone().into());
        match token {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace && left < length => {
                let ended = Group::new(Delimiter::Brace, prefix(&body.stream(), left));
                out.push(TokenTree::Group(ended));
                was_cut = true;
                left = usize::MAX / 2;
            }
            other => {
                left = left.checked_sub(length)?;
                out.push(other);
            }
        }
    }
    tokens.push(TokenTree::Group(Group::new(
        Delimiter::Brace,
        out.into_iter().collect(),
    )));
    was_cut.then(|| tokens.into_iter().collect())
}

/// So many tokens; groups that are cut are closed.
fn prefix(tokens: &TokenStream, mut left: usize) -> TokenStream {
    let mut out = TokenStream::new();
    for token in tokens.clone() {
        let length = size(&token.clone().into());
        match token {
            TokenTree::Group(group) if length > left => {
                let inside = prefix(&group.stream(), left);
                out.extend([TokenTree::Group(Group::new(group.delimiter(), inside))]);
                return out;
            }
            _ if left == 0 => return out,
            other => out.extend([other]),
        }
        left = left.saturating_sub(length);
    }
    out
}

/// The block up to `kept` tokens behind `fn` of the handler `name`, and nothing below.
fn cut_signature(tokens: &TokenStream, name: &str, kept: usize) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let Some(TokenTree::Group(block)) = tokens.pop() else {
        panic!("a block has braces");
    };
    let inside: Vec<TokenTree> = block.stream().into_iter().collect();
    let at = inside
        .windows(2)
        .position(|pair| is(&pair[0], "fn") && is(&pair[1], name))
        .expect("the handler");
    let end = (at + 1 + kept).min(inside.len());
    let cut = inside[..end].iter().cloned().collect();
    tokens.push(TokenTree::Group(Group::new(Delimiter::Brace, cut)));
    tokens.into_iter().collect()
}
