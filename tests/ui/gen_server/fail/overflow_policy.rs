use otp::prelude::*;

#[gen_server(overflow = drop_oldst)]
struct First {
    count: u64,
}

#[gen_server(overflow = block)]
struct Second {
    count: u64,
}

#[gen_server(overflow = "reject")]
struct Third {
    count: u64,
}

#[gen_server(mailbox = unbounded, overflow = reject)]
struct Fourth {
    count: u64,
}

fn main() {}
