use otp::prelude::*;

#[gen_server]
#[gen_server(mailbox = 16)]
struct Counter {
    count: u64,
}

#[gen_server]
#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter { count: 0 }
    }
}

fn main() {}
