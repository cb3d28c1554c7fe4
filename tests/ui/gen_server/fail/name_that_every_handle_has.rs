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

    #[cast]
    fn stop(&mut self) {
        self.count = 0;
    }

    #[call]
    fn info(&self) -> u64 {
        self.count
    }

    #[call]
    fn clone(&self) -> u64 {
        self.count
    }
}

fn main() {}
