use otp::prelude::*;

#[state_machine(initial = Shut, data = ())]
enum Door {
    Shut,
    Open,
}

#[state_machine]
impl Door {
    #[call]
    #[on(Shut => Open)]
    #[refuse(Open)]
    fn open(next: Next) {
        next.open();
    }

    #[call]
    #[on(Open => Shtu)]
    #[refuse(Shut)]
    fn shut(next: Next) {
        next.shut();
    }
}

fn main() {
    println!("{}", Door::diagram());
}
