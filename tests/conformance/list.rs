//! The lists of statements: `conformance/*.md`.
//!
//! ```text
//! # Processes
//! prefix: PRC
//! pending: why the list need not be complete yet (optional)
//!
//! - PRC-001 [must] the statement
//!   shown: file: `test`               tests that do not name it themselves (optional)
//!   note: a reason, or a remark       (optional)
//! ```

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use crate::named_tests::{Named, join, root, split};

/// The lists, in the order of the table.
const FILES: &[&str] = &[
    "process",
    "gen_server",
    "gen_statem",
    "supervisor",
    "dynamic_supervisor",
    "partition_supervisor",
    "task",
    "agent",
    "registry",
    "pg",
    "ets",
    "persistent_term",
];

#[derive(Debug)]
pub(crate) struct List {
    path: PathBuf,
    pub(crate) title: String,
    prefix: String,
    pub(crate) pending: Option<String>,
    pub(crate) statements: Vec<Statement>,
}

#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) id: String,
    /// `must`, `should` or `n/a`.
    pub(crate) tag: String,
    pub(crate) text: String,
    /// Tests that do not name it themselves.
    pub(crate) shown: Vec<Named>,
    /// Why there is no test, or what is to be said beside the tests.
    pub(crate) note: Option<String>,
}

impl Statement {
    /// Whether it must be shown, and there is neither a test nor a reason.
    pub(crate) fn is_open(&self, named: &BTreeMap<String, Vec<Named>>) -> bool {
        let has_test = named.contains_key(&self.id) || !self.shown.is_empty();
        self.tag == "must" && !has_test && self.note.is_none()
    }
}

pub(crate) fn read_all() -> Result<Vec<List>, String> {
    FILES.iter().map(|name| read(name)).collect()
}

fn read(name: &str) -> Result<List, String> {
    let path = root().join(format!("tests/conformance/{name}.md"));
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut list = List {
        path,
        title: String::new(),
        prefix: String::new(),
        pending: None,
        statements: Vec::new(),
    };
    for (number, line) in text.lines().enumerate() {
        list.take(line)
            .ok_or_else(|| format!("{name}.md, line {}: {line}", number + 1))?;
    }
    Ok(list)
}

impl List {
    /// Reads a line; `None` if it makes no sense.
    fn take(&mut self, line: &str) -> Option<()> {
        if let Some(title) = line.strip_prefix("# ") {
            title.clone_into(&mut self.title);
        } else if let Some(prefix) = line.strip_prefix("prefix: ") {
            prefix.clone_into(&mut self.prefix);
        } else if let Some(why) = line.strip_prefix("pending: ") {
            self.pending = Some(why.to_owned());
        } else if let Some(statement) = line.strip_prefix("- ") {
            let (id, rest) = statement.split_once(" [")?;
            let (tag, text) = rest.split_once("] ")?;
            let known = ["must", "should", "n/a"].contains(&tag);
            let ours = id.strip_prefix(&self.prefix)?.starts_with('-');
            if !known || !ours {
                return None;
            }
            self.statements.push(Statement {
                id: id.to_owned(),
                tag: tag.to_owned(),
                text: text.to_owned(),
                shown: Vec::new(),
                note: None,
            });
        } else if let Some(tests) = line.strip_prefix("  shown: ") {
            self.statements.last_mut()?.shown = split(tests).0;
        } else if let Some(note) = line.strip_prefix("  note: ") {
            self.statements.last_mut()?.note = Some(note.to_owned());
        } else if !line.is_empty() {
            return None;
        }
        Some(())
    }

    pub(crate) fn write(&self) -> std::io::Result<()> {
        let mut text = format!("# {}\nprefix: {}\n", self.title, self.prefix);
        // Writing to a string cannot fail.
        if let Some(why) = &self.pending {
            let _ = writeln!(text, "pending: {why}");
        }
        text.push('\n');
        for statement in &self.statements {
            let Statement {
                id,
                tag,
                text: words,
                shown,
                note,
            } = statement;
            let _ = writeln!(text, "- {id} [{tag}] {words}");
            if !shown.is_empty() {
                let _ = writeln!(text, "  shown: {}", join(shown));
            }
            if let Some(note) = note {
                let _ = writeln!(text, "  note: {note}");
            }
        }
        std::fs::write(&self.path, text)
    }
}
