use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Open { by: u32 },
    Ajar,
    #[terminal]
    Gone,
}

#[state_machine]
impl Door {
    #[cast]
    #[on(Shut => Gone)]
    fn vanish(next: Next) {
        next.gone();
    }
}

fn main() {}
