use otp::prelude::*;

#[gen_server(mailbx = 16, timeout = 5s, colour = 3, protocol = CounterApi)]
struct Counter {
    count: u64,
}

#[gen_server(mailbox = 16, protocl = CounterApi)]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter { count: 0 }
    }
}

fn main() {}
