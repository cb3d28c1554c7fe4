use otp::prelude::*;

#[gen_server(donate = nevr)]
struct First {
    count: u64,
}

#[gen_server(donate = false)]
struct Second {
    count: u64,
}

fn main() {}
