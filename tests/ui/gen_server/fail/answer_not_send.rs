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
    fn get(&mut self) -> Rc<u64> {
        self.count += 1;
        Rc::new(self.count)
    }
}

fn main() {}
