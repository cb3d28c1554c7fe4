//! `docs/unsafe.md` names each `unsafe` of the engine, and models and tests that are there.

mod named_tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use named_tests::root;

/// How often `unsafe` stands in a file, by the function that it stands in.
type Places = BTreeMap<(String, String), usize>;

fn page() -> String {
    fs::read_to_string(root().join("docs/unsafe.md")).expect("the page")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let mut all = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            all.extend(sources(&path));
        } else {
            all.push(path);
        }
    }
    all
}

/// Whether `word` stands in `line`, not as a part of another.
fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|part| part == word)
}

/// What stands between `keyword` and the next sign, if `line` begins to declare it.
fn declared<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let (before, after) = match line.strip_prefix(keyword) {
        Some(after) => ("", after),
        None => line.split_once(&format!(" {keyword}"))?,
    };
    let qualifiers = ["pub", "const", "async", "unsafe"];
    let known = |word: &str| qualifiers.contains(&word) || word.starts_with("pub(");
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let name = after.split(|c| !word(c)).next()?;
    let visibility = before.replace("pub(in crate::process)", "pub");
    (visibility.split_whitespace().all(known) && !name.is_empty()).then_some(name)
}

/// Without what stands between angle brackets.
fn plain(text: &str) -> String {
    let mut depth = 0;
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain.trim().to_owned()
}

fn count(file: &str, text: &str, places: &mut Places) {
    let mut place = String::new();
    for line in text.lines().map(str::trim) {
        let code = line.split("//").next().unwrap_or_default();
        if let Some(name) = declared(code, "fn ") {
            name.clone_into(&mut place);
        } else if let Some(name) = declared(code, "static ").or_else(|| declared(code, "const "))
            && name.chars().all(|c| c.is_uppercase() || c == '_')
        {
            name.clone_into(&mut place);
        }
        if has_word(code, "unsafe") {
            let at = match code.strip_prefix("unsafe impl") {
                Some(rest) => plain(rest.split('{').next().unwrap_or_default()),
                None if code.contains(": unsafe fn(") => "VTable".to_owned(),
                None => place.clone(),
            };
            *places.entry((file.to_owned(), at)).or_default() += 1;
        }
    }
}

/// The rows of the page: under a heading with a file's name, a function and how often.
fn rows(page: &str) -> Places {
    let mut places = Places::new();
    let mut file = String::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            heading.trim_matches('`').clone_into(&mut file);
        } else if line.starts_with("## ") {
            file.clear();
        } else if line.starts_with("| `") && !file.is_empty() {
            let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
            let function = cells.next().expect("a function").trim_matches('`');
            let times = cells.next().and_then(|times| times.parse().ok());
            let times = times.unwrap_or_else(|| panic!("no number: {line}"));
            let before = places.insert((file.clone(), function.to_owned()), times);
            assert_eq!(before, None, "twice: {line}");
        }
    }
    places
}

#[test]
fn each_unsafe_of_the_engine_is_on_the_page_and_no_other() {
    let engine = root().join("otp-core/src/process");
    let mut places = Places::new();
    for path in sources(&engine) {
        let file = path.strip_prefix(&engine).expect("a file of the engine");
        let text = fs::read_to_string(&path).expect("a source");
        count(&file.display().to_string(), &text, &mut places);
    }
    assert!(places.len() > 50, "the engine was not found");
    let listed = rows(&page());
    let missing: Vec<_> = places
        .iter()
        .filter(|(place, times)| listed.get(*place) != Some(times))
        .collect();
    let gone: Vec<_> = listed
        .keys()
        .filter(|at| !places.contains_key(*at))
        .collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "docs/unsafe.md: to be listed, with so many: {missing:#?}; no longer there: {gone:#?}"
    );
    let total: usize = places.values().sum();
    assert!(
        page().contains(&format!("{total} times there")),
        "docs/unsafe.md: it stands {total} times there"
    );
}

#[test]
fn models_and_tests_that_the_page_names_are_there() {
    let mut functions = BTreeSet::new();
    for folder in [
        "otp-core/src/process/loom",
        "otp-core/src/process/unit_tests",
        "otp-core/tests",
        "tests",
    ] {
        for path in sources(&root().join(folder)) {
            if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                functions.extend(
                    text.lines()
                        .filter_map(|line| declared(line.trim(), "fn ").map(str::to_owned)),
                );
            }
        }
    }
    let page = page();
    let (_, lists) = page.split_once("## Models").expect("a list of models");
    let mut listed = BTreeSet::new();
    for line in lists.lines() {
        let Some((number, name)) = line.split_once(". `") else {
            continue;
        };
        let name = name.trim_end_matches('`');
        assert!(functions.contains(name), "there is no {name}");
        assert!(listed.insert(number.to_owned()), "twice: {line}");
    }
    let models = functions.iter().filter(|name| name.starts_with("loom_"));
    let unnamed: Vec<_> = models
        .filter(|name| !lists.contains(name.as_str()))
        .collect();
    assert!(
        unnamed.is_empty(),
        "models that the page does not name: {unnamed:?}"
    );
    // Each pair of actors has a model, or a letter that says why there is none.
    let matrix = page.split("## Pairs").nth(1).expect("the matrix");
    let matrix = matrix
        .split("\n## ")
        .next()
        .expect("up to the next heading");
    let mut lines = 0;
    for line in matrix.lines().filter(|line| line.starts_with("| **")) {
        lines += 1;
        let cells: Vec<&str> = line.trim_matches('|').split('|').skip(1).collect();
        for cell in &cells[..lines] {
            let cell = cell.trim();
            let letter = cell.len() == 1 && matrix.contains(&format!("- {cell}: "));
            let known = |part: &str| listed.contains(part);
            assert!(
                letter || !cell.is_empty() && cell.split(", ").all(known),
                "{cell:?} is neither a model nor a reason: {line}"
            );
        }
    }
    assert_eq!(lines, 12, "one line an actor");
}
