use otp::prelude::*;

#[gen_server(mailbox_on_restart = kept)]
struct First {
    count: u64,
}

#[gen_server(mailbox_on_restart = true)]
struct Second {
    count: u64,
}

#[gen_server(mailbox_on_restart)]
struct Third {
    count: u64,
}

#[gen_server(mailbox_on_retsart = keep)]
struct Fourth {
    count: u64,
}

#[gen_server(keep_mailbox)]
struct Fifth {
    count: u64,
}

fn main() {}
