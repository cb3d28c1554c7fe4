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
        rates0: Rates(1) { restart: always },
        rates1: Rates(1) { restart: never },
        rates2: Rates(1) { restart: on_failure },
        rates3: Rates(1) { restart: Transient },
        rates4: Rates(1) { restart: temporry },
        rates5: Rates(1) { restart: "permanent" },
    }
}

fn main() {}
