use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Stop,
    InsertCoin,
}

fn main() {}
