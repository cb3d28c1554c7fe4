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

    #[cast]
    #[on(_)]
    fn borrowed(name: &str) {}

    #[cast]
    #[on(_)]
    fn pattern((a, b): (u32, u32)) {}

    #[cast]
    #[on(_)]
    fn nameless(value: impl Send) {}

    #[cast]
    #[on(_)]
    fn answers() -> u32 {
        1
    }

    #[cast]
    #[on(_ => Shut)]
    fn by_reference(next: &mut Next) {}
}

fn main() {}
