use otp::prelude::*;

#[state_machine(initial = Off, data = ())]
enum Lamp {
    Off,
    On { since: u64 },
}

#[state_machine]
impl (Lamp, Lamp) {
    #[call]
    #[on(Off => On)]
    fn press(next: Next) {
        next.on(1);
    }
}

fn main() {}
