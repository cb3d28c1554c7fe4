use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
}

impl Counter {
    fn new() -> Self {
        Counter { count: 0 }
    }

    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }
}

fn main() {}
