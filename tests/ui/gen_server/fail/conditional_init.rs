use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[cfg(unix)]
    #[init]
    fn new() -> Self {
        Counter { count: 0 }
    }
}

fn main() {}
