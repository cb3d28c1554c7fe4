//! What the compiler says of each realistic mistake: one short error, on the user's token, that shows
//! what to write.
//!
//! `cargo test --test corpus -- --nocapture` prints a line for each; `UPDATE=1` writes `docs/errors.md`
//! anew.

mod corpus_support;

use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs};

use corpus_support::cases::{Case, Topic};
use corpus_support::compile::{Compiler, Error};
use corpus_support::{bar, cases, page, root};

/// What the programs depend on.
const LIBRARIES: [(&str, &str); 2] = [("otp", "otp"), ("tokio", "tokio")];

#[test]
fn every_mistake_is_one_short_error_that_shows_what_to_write() {
    let topics = cases::topics();
    let cases: Vec<&Case> = topics.iter().flat_map(|topic| &topic.cases).collect();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two mistakes share a name");
    assert!(cases.len() >= 150, "only {} mistakes", cases.len());

    let programs: Vec<_> = cases
        .iter()
        .map(|case| (case.name.as_str(), case.source.as_str()))
        .collect();
    let said = Compiler::new("corpus", &LIBRARIES).check_all(&programs);

    let mut exceptions = bar::exceptions();
    let mut failed = Vec::new();
    for (case, errors) in cases.iter().zip(&said) {
        let faults = bar::faults(errors);
        let line = bar::line(case, errors, &faults);
        println!("{line}");
        let excepted = exceptions.remove(&case.name);
        let excepted = excepted
            .map(|exception| exception.faults)
            .unwrap_or_default();
        if faults != excepted {
            let texts: Vec<&str> = errors.iter().map(|error| error.text.as_str()).collect();
            failed.push(format!(
                "{line}\n(excepted: {excepted:?})\n{}\n",
                texts.join("\n\n")
            ));
        }
    }
    for (name, exception) in exceptions {
        failed.push(format!("{name}: no such mistake ({})", exception.reason));
    }
    assert!(
        failed.is_empty(),
        "{} of {} do not hold the bar:\n\n{}",
        failed.len(),
        cases.len(),
        failed.join("\n")
    );
    check_page(&topics, &cases, &said);
}

/// The page holds what has just been said.
fn check_page(topics: &[Topic], cases: &[&Case], said: &[Vec<Error>]) {
    let by_name: BTreeMap<&str, &[Error]> = cases
        .iter()
        .zip(said)
        .map(|(case, errors)| (case.name.as_str(), errors.as_slice()))
        .collect();
    let exceptions = bar::exceptions();
    let text = page::page(topics, |case| {
        (by_name[case.name.as_str()], exceptions.get(&case.name))
    });
    let path = root().join("docs/errors.md");
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &text).expect("the page is written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = text
        .lines()
        .zip(written.lines())
        .find(|(new, old)| new != old);
    assert!(
        text == written,
        "docs/errors.md is not what the compiler says; run `UPDATE=1 cargo test --test corpus`\n{differs:?}"
    );
}

#[test]
fn the_programs_without_a_mistake_compile() {
    let programs = cases::programs();
    let programs: Vec<_> = programs
        .iter()
        .map(|(name, source)| (name.as_str(), source.as_str()))
        .collect();
    for ((name, _), errors) in programs
        .iter()
        .zip(Compiler::new("right", &LIBRARIES).check_all(&programs))
    {
        let texts: Vec<&str> = errors.iter().map(|error| error.text.as_str()).collect();
        assert!(texts.is_empty(), "{name}: {}", texts.join("\n\n"));
    }
}
