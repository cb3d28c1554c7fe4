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

    #[cfg_attr(unix, call)]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[cast]
    fn set(&mut self, #[cfg(unix)] n: u64) {
        self.count = n;
    }
}

fn main() {}
