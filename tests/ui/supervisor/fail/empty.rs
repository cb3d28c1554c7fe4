use otp::prelude::*;

supervisor! {}

fn main() {}
