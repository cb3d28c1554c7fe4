use otp::prelude::*;

enum Door {
    Shut,
}

#[state_machine]
impl Door {}

fn main() {}
