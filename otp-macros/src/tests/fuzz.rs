//! No tokens, however wrong, make a macro panic or hang.
//!
//! Each case takes a use of a macro out of the corpus, most often leaves out some of its members, and
//! deletes, swaps, doubles, moves and nests tokens of it. `FUZZ_CASES=100000 cargo test -p otp-macros fuzz` runs more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use std::{env, thread};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestCaseResult, TestRunner};

use super::fuzz_tokens::{Change, Node, apply, nodes, thin, tokens};
use super::programs::{self, Use};

/// As many as take some fifteen seconds on two cores; `.ci/run` has more.
const CASES: u32 = 40_000;
/// No case takes a thousandth of it.
const TOO_LONG: Duration = Duration::from_secs(20);

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

/// A use whose tokens stand ready to be changed.
struct Prepared {
    used: Use,
    args: Vec<Node>,
    tokens: Vec<Node>,
}

impl Prepared {
    fn all() -> Vec<Self> {
        let prepare = |used: Use| Prepared {
            args: nodes(&used.args),
            tokens: nodes(&used.tokens),
            used,
        };
        programs::uses().into_iter().map(prepare).collect()
    }

    fn changed(&self, kept: u32, changes: &[Change], in_args: bool) -> Use {
        let mut used = self.used.clone();
        let in_args = in_args && !self.args.is_empty();
        let (part, right) = if in_args {
            (&mut used.args, &self.args)
        } else {
            (&mut used.tokens, &self.tokens)
        };
        let mut nodes = right.clone();
        thin(&mut nodes, kept);
        for change in changes {
            apply(&mut nodes, *change);
        }
        *part = tokens(nodes);
        used
    }
}

fn check(case: &Use) -> TestCaseResult {
    let begun = Instant::now();
    let expanded = catch_unwind(AssertUnwindSafe(|| case.expand()));
    let fault = if expanded.is_err() {
        "panics"
    } else if begun.elapsed() > TOO_LONG {
        "hangs"
    } else {
        return Ok(());
    };
    let Use {
        name, args, tokens, ..
    } = case;
    Err(TestCaseError::fail(format!(
        "it {fault}: {name}({args}) {tokens}"
    )))
}

/// So many cases; tokens cannot be sent to another thread, so each reads the programs for itself.
fn run(cases: u32) -> Result<(), String> {
    let all = Prepared::all();
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::XorShift,
        ..Config::default()
    });
    let changes = prop::collection::vec(change(), 1..6);
    // Most often half of the members, so that a change meets another where both matter.
    let kept = prop_oneof![1 => Just(u32::MAX), 4 => any::<u32>()];
    let case = (0..all.len(), kept, changes, any::<bool>());
    let result = runner.run(&case, |(index, kept, changes, in_args)| {
        check(&all[index].changed(kept, &changes, in_args))
    });
    result.map_err(|error| error.to_string())
}

#[test]
fn fuzz_no_tokens_make_a_macro_panic() {
    let cases = env::var("FUZZ_CASES").ok();
    let cases = cases.and_then(|text| text.parse().ok()).unwrap_or(CASES);
    let threads = thread::available_parallelism().map_or(2, usize::from);
    let threads = u32::try_from(threads).unwrap_or(2);
    let started = Instant::now();
    let results: Vec<Result<(), String>> = thread::scope(|scope| {
        let share = cases.div_ceil(threads);
        let runs: Vec<_> = (0..threads)
            .map(|_| scope.spawn(move || run(share)))
            .collect();
        let joined = runs
            .into_iter()
            .map(|run| run.join().expect("a run reports"));
        joined.collect()
    });
    println!("{cases} cases in {:?}", started.elapsed());
    for result in results {
        result.unwrap();
    }
}

#[test]
fn nothing_at_all_makes_no_macro_panic() {
    for source in [
        "",
        ";",
        "{}",
        "()",
        "#",
        "#[]",
        "fn",
        "struct",
        "enum X {}",
        "impl",
        "impl {}",
        "impl X",
        "impl X {}",
        "pub",
        "X {",
        "Shop {}",
    ] {
        let Ok(tokens) = source.parse::<proc_macro2::TokenStream>() else {
            continue;
        };
        for name in ["gen_server", "state_machine", "supervisor"] {
            let used = Use {
                name,
                args: tokens.clone(),
                tokens: tokens.clone(),
                beside: (name == "state_machine").then(|| tokens.clone()),
            };
            used.expand();
        }
    }
}
