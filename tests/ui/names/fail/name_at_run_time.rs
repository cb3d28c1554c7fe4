use otp::prelude::*;

// A name that is made at run time is no global name.
#[gen_server(name = format!("session-{}", 7))]
struct Session {
    count: u64,
}

const NAME: &str = "session";

#[gen_server(name = NAME)]
struct Other {
    count: u64,
}

fn main() {}
