use otp::prelude::*;

#[gen_server]
mod counter {}

fn main() {}
