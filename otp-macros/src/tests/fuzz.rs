//! No tokens, however wrong, make a macro panic or hang.
//!
//! Each case takes a use of a macro out of the corpus and deletes, swaps, doubles, moves and nests tokens
//! of it. `FUZZ_CASES=1000000 cargo test --release -p otp-macros fuzz` runs more.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::programs::{self, Use};

/// As many as take a few seconds without optimization.
const CASES: u32 = 8_000;
/// No case takes a thousandth of it.
const TOO_LONG: Duration = Duration::from_secs(20);

/// A change at a place of the tokens. Places are counted through groups, and taken modulo how many there are.
#[derive(Clone, Copy, Debug)]
enum Change {
    Delete(usize),
    Double(usize),
    SwapWithNext(usize),
    Nest(usize, usize),
    /// The token at the first place is put before that at the second.
    Copy(usize, usize),
    Unwrap(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<usize>();
    prop_oneof![
        place.prop_map(Change::Delete),
        place.prop_map(Change::Double),
        place.prop_map(Change::SwapWithNext),
        (place, place).prop_map(|(at, how)| Change::Nest(at, how)),
        (place, place).prop_map(|(from, to)| Change::Copy(from, to)),
        place.prop_map(Change::Unwrap),
    ]
}

#[test]
fn fuzz_no_tokens_make_a_macro_panic() {
    let cases = env::var("FUZZ_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    let all = programs::uses();
    let started = Instant::now();
    let mut runner = TestRunner::new(Config {
        cases: cases.unwrap_or(CASES),
        failure_persistence: None,
        ..Config::default()
    });
    let changes = prop::collection::vec(change(), 1..6);
    let case = (0..all.len(), changes, any::<bool>());
    let result = runner.run(&case, |(index, changes, in_args)| {
        let used = &all[index];
        let mut case = used.clone();
        for change in changes {
            let part = if in_args && !used.args.is_empty() {
                &mut case.args
            } else {
                &mut case.tokens
            };
            *part = changed(part, change);
        }
        let begun = Instant::now();
        let expanded = catch_unwind(AssertUnwindSafe(|| case.expand()));
        let shown = format!("{}({}) {}", case.name, case.args, case.tokens);
        prop_assert!(expanded.is_ok(), "it panics: {shown}");
        prop_assert!(begun.elapsed() < TOO_LONG, "it hangs: {shown}");
        Ok(())
    });
    println!(
        "{} cases in {:?}",
        cases.unwrap_or(CASES),
        started.elapsed()
    );
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn nothing_at_all_makes_no_macro_panic() {
    for source in [
        "", ";", "{}", "()", "#", "#[]", "fn", "struct", "impl", "impl {}", "impl X", "pub", "X {",
        "Shop {}",
    ] {
        let Ok(tokens) = source.parse::<TokenStream>() else {
            continue;
        };
        for name in ["gen_server", "supervisor"] {
            let used = Use {
                name,
                args: tokens.clone(),
                tokens: tokens.clone(),
            };
            used.expand();
        }
    }
}

fn count(tokens: &TokenStream) -> usize {
    let each = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    });
    each.sum()
}

fn token_at(tokens: &TokenStream, place: &mut usize) -> Option<TokenTree> {
    for token in tokens.clone() {
        if *place == 0 {
            return Some(token);
        }
        *place -= 1;
        if let TokenTree::Group(group) = &token
            && let Some(found) = token_at(&group.stream(), place)
        {
            return Some(found);
        }
    }
    None
}

fn changed(tokens: &TokenStream, change: Change) -> TokenStream {
    let all = count(tokens);
    if all == 0 {
        return tokens.clone();
    }
    let (Change::Delete(at)
    | Change::Double(at)
    | Change::SwapWithNext(at)
    | Change::Nest(at, _)
    | Change::Copy(_, at)
    | Change::Unwrap(at)) = change;
    let other = match change {
        Change::Copy(from, _) => token_at(tokens, &mut (from % all)),
        _ => None,
    };
    rewrite(tokens, &mut (at % all), change, other.as_ref())
}

/// The tokens with the change made at `place`, which counts down; past it, it is `usize::MAX`.
fn rewrite(
    tokens: &TokenStream,
    place: &mut usize,
    change: Change,
    other: Option<&TokenTree>,
) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.clone().into_iter();
    while let Some(token) = tokens.next() {
        if *place == 0 {
            *place = usize::MAX;
            match change {
                Change::Delete(_) => {}
                Change::Double(_) => out.extend([token.clone(), token]),
                Change::SwapWithNext(_) => {
                    out.extend(tokens.next());
                    out.push(token);
                }
                Change::Nest(_, how) => {
                    let delimiter = match how % 4 {
                        0 => Delimiter::Parenthesis,
                        1 => Delimiter::Brace,
                        2 => Delimiter::Bracket,
                        _ => Delimiter::None,
                    };
                    out.push(TokenTree::Group(Group::new(delimiter, token.into())));
                }
                Change::Copy(..) => {
                    out.extend(other.cloned());
                    out.push(token);
                }
                Change::Unwrap(_) => match token {
                    TokenTree::Group(group) => out.extend(group.stream()),
                    other => out.push(other),
                },
            }
            continue;
        }
        if *place != usize::MAX {
            *place -= 1;
        }
        match token {
            TokenTree::Group(group) => {
                let inside = rewrite(&group.stream(), place, change, other);
                let mut changed = Group::new(group.delimiter(), inside);
                changed.set_span(group.span());
                out.push(TokenTree::Group(changed));
            }
            token => out.push(token),
        }
    }
    out.into_iter().collect()
}
