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
    fn work(next: Next) -> u32 {
        next.busy(1);
        1
    }

    #[call]
    #[on(Busy { r#tpye } => Idle)]
    fn work(r#type: &u32, next: Next) -> u32 {
        next.idle();
        *r#type
    }
}

fn main() {}
