use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
struct Door;

fn main() {}
