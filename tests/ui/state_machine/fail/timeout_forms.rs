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

    #[state_timeout]
    #[on(Open)]
    fn a() {}

    #[state_timeout(Open, 10)]
    #[on(Open)]
    fn b() {}

    #[timeout(10s)]
    #[on(_)]
    fn c(why: String) {}

    #[timeout(10s)]
    #[on(Open)]
    #[postpone(Shut)]
    fn d() {}

    #[enter]
    fn e() {}
}

fn main() {}
