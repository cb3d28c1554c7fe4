//! What is traced in a test program, as lines.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io;
use std::sync::{Mutex, Once};

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Where a subscriber writes what is traced.
pub(crate) struct Writer;

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Listens from now on, on all threads.
pub(crate) fn listen(level: tracing::Level) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(level)
            .with_writer(|| Writer)
            .init();
    });
}

/// The lines in which each of these texts is.
pub(crate) fn lines_with(texts: &[&str]) -> Vec<String> {
    let all = String::from_utf8(LINES.lock().unwrap().clone()).unwrap();
    let lines = all.lines();
    lines
        .filter(|line| texts.iter().all(|text| line.contains(text)))
        .map(str::to_owned)
        .collect()
}

/// All that was traced since the last time.
pub(crate) fn take() -> String {
    String::from_utf8(std::mem::take(&mut *LINES.lock().unwrap())).unwrap()
}
