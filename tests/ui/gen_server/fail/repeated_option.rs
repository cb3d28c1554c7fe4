use otp::prelude::*;

#[gen_server(mailbox = 16, call_timeout = 5s, mailbox = 32)]
struct Counter {
    count: u64,
}

fn main() {}
