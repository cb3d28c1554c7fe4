use otp::prelude::*;

#[state_machine(initial = Shut, data = ())]
enum Door {
    Shut,
    Open(u32, bool),
}

#[state_machine]
impl Door {
    #[call]
    #[on(Shut => Open)]
    #[refuse(Open)]
    fn open(next: Next) {
        next.open(1, true);
    }

    #[call]
    #[on(Open(1, wide) => Shut)]
    #[refuse(Shut)]
    fn shut(wide: &bool, next: Next) -> bool {
        next.shut();
        *wide
    }
}

fn main() {}
