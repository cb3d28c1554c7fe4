//! The bar that every error holds, and what is excepted from it.

use std::collections::BTreeMap;
use std::fs;

use super::cases::Case;
use super::compile::{Error, Span};
use super::folder;

/// Lines that an error may have.
const LINES: usize = 12;

/// What can be wrong with what the compiler says of one mistake. Its name is what the table of
/// exceptions calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// There is no error, or more than one.
    Number,
    /// An error is longer than [`LINES`].
    Lines,
    /// An error points at no token of the user's, or at the whole of a macro.
    Place,
    /// A name is in it that the user has never seen.
    Names,
    /// It does not say what to write instead.
    Help,
}

const FAULTS: [(Fault, &str); 5] = [
    (Fault::Number, "number"),
    (Fault::Lines, "lines"),
    (Fault::Place, "place"),
    (Fault::Names, "names"),
    (Fault::Help, "help"),
];

/// Names of the inside: of ours and of other crates.
const FOREIGN: [&str; 14] = [
    "__private",
    "otp_core",
    "otp-core",
    "otp_macros",
    "syn::",
    "proc_macro",
    "quote::",
    "tokio::",
    "Carried",
    "carry_",
    "ServerDecl",
    "Supervisable",
    "macro-backtrace",
    "__",
];

/// What is wrong with the errors of one program.
pub(crate) fn faults(errors: &[Error]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if errors.len() != 1 {
        faults.push(Fault::Number);
    }
    let mut any = |fault, holds: &dyn Fn(&Error) -> bool| {
        if !errors.iter().all(holds) {
            faults.push(fault);
        }
    };
    any(Fault::Lines, &|error| error.text.lines().count() <= LINES);
    any(Fault::Place, &|error| {
        !error.primary.is_empty() && error.primary.iter().all(is_on_a_token)
    });
    any(Fault::Names, &|error| {
        !FOREIGN.iter().any(|name| error.text.contains(name))
    });
    any(Fault::Help, &shows_the_right_form);
    faults
}

/// In the user's file, in one line, and not the attribute itself.
fn is_on_a_token(span: &Span) -> bool {
    let whole = [
        "#[gen_server",
        "#[state_machine",
        "supervisor!",
        "supervisor !",
    ];
    span.file == "src/main.rs"
        && span.lines.0 == span.lines.1
        && !span.marked.is_empty()
        && !whole.iter().any(|macro_| span.marked.starts_with(macro_))
}

/// A help of ours stands in the message; one of the compiler's beside it, where one that only says
/// which trait is not there does not count.
fn shows_the_right_form(error: &Error) -> bool {
    let says = |help: &String| {
        !help.starts_with("the trait") && !help.starts_with("the following other types")
    };
    error.message.contains("help: ") || error.helps.iter().any(says)
}

/// One line of the table of exceptions.
pub(crate) struct Exception {
    pub(crate) faults: Vec<Fault>,
    pub(crate) reason: String,
}

/// What is left to the compiler, by the name of the case.
pub(crate) fn exceptions() -> BTreeMap<String, Exception> {
    let table = fs::read_to_string(folder().join("exceptions.md")).expect("the exceptions");
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let rows = rows.filter(|line| !line.starts_with("| mistake |") && !line.starts_with("| ---"));
    rows.map(exception).collect()
}

fn exception(row: &str) -> (String, Exception) {
    let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
    let [name, faults, reason] = cells[..] else {
        panic!("not three cells: {row}");
    };
    let fault = |word: &str| {
        let known = FAULTS.iter().find(|(_, name)| *name == word);
        known.unwrap_or_else(|| panic!("unknown fault in {row}")).0
    };
    let mut faults: Vec<Fault> = faults.split(", ").map(fault).collect();
    faults.sort_unstable();
    let reason = reason.to_owned();
    (name.to_owned(), Exception { faults, reason })
}

/// One line on what the compiler says of a mistake.
pub(crate) fn line(case: &Case, errors: &[Error], faults: &[Fault]) -> String {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| error.text.lines().count().to_string())
        .collect();
    let marked: Vec<&str> = errors
        .iter()
        .flat_map(|error| &error.primary)
        .map(|span| span.marked.as_str())
        .collect();
    let names: Vec<&str> = FAULTS
        .iter()
        .filter(|(fault, _)| faults.contains(fault))
        .map(|(_, name)| *name)
        .collect();
    format!(
        "{}: {} errors, {} lines, at `{}`{}{}",
        case.name,
        errors.len(),
        lines.join(" + "),
        marked.join("`, `"),
        if names.is_empty() { "" } else { "; " },
        names.join(", "),
    )
}
