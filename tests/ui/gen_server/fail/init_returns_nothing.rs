use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(count: u64) {
        drop(count);
    }

    #[cast]
    fn reset(&mut self) {
        self.count = 0;
    }
}

fn main() {}
