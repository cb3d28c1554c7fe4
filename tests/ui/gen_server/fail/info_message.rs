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

    #[info]
    fn nothing(&mut self) {
        self.count += 1;
    }

    #[info]
    fn two(&mut self, key: String, value: u64) {
        self.count += value + key.len() as u64;
    }
}

fn main() {}
