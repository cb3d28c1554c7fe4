use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Open { by: u32 },
    #[terminal]
    Gone,
}


trait Knock {}

#[state_machine]
impl Knock for Door {}

fn main() {}
