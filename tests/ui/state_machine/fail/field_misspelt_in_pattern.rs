use otp::prelude::*;

#[state_machine(initial = Off, data = ())]
enum Lamp {
    Off,
    On { since: u64 },
}

#[state_machine]
impl Lamp {
    #[call]
    #[on(Off => On)]
    fn press(next: Next) -> u64 {
        next.on(1);
        1
    }

    #[call]
    #[on(On { sinse: began } => Off)]
    fn press(began: &u64, next: Next) -> u64 {
        next.off();
        *began
    }
}

fn main() {}
