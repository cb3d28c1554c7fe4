//! The word count example, with the test kit: a count is right, or it is an error.

#[path = "../examples/word_count.rs"]
#[allow(dead_code, reason = "its `main` is the example's")]
mod word_count;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use otp::prelude::*;
use otp::test::{self, Faults, Kind, Reports, started};

use word_count::{Counting, CountingRef, Progress, Setup, Words, count, run, setup, texts};

/// A folder of texts that is removed with this.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, texts: &[(&str, &[u8])]) -> io::Result<Self> {
        let name = format!("otp-words-{}-{name}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        std::fs::create_dir(&folder.0)?;
        for (name, text) in texts {
            std::fs::write(folder.0.join(name), text)?;
        }
        Ok(folder)
    }

    /// Eight texts, with `fig` once in the first, twice in the second, and so on.
    fn of_figs(name: &str) -> io::Result<Self> {
        let texts: Vec<_> = (1..=8)
            .map(|n| (format!("{n}.txt"), "fig ".repeat(n).into_bytes()))
            .collect();
        let texts: Vec<_> = texts.iter().map(|(n, t)| (n.as_str(), &t[..])).collect();
        Self::new(name, &texts)
    }

    fn setup(&self) -> Setup {
        let arguments = ["--top", "2", self.0.to_str().expect("UTF-8")];
        setup(arguments.into_iter().map(String::from)).expect("a setup")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the example prints, or the error that it ends with.
async fn printed(setup: &Setup) -> Result<String, String> {
    let mut out = Vec::new();
    match run(&mut out, &mut Progress::new(false), setup).await {
        Ok(()) => Ok(String::from_utf8(out).expect("UTF-8")),
        Err(error) => Err(error.to_string()),
    }
}

/// Counts once; how many files were left out.
async fn counted(tree: &CountingRef, folder: &Path) -> Result<usize, CallError> {
    let files = texts(folder).expect("texts");
    let failed = count(tree.jobs(), tree.words(), files, &mut Progress::new(false)).await?;
    Ok(failed.len())
}

fn words(text: &str) -> HashMap<String, u64> {
    text.split(' ').map(|word| (word.to_owned(), 1)).collect()
}

#[tokio::test]
async fn words_are_counted_and_what_is_no_text_is_left_out() -> io::Result<()> {
    let folder = Folder::new(
        "mixed",
        &[
            ("a.txt", b"The fig, the FIG!"),
            ("b.txt", "the cat's f\u{fc}r".as_bytes()),
            ("bad.txt", b"\xff\xfe"),
            ("c.md", b"the the the the"),
        ],
    )?;
    let text = printed(&folder.setup()).await.expect("a count");
    let expected = "      3 the\n      2 fig\n2 of 3 files counted\nleft out: ";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.contains("bad.txt: "), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_folder_that_is_missing_or_has_no_texts_is_an_error() -> io::Result<()> {
    let folder = Folder::new("empty", &[("c.md", b"the")])?;
    let setup = folder.setup();
    let error = printed(&setup).await.expect_err("no texts");
    assert!(error.starts_with("no .txt files in "), "{error}");
    drop(folder);
    let error = printed(&setup).await.expect_err("no folder");
    assert!(error.starts_with("cannot read the folder "), "{error}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_table_has_what_was_added_and_ends_with_its_server() {
    let words_server = started(Words::start()).await;
    assert_eq!(words_server.add(words("a fig")).await, Ok(1));
    assert_eq!(words_server.add(words("fig")).await, Ok(2));
    let top = words_server.top(9);
    assert_eq!(top, [("fig".to_owned(), 2), ("a".to_owned(), 1)]);
    let faults = Faults::here();
    faults.next_message(&words_server).panics();
    assert!(words_server.add(words("fig")).await.is_err());
    assert_eq!(words_server.top(9), []);
    words_server.finish().await;
}

#[tokio::test]
async fn a_crash_half_way_is_an_error_and_never_half_a_count() -> io::Result<()> {
    let folder = Folder::of_figs("crash")?;
    for seed in 0..8 {
        let reports = Reports::capture();
        let tree = started(Counting::start()).await;
        let faults = Faults::seeded(seed)
            .panics_one_in(6)
            .at_most(3)
            .only::<Words>();
        let mut failed = 0;
        while let Err(error) = counted(&tree, &folder.0).await {
            assert!(matches!(error, CallError::Down(ExitReason::Panic { .. })));
            failed += 1;
            test::idle(&tree).await;
        }
        assert_eq!(tree.words().top(9), [("fig".to_owned(), 36)], "seed {seed}");
        assert_eq!(faults.injected().len(), failed);
        assert_eq!(reports.count(Kind::Restarted), failed);
        tree.finish().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_count_that_is_given_up_leaves_no_task() -> io::Result<()> {
    let folder = Folder::of_figs("given-up")?;
    let tree = started(Counting::start()).await;
    let before = test::processes_here().len();
    let faults = Faults::here();
    faults.next_message_to(tree.words(), "add").hangs();
    let hangs = async {
        while faults.injected().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = counted(&tree, &folder.0) => panic!("nothing was added"),
        () = hangs => {}
    }
    faults.release(tree.words());
    test::idle(&tree).await;
    assert_eq!(test::processes_here().len(), before);
    tree.finish().await;
    Ok(())
}
