use otp::prelude::*;

const NAME: &str = "counter";

#[gen_server(name = NAME)]
struct First {
    count: u64,
}

#[gen_server(name = format!("counter-{}", 1))]
struct Second {
    count: u64,
}

#[gen_server(name = "")]
struct Third {
    count: u64,
}

fn main() {}
