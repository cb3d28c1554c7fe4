use otp::prelude::*;

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
    const LIMIT: u64 = 10;

    #[call]
    fn add(&mut self, n: u64) -> u64 {
        self.count = Self::LIMIT.min(self.count + n);
        self.count
    }
}

fn main() {}
