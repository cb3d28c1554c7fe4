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

    #[call]
    #[on(Shut)]
    fn count(times: u32) -> u32 {
        times
    }

    #[call]
    #[on(Open)]
    fn count(times: u64) -> u32 {
        times as u32
    }

    #[call]
    #[on(Shut)]
    fn name() -> String {
        String::new()
    }

    #[call]
    #[on(Open)]
    fn name() -> &'static str {
        ""
    }
}

fn main() {}
