use otp::prelude::*;

#[gen_server]
struct Rates {
    count: u64,
}

#[gen_server]
impl Rates {
    #[init]
    fn new(start: u64) -> Self {
        Rates { count: start }
    }

    #[call]
    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

supervisor! {
    Shop {
        strategy: one_for_one,
        intensity: 3 per 5s,
        back: supervisor {
            strategy: one_for_one,
            intensity: never,
            rates: Rates(1) { shutdown: brutal_kill },
        } { shutdown: brutal_kill },
    }
}

fn main() {}
