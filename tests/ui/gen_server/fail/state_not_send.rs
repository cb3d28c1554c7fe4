use otp::prelude::*;

use std::rc::Rc;

#[gen_server]
struct Counter {
    count: u64,
    listeners: Rc<Vec<String>>,
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter {
            count: 0,
            listeners: Rc::default(),
        }
    }

    #[call]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n * self.listeners.len() as u64;
        self.count
    }
}

fn main() {}
