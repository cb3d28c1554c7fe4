use otp::prelude::*;

#[gen_server(allow(stateless_sever))]
struct First;

#[gen_server(allow(stateless_handler))]
struct Second {
    count: u64,
}

#[gen_server(allow = stateless_server)]
struct Third;

#[gen_server(allow(stateless_server, dead_code))]
impl Second {
    #[init]
    fn new() -> Self {
        Second { count: 0 }
    }
}

fn main() {}
