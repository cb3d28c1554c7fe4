//! Tests as documents name them: ``file: `test`, `test`; file: `test` ``, and whether they are there.

#![allow(dead_code)] // each test binary uses its own part

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A test: its file, without `.rs`, and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Named {
    pub(crate) file: String,
    pub(crate) test: String,
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders that tests are in.
pub(crate) fn folders() -> [PathBuf; 3] {
    ["tests", "otp-core/tests", "otp-test/tests"].map(|folder| root().join(folder))
}

/// Splits a text at `; ` into tests and what is said beside them.
pub(crate) fn split(text: &str) -> (Vec<Named>, Vec<&str>) {
    let (mut tests, mut words) = (Vec::new(), Vec::new());
    for part in text
        .split("; ")
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        match part.split_once(": `") {
            Some((file, names)) if file.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                let names = names.split('`').step_by(2).filter(|name| !name.is_empty());
                tests.extend(names.map(|name| Named {
                    file: file.to_owned(),
                    test: name.to_owned(),
                }));
            }
            _ => words.push(part),
        }
    }
    (tests, words)
}

/// Tests as [`split`] reads them, each file once.
pub(crate) fn join(tests: &[Named]) -> String {
    let mut files: Vec<&str> = tests.iter().map(|named| named.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let of_file = |file: &str| {
        let of_file = tests.iter().filter(|named| named.file == file);
        let names: Vec<_> = of_file.map(|named| format!("`{}`", named.test)).collect();
        format!("{file}: {}", names.join(", "))
    };
    let all: Vec<_> = files.into_iter().map(of_file).collect();
    all.join("; ")
}

/// Looks tests up, each file once.
#[derive(Default)]
pub(crate) struct Sources(HashMap<String, Option<String>>);

impl Sources {
    pub(crate) fn has(&mut self, named: &Named) -> bool {
        let source = self.0.entry(named.file.clone()).or_insert_with(|| {
            let file = format!("{}.rs", named.file);
            let paths = folders().map(|folder| folder.join(&file));
            paths
                .iter()
                .find_map(|path| std::fs::read_to_string(path).ok())
        });
        let function = format!("fn {}(", named.test);
        source
            .as_ref()
            .is_some_and(|source| source.contains(&function))
    }
}
