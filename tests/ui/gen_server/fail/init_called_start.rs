//! The use below has no error of its own.

use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn start() -> Self {
        Counter { count: 0 }
    }

    pub fn start_link(&self) -> u64 {
        self.count
    }
}

async fn usage() {
    let counter = Counter::start();
    drop(counter);
}

fn main() {}
