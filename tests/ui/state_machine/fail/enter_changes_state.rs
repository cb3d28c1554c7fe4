use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Open,
}

#[state_machine]
impl Door {
    #[cast]
    #[on(Shut => Open)]
    #[ignore(Open)]
    fn open(next: Next) {
        next.open();
    }

    #[cast]
    #[on(Open => Shut)]
    #[ignore(Shut)]
    fn shut(next: Next) {
        next.shut();
    }

    #[enter(Open)]
    fn opened(next: Next) {
        next.shut();
    }

    #[enter(Shut)]
    #[postpone(Shut)]
    fn closed() {}
}

fn main() {}
