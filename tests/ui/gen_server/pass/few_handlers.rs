//! A server needs no handlers: it may hold something, read a table, or only continue.
#![deny(warnings)]

use otp::prelude::*;

#[gen_server]
pub struct Guard {
    _file: Vec<u8>,
}

#[gen_server]
impl Guard {
    #[init]
    fn new() -> Self {
        Guard { _file: Vec::new() }
    }
}

#[gen_server]
pub struct Static {
    #[table]
    words: Table<String, u64>,
}

#[gen_server]
impl Static {
    #[init(continue = fill)]
    fn new(words: Vec<String>) -> Self {
        let table = Table::new();
        for word in words {
            table.insert(word, 1);
        }
        Static { words: table }
    }

    #[handle_continue]
    fn fill(&mut self) {
        self.words.insert("last".into(), 1);
    }

    #[read]
    pub fn count(words: &TableReader<String, u64>, word: &str) -> Option<u64> {
        words.get(word)
    }
}

#[gen_server]
pub struct Generic<T: Clone> {
    _held: T,
}

#[gen_server]
impl<T: Clone> Generic<T> {
    #[init]
    fn new(held: T) -> Self {
        Generic { _held: held }
    }

    #[terminate]
    fn bye(&mut self) {}
}

fn main() {}
