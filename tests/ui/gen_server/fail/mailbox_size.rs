use otp::prelude::*;

#[gen_server(mailbox = 0)]
struct First {
    count: u64,
}

#[gen_server(mailbox = "16")]
struct Second {
    count: u64,
}

#[gen_server(mailbox = unbouned)]
struct Third {
    count: u64,
}

const SIZE: usize = 16;

#[gen_server(mailbox = SIZE)]
struct Fourth {
    count: u64,
}

#[gen_server(mailbox = -1)]
struct Fifth {
    count: u64,
}

#[gen_server(mailbox = 99999999999999999999)]
struct Sixth {
    count: u64,
}

fn main() {}
