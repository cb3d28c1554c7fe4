//! Counts the words of a folder of text files: a task for each file, some at a time, and a table that one
//! server writes and everybody reads.
//!
//! `cargo run --example word_count [FOLDER] [--top N]`

use std::collections::HashMap;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use futures::StreamExt;
use otp::prelude::*;
use otp::{FailedItem, OnTimeout, TaskSupervisorRef, supervisor};

const SAMPLE: &str = "examples/data/texts";
const USAGE: &str = "usage: word_count [FOLDER] [--top N]";
/// A file that takes longer is left out.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often each word was seen. One server writes, whoever has a handle reads.
#[gen_server]
pub(crate) struct Words {
    #[table]
    by_word: Table<String, u64>,
    files: u64,
}

#[gen_server]
impl Words {
    #[init]
    fn new() -> Self {
        Words {
            by_word: Table::new(),
            files: 0,
        }
    }

    /// Adds the words of one file and answers how many files there were so far.
    #[call]
    pub(crate) fn add(&mut self, words: HashMap<String, u64>) -> u64 {
        for (word, count) in words {
            let before = self.by_word.get(&word).unwrap_or(0);
            self.by_word.insert(word, before + count);
        }
        self.files += 1;
        self.files
    }

    /// The words that were seen most often.
    #[read]
    pub(crate) fn top(by_word: &TableReader<String, u64>, most: usize) -> Vec<(String, u64)> {
        let mut words = Vec::new();
        by_word.scan(|word, count| words.push((word.clone(), *count)));
        words.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
        words.truncate(most);
        words
    }
}

supervisor! {
    pub(crate) Counting {
        strategy: one_for_one,
        intensity: 3 per 5s,

        words: Words(),
        jobs: task_supervisor,
    }
}

#[derive(Debug)]
pub(crate) enum CountError {
    Usage(String),
    NoFolder(PathBuf, io::Error),
    NoTexts(PathBuf),
}

/// What the command line asks for.
pub(crate) struct Setup {
    folder: PathBuf,
    top: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let terminal = io::stderr().is_terminal();
    let setup = setup(std::env::args().skip(1));
    let done = match setup {
        Ok(setup) => run(&mut io::stdout(), &mut Progress::new(terminal), &setup).await,
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "word_count: {error}");
            ExitCode::FAILURE
        }
    }
}

pub(crate) fn setup(mut arguments: impl Iterator<Item = String>) -> Result<Setup, CountError> {
    let mut setup = Setup {
        folder: SAMPLE.into(),
        top: 10,
    };
    while let Some(argument) = arguments.next() {
        if argument == "--top" {
            let top = arguments.next().and_then(|top| top.parse().ok());
            let wanted = || CountError::Usage("`--top` takes a number".to_owned());
            setup.top = top.ok_or_else(wanted)?;
        } else if argument.starts_with('-') {
            return Err(CountError::Usage(format!("unknown option `{argument}`")));
        } else {
            setup.folder = argument.into();
        }
    }
    Ok(setup)
}

pub(crate) async fn run(
    out: &mut impl Write,
    progress: &mut Progress,
    setup: &Setup,
) -> Result<(), Box<dyn std::error::Error>> {
    let files = texts(&setup.folder)?;
    let total = files.len();
    let counting = Counting::start().await?;
    let failed = count(counting.jobs(), counting.words(), files, progress).await?;
    progress.done()?;
    for (word, count) in counting.words().top(setup.top) {
        writeln!(out, "{count:>7} {word}")?;
    }
    writeln!(out, "{} of {total} files counted", total - failed.len())?;
    for FailedItem { input, error } in &failed {
        writeln!(out, "left out: {}: {error}", input.display())?;
    }
    counting.stop().await?;
    Ok(())
}

/// Counts all files into the table; gives those that could not be.
pub(crate) async fn count(
    jobs: &TaskSupervisorRef,
    words: &WordsRef,
    files: Vec<PathBuf>,
    progress: &mut Progress,
) -> Result<Vec<FailedItem<PathBuf>>, CallError> {
    let total = files.len();
    let mut failed = Vec::new();
    let mut counts = jobs
        .stream(files, words_of)
        .ordered(false)
        .timeout(PATIENCE)
        .on_timeout(OnTimeout::Kill)
        .with_input();
    let mut seen = 0;
    while let Some(counted) = counts.next().await {
        match counted {
            Ok(Ok(counted)) => drop(words.add(counted).await?),
            Ok(Err((input, error))) => failed.push(FailedItem {
                input,
                error: TaskError::Down(ExitReason::error(error)),
            }),
            Err(error) => failed.push(error),
        }
        seen += 1;
        // What cannot be shown is no reason to stop counting.
        let _ = progress.show(seen, total);
    }
    Ok(failed)
}

/// The words of one file, in small letters.
async fn words_of(file: PathBuf) -> Result<HashMap<String, u64>, (PathBuf, io::Error)> {
    let text = match tokio::fs::read_to_string(&file).await {
        Ok(text) => text,
        Err(error) => return Err((file, error)),
    };
    let mut words = HashMap::new();
    let letters = |c: char| !c.is_alphabetic() && c != '\'';
    for word in text.split(letters).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    Ok(words)
}

/// The text files of a folder, by name.
pub(crate) fn texts(folder: &Path) -> Result<Vec<PathBuf>, CountError> {
    let unreadable = |error| CountError::NoFolder(folder.to_owned(), error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(CountError::NoTexts(folder.to_owned()));
    }
    files.sort();
    Ok(files)
}

/// A bar on a terminal; a line now and then elsewhere.
pub(crate) struct Progress {
    terminal: bool,
    shown: usize,
}

impl Progress {
    const WIDTH: usize = 30;

    pub(crate) fn new(terminal: bool) -> Self {
        Self { terminal, shown: 0 }
    }

    fn show(&mut self, seen: usize, total: usize) -> io::Result<()> {
        let mut err = io::stderr();
        let full = Self::WIDTH * seen / total.max(1);
        if self.terminal {
            let (bar, rest) = ("#".repeat(full), " ".repeat(Self::WIDTH - full));
            write!(err, "\r[{bar}{rest}] {seen}/{total}")?;
            err.flush()
        } else if full / 10 > self.shown / 10 {
            self.shown = full;
            writeln!(err, "{seen} of {total} files")
        } else {
            Ok(())
        }
    }

    fn done(&self) -> io::Result<()> {
        if self.terminal {
            writeln!(io::stderr())?;
        }
        Ok(())
    }
}

impl fmt::Display for CountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(what) => write!(f, "{what}\n{USAGE}"),
            Self::NoFolder(path, error) => {
                write!(f, "cannot read the folder {}: {error}", path.display())
            }
            Self::NoTexts(path) => write!(f, "no .txt files in {}", path.display()),
        }
    }
}

impl std::error::Error for CountError {}
