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
        auto_shutdown: any_significant,
        first: dynamic<Rates> { intensity: 3, strategy: one_for_one, significant },
        second: dynamic<Rates> { intensity: never, max_children: 0, auto_shutdown: never },
        third: dynamic<Rates> { intensity: never, max_childrn: many },
        fourth: dynamic<Rates>() { intensity: never },
        last: Rates(1) { restart: transient, significant },
    }
}

fn main() {}
