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

    #[call]
    #[cast]
    fn add(&mut self, n: u64) {
        self.count += n;
    }

    #[cast]
    #[cast]
    fn reset(&mut self) {
        self.count = 0;
    }
}

fn main() {}
