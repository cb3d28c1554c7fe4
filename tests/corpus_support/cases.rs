//! The mistakes as they are written down, and the programs that they make.

use std::collections::BTreeMap;
use std::fs;

use super::folder;

/// The mistakes about one thing: a file of the corpus.
pub(crate) struct Topic {
    pub(crate) title: String,
    pub(crate) cases: Vec<Case>,
}

/// A program with one mistake.
pub(crate) struct Case {
    /// What is wrong, in words: its name in reports, unique.
    pub(crate) name: String,
    pub(crate) hunks: Vec<Hunk>,
    pub(crate) source: String,
}

/// Lines of the right program, and what stands there instead.
#[derive(Default)]
pub(crate) struct Hunk {
    pub(crate) right: Vec<String>,
    pub(crate) wrong: Vec<String>,
}

/// The right programs by name.
pub(crate) fn programs() -> BTreeMap<String, String> {
    let files = fs::read_dir(folder().join("programs")).expect("the programs");
    let read = |file: std::io::Result<fs::DirEntry>| {
        let path = file.expect("a program").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let source = fs::read_to_string(&path).expect("a program");
        (name.into_owned(), source)
    };
    files.map(read).collect()
}

/// All mistakes, in the order of the files.
pub(crate) fn topics() -> Vec<Topic> {
    let programs = programs();
    let files = fs::read_dir(folder()).expect("the corpus");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let read = |path| topic(&fs::read_to_string(path).expect("mistakes"), &programs);
    paths.iter().map(read).collect()
}

fn topic(text: &str, programs: &BTreeMap<String, String>) -> Topic {
    let mut parts = text.split("\n== ");
    let head = parts.next().expect("a head");
    let title = head.trim().trim_start_matches("# ").to_owned();
    let cases = parts.map(|part| case(part, programs)).collect();
    Topic { title, cases }
}

fn case(text: &str, programs: &BTreeMap<String, String>) -> Case {
    let mut lines = text.lines();
    let name = lines.next().expect("a name").to_owned();
    let program = lines.next().and_then(|line| line.strip_prefix("in "));
    let program = program.unwrap_or_else(|| panic!("`{name}` is in no program"));
    let mut hunks: Vec<Hunk> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let (sign, code) = line.split_at(1);
        let code = code.strip_prefix(' ').unwrap_or(code).to_owned();
        match (sign, hunks.last_mut()) {
            ("-", Some(hunk)) if hunk.wrong.is_empty() => hunk.right.push(code),
            ("-", _) => hunks.push(Hunk {
                right: vec![code],
                wrong: Vec::new(),
            }),
            ("+", Some(hunk)) => hunk.wrong.push(code),
            _ => panic!("`{name}`: {line}"),
        }
    }
    let right = programs.get(program);
    let right = right.unwrap_or_else(|| panic!("`{name}`: no program `{program}`"));
    let mut source: Vec<&str> = right.lines().collect();
    for hunk in &hunks {
        let length = hunk.right.len();
        let places: Vec<usize> = (0..=source.len().saturating_sub(length))
            .filter(|&at| source[at..at + length] == hunk.right[..])
            .collect();
        let [at] = places[..] else {
            panic!(
                "`{name}`: found {} times\n{}",
                places.len(),
                hunk.right.join("\n")
            );
        };
        source.splice(at..at + length, hunk.wrong.iter().map(String::as_str));
    }
    Case {
        source: source.join("\n") + "\n",
        name,
        hunks,
    }
}
