use otp::prelude::*;

#[gen_server]
async fn work() {}

fn main() {}
