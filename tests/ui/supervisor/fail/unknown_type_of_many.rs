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
        more: dynamic<Session> { intensity: never },
    }
}

fn main() {}
