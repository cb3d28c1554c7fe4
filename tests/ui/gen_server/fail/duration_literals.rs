use otp::prelude::*;

#[gen_server(call_timeout = 5, slow_handler = 50msec)]
struct First {
    count: u64,
}

#[gen_server(call_timeout = "5s", slow_handler = 1.5ms)]
struct Second {
    count: u64,
}

#[gen_server(call_timeout = std::time::Duration::from_secs(5), slow_handler = 0x5s)]
struct Third {
    count: u64,
}

#[gen_server(call_timeout = 0s, slow_handler = -5s)]
struct Fourth {
    count: u64,
}

#[gen_server(call_timeout = 1e3s, slow_handler = 99999999999999999999s)]
struct Fifth {
    count: u64,
}

#[gen_server(call_timeout = 3parsecs, slow_handler = 2d)]
struct Sixth {
    count: u64,
}

#[gen_server(call_timeout = never)]
struct Seventh {
    count: u64,
}

fn main() {}
