use otp::prelude::*;

#[gen_server(name = "cache")]
struct Cache<K> {
    keys: Vec<K>,
}

fn main() {}
