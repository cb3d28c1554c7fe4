use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Stop,
    InsertCoin,
}
#[state_machine]
impl Door {
    #[cast]
    #[on(_ => Stop | InsertCoin)]
    fn go(next: Next) {
        next.stop();
    }
}

fn main() {}
