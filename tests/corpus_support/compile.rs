//! The compiler, run on one program after the other, and what it says as data.
//!
//! The libraries are those of the test build itself, so a program costs one run of the compiler and
//! no run of cargo.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, thread};

use serde_json::Value;

use super::root;

/// A compiler with the libraries that a program of the corpus may use.
pub(crate) struct Compiler {
    libraries: Vec<(&'static str, PathBuf)>,
    /// Where programs and what is made of them go.
    scratch: PathBuf,
}

/// An error, as the compiler tells it.
pub(crate) struct Error {
    /// What is printed.
    pub(crate) text: String,
    pub(crate) message: String,
    pub(crate) helps: Vec<String>,
    pub(crate) primary: Vec<Span>,
}

/// Where an error points.
pub(crate) struct Span {
    pub(crate) file: String,
    /// Lines from the first to the last, counted from 1.
    pub(crate) lines: (usize, usize),
    /// What is marked, when that is on one line.
    pub(crate) marked: String,
}

impl Compiler {
    /// A compiler for programs that know each library by the name that stands before it.
    pub(crate) fn new(name: &str, libraries: &[(&'static str, &'static str)]) -> Self {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&scratch).expect("a folder");
        Compiler {
            libraries: find(libraries),
            scratch,
        }
    }

    /// What the compiler says of each program: nothing but errors, in its order.
    pub(crate) fn check_all(&self, programs: &[(&str, &str)]) -> Vec<Vec<Error>> {
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<Option<Vec<Error>>>> =
            Mutex::new(programs.iter().map(|_| None).collect());
        let workers = thread::available_parallelism().map_or(2, usize::from);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some((name, source)) = programs.get(index) else {
                            break;
                        };
                        let errors = self.check(name, source);
                        done.lock().unwrap_or_else(PoisonError::into_inner)[index] = Some(errors);
                    }
                });
            }
        });
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.into_iter()
            .map(|errors| errors.expect("checked"))
            .collect()
    }

    fn check(&self, name: &str, source: &str) -> Vec<Error> {
        let stem = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
        let folder = self.scratch.join(&stem);
        fs::create_dir_all(folder.join("src")).expect("a folder");
        fs::write(folder.join("src/main.rs"), source).expect("a program");
        let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc
            .current_dir(&folder)
            .args(["src/main.rs", "--edition=2024", "--emit=metadata"])
            .args([
                "--error-format=json",
                "--diagnostic-width=140",
                "-Awarnings",
                "-o",
                "out.rmeta",
            ]);
        for (name, path) in &self.libraries {
            rustc
                .arg("--extern")
                .arg(format!("{name}={}", path.display()));
            let folder = path.parent().expect("a folder");
            rustc
                .arg("-L")
                .arg(format!("dependency={}", folder.display()));
        }
        let output = rustc.output().expect("the compiler runs");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let messages = text.lines().filter(|line| line.starts_with('{'));
        let errors: Vec<Error> = messages
            .filter_map(|line| serde_json::from_str(line).ok())
            .filter_map(|message: Value| error(&message))
            .collect();
        assert!(
            output.status.success() != errors.iter().any(|_| true),
            "{name}: {text}"
        );
        errors
    }
}

/// Finds the libraries that this very test was built with.
fn find(names: &[(&'static str, &'static str)]) -> Vec<(&'static str, PathBuf)> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("a folder");
    let release = !cfg!(debug_assertions);
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(root())
        .args([
            "build",
            "--test",
            "corpus",
            "--message-format=json",
            "--offline",
        ])
        .arg("--target-dir")
        .arg(target)
        .args(release.then_some("--release"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let messages: Vec<Value> = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let library = |target: &str| {
        let kinds = ["lib", "proc-macro"];
        let artifact = messages.iter().find(|message| {
            message["reason"] == "compiler-artifact"
                && message["target"]["name"] == target
                && kinds
                    .iter()
                    .any(|kind| message["target"]["kind"][0] == *kind)
        });
        let files = artifact.and_then(|artifact| artifact["filenames"].as_array());
        let mut files = files.into_iter().flatten().filter_map(Value::as_str);
        let suffixes = ["rlib", "rmeta", "so", "dylib", "dll"];
        let library = files.find(|file| {
            let suffix = Path::new(file).extension();
            suffix.is_some_and(|suffix| suffixes.iter().any(|known| suffix == *known))
        });
        PathBuf::from(library.unwrap_or_else(|| panic!("cargo has built no `{target}`\n{text}")))
    };
    names
        .iter()
        .map(|(name, target)| (*name, library(target)))
        .collect()
}

fn error(message: &Value) -> Option<Error> {
    if message["level"] != "error" {
        return None;
    }
    let said = message["message"].as_str()?.to_owned();
    if said.starts_with("aborting due to") {
        return None;
    }
    let children = message["children"].as_array()?;
    let helps = children
        .iter()
        .filter(|child| child["level"] == "help" || child["level"] == "note");
    let helps = helps.filter_map(|help| help["message"].as_str());
    let spans = message["spans"].as_array()?;
    let primary = spans.iter().filter(|span| span["is_primary"] == true);
    Some(Error {
        text: without_places(message["rendered"].as_str()?.trim_end()),
        message: said,
        helps: helps.map(str::to_owned).collect(),
        primary: primary.filter_map(span).collect(),
    })
}

/// The text without lines and columns in files that are not the user's, which move.
fn without_places(text: &str) -> String {
    let line = |line: &str| {
        let is_place = line.contains("--> ") || line.contains("::: ");
        match line.split_once(".rs:") {
            Some((path, _)) if is_place && !path.ends_with("src/main") => format!("{path}.rs"),
            _ => line.to_owned(),
        }
    };
    let lines: Vec<String> = text.lines().map(line).collect();
    lines.join("\n")
}

fn span(span: &Value) -> Option<Span> {
    let number = |name: &str| usize::try_from(span[name].as_u64()?).ok();
    let lines = (number("line_start")?, number("line_end")?);
    let text = span["text"][0]["text"].as_str().unwrap_or("");
    let columns = (number("column_start")?, number("column_end")?);
    let marked = text.chars().skip(columns.0 - 1);
    Some(Span {
        file: span["file_name"].as_str()?.to_owned(),
        lines,
        marked: if lines.0 == lines.1 {
            marked.take(columns.1 - columns.0).collect()
        } else {
            String::new()
        },
    })
}
