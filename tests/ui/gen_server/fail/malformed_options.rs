use otp::prelude::*;

#[gen_server(mailbox)]
struct First {
    count: u64,
}

#[gen_server(mailbox = , call_timeout: 5s)]
struct Second {
    count: u64,
}

#[gen_server(16, overflow = wait reject, allow)]
struct Third {
    count: u64,
}

fn main() {}
