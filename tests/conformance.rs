//! `CONFORMANCE.md` says where each statement of the conformance lists is shown, or why it is not.
//!
//! The statements are data, in `conformance/*.md`. A test shows one by having its number in its name
//! (`prc_001_..`, `reg_026_to_reg_030_..`) or in the comment above it (`// DYN-016, SUP-045`). The table is
//! written from both:
//!
//! ```text
//! CONFORMANCE=overwrite cargo test --test conformance   # writes the table
//! CONFORMANCE=import cargo test --test conformance      # first takes rows over that were written by hand
//! ```

#[path = "conformance/import.rs"]
mod import;
#[path = "conformance/list.rs"]
mod list;
mod named_tests;
#[path = "conformance/shown.rs"]
mod shown;
#[path = "conformance/table.rs"]
mod table;

use std::collections::HashSet;

use list::List;
use named_tests::{Sources, root, split};

fn lists() -> Vec<List> {
    list::read_all().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_table_is_current() {
    let path = root().join("tests/CONFORMANCE.md");
    let mode = std::env::var("CONFORMANCE").unwrap_or_default();
    let shown = shown::collect();
    if mode == "import" {
        let table = std::fs::read_to_string(&path).expect("the table");
        import::import(&table, lists(), &shown).unwrap_or_else(|error| panic!("{error}"));
    }
    let table = table::write(&lists(), &shown);
    if mode == "overwrite" || mode == "import" {
        std::fs::write(&path, table).expect("the table can be written");
        return;
    }
    let found = std::fs::read_to_string(&path).expect("the table");
    let differs = found.lines().zip(table.lines()).find(|(a, b)| a != b);
    assert!(
        found == table,
        "tests/CONFORMANCE.md is not current. `CONFORMANCE=overwrite cargo test --test conformance` writes it; \
         if rows were written by hand, `CONFORMANCE=import` takes them over first. The first difference:\n{differs:#?}"
    );
}

#[test]
fn every_must_is_shown_by_a_test_or_has_a_reason() {
    let shown = shown::collect();
    let mut missing = Vec::new();
    for list in lists().iter().filter(|list| list.pending.is_none()) {
        for statement in &list.statements {
            if statement.is_open(&shown) {
                missing.push(format!("{} {}", statement.id, statement.text));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "neither a test nor a reason:\n{}",
        missing.join("\n")
    );
}

#[test]
fn every_statement_that_a_test_names_is_in_a_list_and_is_there_once() {
    let mut ids = HashSet::new();
    for list in lists() {
        for statement in list.statements {
            assert!(ids.insert(statement.id.clone()), "{} twice", statement.id);
        }
    }
    for (id, tests) in shown::collect() {
        assert!(ids.contains(&id), "no list has {id}, which {tests:?} name");
    }
}

#[test]
fn every_test_that_the_conformance_table_names_exists() {
    let table = std::fs::read_to_string(root().join("tests/CONFORMANCE.md")).expect("the table");
    let mut sources = Sources::default();
    let mut count = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap_or("");
        for named in split(cell).0 {
            assert!(sources.has(&named), "there is no {named:?}\n{row}");
            count += 1;
        }
    }
    assert!(count > 200, "only {count} tests are named");
}

#[test]
fn every_mistake_that_is_said_not_to_compile_is_a_case() {
    let mut count = 0;
    for list in lists() {
        for statement in list.statements {
            let note = statement.note.unwrap_or_default();
            let cases = note.split('`').filter(|word| word.starts_with("tests/ui"));
            for case in cases {
                assert!(root().join(case).is_file(), "{}: {case}", statement.id);
                count += 1;
            }
            let says = note.contains("compile") && note.contains("ui");
            assert!(!says || note.contains("`tests/ui/"), "{}", statement.id);
        }
    }
    assert!(count > 10, "only {count} cases are named");
}
