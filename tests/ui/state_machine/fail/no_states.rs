use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {}

fn main() {}
