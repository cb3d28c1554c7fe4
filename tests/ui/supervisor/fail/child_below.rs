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

#[gen_server]
struct Till {
    rates: RatesRef,
    sold: u64,
}

#[gen_server]
impl Till {
    #[init]
    fn new(rates: RatesRef) -> Self {
        Till { rates, sold: 0 }
    }

    #[call]
    fn sell(&mut self) -> bool {
        self.sold += 1;
        self.rates.is_alive()
    }
}

supervisor! {
    Shop {
        strategy: one_for_one,
        intensity: 3 per 5s,
        till: Till(rates.clone()),
        rates: Rates(1),
        back: supervisor {
            strategy: one_for_one,
            intensity: never,
            audit: Till(feed.clone()),
        },
        feed: Rates(2),
    }
}

fn main() {}
