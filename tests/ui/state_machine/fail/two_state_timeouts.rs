use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Open { by: u32 },
    #[terminal]
    Gone,
}

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

    #[state_timeout(Open, 10s)]
    #[on(Open)]
    fn warm() {}

    #[state_timeout(Open, 20s)]
    #[on(Open)]
    fn hot() {}

    #[enter(Open)]
    fn opened() {}

    #[enter(Open)]
    fn opened_too() {}
}

fn main() {}
