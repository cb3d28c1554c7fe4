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

    #[call(timeout = 5s)]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[cast(timeout = 5s)]
    fn reset(&mut self) {
        self.count = 0;
    }

    #[cast(mailbox = 3)]
    fn set(&mut self, n: u64) {
        self.count = n;
    }

    #[call(next = load)]
    fn get(&self) -> u64 {
        self.count
    }

    #[terminate(reason)]
    fn bye(&mut self) {
        self.count = 0;
    }
}

fn main() {}
