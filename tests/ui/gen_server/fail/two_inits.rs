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

    #[init]
    fn starting_at(count: u64) -> Self {
        Counter { count }
    }

    #[cast]
    fn reset(&mut self) {
        self.count = 0;
    }
}

fn main() {}
