//! The corpus of mistakes: right programs, and for each realistic mistake the lines that make it.
//!
//! `tests/ui/corpus/programs` holds the programs; the files beside it hold the mistakes, by topic.
//! Another macro is added by its programs and a file of its mistakes.

pub(crate) mod bar;
pub(crate) mod cases;
pub(crate) mod compile;
pub(crate) mod page;

use std::path::PathBuf;

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn folder() -> PathBuf {
    root().join("tests/ui/corpus")
}
