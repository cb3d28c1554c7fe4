//! The table as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::list::{List, Statement};
use crate::named_tests::{Named, join};

const HEAD: &str = "\
# Conformance: where each statement is shown

One row a statement of the conformance lists: the tests that show it, or why there is none. Written by
`CONFORMANCE=overwrite cargo test --test conformance` from `conformance/*.md` and the tests themselves.
";

pub(crate) fn write(lists: &[List], shown: &BTreeMap<String, Vec<Named>>) -> String {
    let mut text = HEAD.to_owned();
    for list in lists {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## {}\n\n", list.title);
        text.push_str("| ID | statement | tests, or reason |\n| --- | --- | --- |\n");
        for statement in &list.statements {
            let cell = cell(statement, shown, list.pending.as_deref());
            let _ = writeln!(text, "| {} | {} | {cell} |", statement.id, statement.text);
        }
    }
    text
}

fn cell(
    statement: &Statement,
    shown: &BTreeMap<String, Vec<Named>>,
    pending: Option<&str>,
) -> String {
    let mut tests = shown.get(&statement.id).cloned().unwrap_or_default();
    for named in &statement.shown {
        if !tests.contains(named) {
            tests.push(named.clone());
        }
    }
    let tests = join(&tests);
    match (tests.is_empty(), &statement.note) {
        (false, None) => tests,
        (false, Some(note)) => format!("{tests}; {note}"),
        (true, Some(note)) => note.clone(),
        (true, None) if statement.tag == "n/a" => "n/a".to_owned(),
        (true, None) => pending.unwrap_or("none yet").to_owned(),
    }
}
