use otp::prelude::*;

#[state_machine(initial = Idle, data = ())]
enum Worker {
    Idle,
    Busy { r#type: u32 },
}

#[state_machine]
impl Worker {
    #[call]
    #[on(Idle => Busy)]
    fn work(next: Next) {
        next.busy(1);
    }

    #[call]
    #[on(Busy { r#tpye } => Idle)]
    fn work(r#type: &u32, next: Next) {
        next.idle();
    }
}

fn main() {}
