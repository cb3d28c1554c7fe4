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
    fn add(&mut self, (a, b): (u64, u64)) -> u64 {
        self.count += a + b;
        self.count
    }

    #[cast]
    fn set(&mut self, _: u64) {
        self.count = 0;
    }

    #[cast]
    fn bind(&mut self, n @ 0..: u64) {
        self.count = n;
    }
}

fn main() {}
