use otp::prelude::*;

use std::cell::Cell;

#[gen_server]
struct Counter {
    count: Cell<u64>,
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter {
            count: Cell::new(0),
        }
    }

    #[call]
    async fn add(&self, n: u64) -> u64 {
        std::future::ready(()).await;
        self.count.set(self.count.get() + n);
        self.count.get()
    }

    #[cast]
    fn reset(&mut self) {
        self.count.set(0);
    }
}

fn main() {}
