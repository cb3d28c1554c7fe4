use otp::prelude::*;

use std::rc::Rc;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(count: Rc<u64>) -> Self {
        Counter { count: *count }
    }

    #[cast]
    fn reset(&mut self) {
        self.count = 0;
    }
}

fn main() {}
