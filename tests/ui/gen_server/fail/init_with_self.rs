use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(&mut self, count: u64) {
        self.count = count;
    }
}

fn main() {}
