use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door<'a> {
    Shut,
    Open { by: &'a str },
}

fn main() {}
