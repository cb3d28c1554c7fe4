//! A function called `start` in another block is one error, and not others at those that are made beside it.

use otp::prelude::*;

#[gen_server]
pub struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(count: u64) -> Self {
        Counter { count }
    }

    #[call]
    pub fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }
}

impl Counter {
    pub fn start(count: u64) -> u64 {
        count
    }
}

fn main() {}
