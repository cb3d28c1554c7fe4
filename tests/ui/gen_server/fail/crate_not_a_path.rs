use otp::prelude::*;

#[gen_server(crate = "otp_core")]
struct Counter {
    count: u64,
}

fn main() {}
