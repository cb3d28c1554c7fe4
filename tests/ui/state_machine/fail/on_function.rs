use otp::prelude::*;

#[state_machine]
fn door() {}

fn main() {}
