//! Documents that name tests name tests that are there.

mod named_tests;

use std::collections::BTreeSet;

use named_tests::{Sources, root, split};

/// The numbers in brackets of a line.
fn references(line: &str) -> Vec<u32> {
    let parts = line.split('[').skip(1);
    let numbers = parts.filter_map(|part| part.split_once(']')?.0.parse().ok());
    numbers.collect()
}

#[test]
fn each_cell_of_the_semantics_names_a_test_and_each_test_is_there() {
    let text = std::fs::read_to_string(root().join("docs/semantics.md")).expect("the page");
    let (page, tests) = text.split_once("## Tests").expect("a list of tests");
    let mut used = BTreeSet::new();
    let mut cells = 0;
    for row in page.lines().filter(|line| line.starts_with("| **")) {
        for cell in row.trim_matches('|').split(" | ").skip(1) {
            assert_eq!(references(cell).len(), 1, "one number a cell: {cell}");
            cells += 1;
        }
    }
    assert_eq!(cells, 8 * 5, "each event, for all that is on its way");
    for row in page.lines().filter(|line| line.starts_with("| a")) {
        assert_eq!(references(row).len(), 1, "one number a row: {row}");
    }
    page.lines().for_each(|line| used.extend(references(line)));

    let mut sources = Sources::default();
    let mut listed = BTreeSet::new();
    for line in tests.lines().filter(|line| !line.is_empty()) {
        let (number, names) = line.split_once(". ").expect("a numbered line");
        let (names, words) = split(names);
        assert!(!names.is_empty() && words.is_empty(), "only tests: {line}");
        for named in names {
            assert!(sources.has(&named), "there is no {named:?}: {line}");
        }
        assert!(listed.insert(number.parse().expect("a number")), "{line}");
    }
    assert_eq!(used, listed, "numbers used, and numbers listed");
}
