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
        rates0: Rates(1) { shutdown: kill },
        rates1: Rates(1) { shutdown: forever },
        rates2: Rates(1) { shutdown: 5 },
        rates3: Rates(1) { shutdown: 5sec },
        rates4: Rates(1) { shutdown: 0s },
        rates5: Rates(1) { shutdown: BrutalKill },
        rates6: Rates(1) { shutdown: brutal_kil },
        rates7: Rates(1) { shutdown: Duration::from_secs(5) },
        rates8: Rates(1) { shutdown: later },
    }
}

fn main() {}
