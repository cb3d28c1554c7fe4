use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Open { by: u32 },
    #[terminal]
    Gone,
}

async fn start() {
    let _ = otp::Start::<otp::Machine<Door>>::new(());
}

fn main() {}
