//! The use below has no error of its own.

use otp::prelude::*;

use std::borrow::Cow;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter { count: 0 }
    }

    #[call]
    fn load(&mut self, path: &str, bytes: &[u8]) -> u64 {
        self.count += (path.len() + bytes.len()) as u64;
        self.count
    }

    #[cast]
    fn rename(&mut self, name: Option<&str>, cow: Cow<'_, str>) {
        self.count += (name.unwrap_or_default().len() + cow.len()) as u64;
    }

    #[cast]
    fn merge(&mut self, other: &mut Vec<u64>) {
        self.count += other.len() as u64;
    }
}

async fn usage() {
    let counter = Counter::start().await.unwrap();
    let _: u64 = counter.load("path", b"bytes").await.unwrap();
    counter.rename(None, "x".into()).await.unwrap();
}

fn main() {}
