//! Which tests show which statements, as the tests themselves say.

use std::collections::BTreeMap;

use crate::named_tests::{Named, folders};

/// The prefixes of the lists that are here.
const PREFIXES: &[&str] = &[
    "AGT", "DYN", "ETS", "GS", "PG", "PRC", "PSU", "PT", "REG", "SM", "SUP", "TSK",
];

/// By statement, the tests that name it, file by file in the order of their source.
pub(crate) fn collect() -> BTreeMap<String, Vec<Named>> {
    let mut files = Vec::new();
    for folder in folders() {
        let entries = std::fs::read_dir(&folder).expect("a folder of tests");
        files.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    files.retain(|path| path.extension().is_some_and(|ext| ext == "rs"));
    files.sort();
    let mut all: BTreeMap<String, Vec<Named>> = BTreeMap::new();
    for path in files {
        let source = std::fs::read_to_string(&path).expect("a source");
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        for (test, ids) in tests_of(&source) {
            for id in ids {
                let named = Named {
                    file: stem.unwrap_or_default().to_owned(),
                    test: test.clone(),
                };
                let tests = all.entry(id).or_default();
                if !tests.contains(&named) {
                    tests.push(named);
                }
            }
        }
    }
    all
}

/// The tests of a source, with the statements that they name.
fn tests_of(source: &str) -> Vec<(String, Vec<String>)> {
    let mut tests = Vec::new();
    let mut above = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("//") {
            if !comment.starts_with('!') {
                above.extend(ids(comment.split(|c: char| !c.is_ascii_alphanumeric())));
            }
            continue;
        }
        if line.starts_with("#[") {
            is_test |= line.contains("test");
            continue;
        }
        let function = line.strip_prefix("async ").unwrap_or(line);
        if let Some((name, _)) = function.strip_prefix("fn ").and_then(|f| f.split_once('('))
            && is_test
        {
            let upper = name.to_ascii_uppercase();
            above.extend(ids(upper.split('_')));
            tests.push((name.to_owned(), std::mem::take(&mut above)));
        }
        is_test = false;
        above.clear();
    }
    tests
}

/// The statements among words: a prefix and a number, or two with `to` between for a range.
fn ids<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((prefix, number)) = id_at(&words, at) {
        let range = words
            .get(at + 2)
            .is_some_and(|to| to.eq_ignore_ascii_case("to"));
        let last = range.then(|| id_at(&words, at + 3)).flatten();
        let last = last.map_or(number, |(_, last)| last);
        found.extend((number..=last).map(|number| format!("{prefix}-{number:03}")));
        at += 2;
    }
    if at == 0 && !words.is_empty() {
        found.extend(ids(words[1..].iter().copied()));
    } else if at < words.len() && at > 0 {
        found.extend(ids(words[at..].iter().copied()));
    }
    found
}

fn id_at<'a>(words: &[&'a str], at: usize) -> Option<(&'a str, u32)> {
    let (prefix, number) = (*words.get(at)?, *words.get(at + 1)?);
    let is_number = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    (PREFIXES.contains(&prefix) && is_number).then(|| (prefix, number.parse().unwrap_or(0)))
}

#[test]
fn ids_are_found_in_names_and_comments() {
    let source = "\
//! GS-001 of the whole file is nobody's.

// SUP-046, DYN-016: twice.
#[tokio::test]
async fn sup_047_it_holds() {}

/// REG-003 to REG-005
#[test]
fn another() {}

// PG-001
fn no_test() {}

#[test]
fn reg_026_to_reg_028_and_words() {}
";
    let found = tests_of(source);
    let expected = [
        ("sup_047_it_holds", vec!["SUP-046", "DYN-016", "SUP-047"]),
        ("another", vec!["REG-003", "REG-004", "REG-005"]),
        (
            "reg_026_to_reg_028_and_words",
            vec!["REG-026", "REG-027", "REG-028"],
        ),
    ];
    assert_eq!(found.len(), 3);
    for ((name, ids), (test, expected)) in found.iter().zip(expected) {
        let mut ids = ids.clone();
        ids.dedup();
        assert_eq!(
            (name.as_str(), ids),
            (test, expected.iter().map(ToString::to_string).collect())
        );
    }
}
