use otp::prelude::*;

#[gen_server]
union Bits {
    int: u32,
    float: f32,
}

fn main() {}
