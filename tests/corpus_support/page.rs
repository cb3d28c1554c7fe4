//! `docs/errors.md`: every mistake with what the compiler says and what to write instead.

use std::fmt::Write;

use super::bar::Exception;
use super::cases::{Case, Topic};
use super::compile::Error;

const HEAD: &str = "\
# Errors and what to write instead

One section for each mistake: the wrong lines, what the compiler says, and the right lines. The programs
around the lines are in `tests/ui/corpus/programs`. This page is written by
`UPDATE=1 cargo test --test corpus`, and a test checks that it is what the compiler says.
";

/// The page, made of all topics and what the compiler says of their cases.
pub(crate) fn page<'a>(
    topics: &'a [Topic],
    of_case: impl Fn(&'a Case) -> (&'a [Error], Option<&'a Exception>),
) -> String {
    let mut out = HEAD.to_owned();
    for topic in topics {
        let _ = write!(out, "\n## {}\n", topic.title);
        for case in &topic.cases {
            let (errors, exception) = of_case(case);
            section(&mut out, case, errors, exception);
        }
    }
    out
}

fn section(out: &mut String, case: &Case, errors: &[Error], exception: Option<&Exception>) {
    let lines = |pick: fn(&super::cases::Hunk) -> &Vec<String>| {
        let hunks: Vec<String> = case.hunks.iter().map(|hunk| plain(pick(hunk))).collect();
        hunks.join("\n// ..\n")
    };
    let mut name = case.name.clone();
    name[..1].make_ascii_uppercase();
    let texts: Vec<&str> = errors.iter().map(|error| error.text.as_str()).collect();
    let _ = write!(
        out,
        "\n### {name}\n\n```rust\n{}\n```\n\n```text\n{}\n```\n",
        lines(|hunk| &hunk.wrong),
        texts.join("\n\n"),
    );
    if let Some(exception) = exception {
        let _ = write!(out, "\nLeft to the compiler: {}.\n", exception.reason);
    }
    let right = lines(|hunk| &hunk.right);
    if !right.trim().is_empty() {
        let _ = write!(out, "\nRight:\n\n```rust\n{right}\n```\n");
    }
}

/// The lines without the indentation that they share.
fn plain(lines: &[String]) -> String {
    let indent = |line: &String| line.len() - line.trim_start().len();
    let full = lines.iter().filter(|line| !line.trim().is_empty());
    let shared = full.map(indent).min().unwrap_or(0);
    let cut: Vec<&str> = lines
        .iter()
        .map(|line| line.get(shared..).unwrap_or("").trim_end())
        .collect();
    cut.join("\n")
}
