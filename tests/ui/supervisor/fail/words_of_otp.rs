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
        max_restarts: 3,
        max_seconds: 5,
        rates: Rates(1),
    }
}

supervisor! {
    Other {
        strategy: simple_one_for_one,
        intensity: never,
        sessions: simple_one_for_one<Rates> { intensity: never },
    }
}

fn main() {}
