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
    fn add(&mut self, n: Rc<u64>) -> u64 {
        self.count += *n;
        self.count
    }

    #[cast]
    fn set(&mut self, n: u64, work: Box<dyn Fn() -> u64>) {
        self.count = n + work();
    }
}

fn main() {}
