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

    #[call]
    #[on(Open { be })]
    #[refuse(Shut)]
    fn who(be: &u32) -> u32 {
        *be
    }

    #[call]
    #[on(Open { by })]
    #[refuse(Shut)]
    fn again() -> u32 {
        1
    }

    #[cast]
    #[on(Shut(x))]
    #[ignore(Open)]
    fn knock(x: u32) {}
}

fn main() {}
