use otp::prelude::*;

use std::rc::Rc;

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
    async fn add(&mut self, n: u64) -> u64 {
        let held = Rc::new(n);
        std::future::ready(()).await;
        self.count += *held;
        self.count
    }
}

fn main() {}
