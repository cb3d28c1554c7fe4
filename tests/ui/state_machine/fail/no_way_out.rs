use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Open { by: u32 },
}

#[state_machine]
impl Door {
    #[cast]
    #[on(Shut => Open)]
    #[ignore(Open)]
    fn open(by: u32, next: Next) {
        next.open(by);
    }
}

fn main() {}
