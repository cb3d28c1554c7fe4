use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
}

trait Counting {
    fn add(&mut self, n: u64) -> u64;
}

#[gen_server]
impl Counting for Counter {
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter { count: 0 }
    }
}

fn main() {}
