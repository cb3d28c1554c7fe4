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

    #[info]
    fn on_number(&mut self, n: Rc<u64>) {
        self.count += *n;
    }
}

fn main() {}
