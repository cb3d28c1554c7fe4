use otp::prelude::*;

use std::sync::Arc;

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
    fn add(self, n: u64) -> u64 {
        self.count + n
    }

    #[call]
    fn get(self: Arc<Self>) -> u64 {
        self.count
    }

    #[cast]
    fn reset(mut self) {
        self.count = 0;
    }
}

fn main() {}
