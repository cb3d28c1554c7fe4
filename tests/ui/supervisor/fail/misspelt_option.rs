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
        stratgy: one_for_one,
        intensty: 3 per 5s,
        rates: Rates(1),
        colour: blue,
        auto_shutdwon: never,
    }
}

supervisor! {
    Other {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1) { restrt: transient, shutdwon: 5s, strategy: one_for_one },
    }
}

fn main() {}
