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

#[state_machine]
impl Door {
    #[cast]
    #[on(Shut => Open)]
    #[ignore(Open)]
    fn open(by: u32, next: Next) {
        next.open(by);
    }

    #[cast]
    #[on(_ => Gone | Shut)]
    fn shut(next: Next) {
        next.shut();
    }
}

fn main() {}
