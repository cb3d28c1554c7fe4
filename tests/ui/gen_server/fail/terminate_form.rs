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

    #[terminate]
    fn bye(&mut self, reason: ExitReason, n: u64) {
        self.count = n;
        drop(reason);
    }

    #[terminate]
    fn good_bye(&mut self, reason: &str) {
        println!("{reason} {}", self.count);
    }
}

fn main() {}
