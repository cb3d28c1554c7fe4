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
    Shop(name: &str, list: &[u64]) {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(name.len() as u64 + list[0]),
    }
}

supervisor! {
    Other<'a>(name: &'a str) {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(name.len() as u64),
    }
}

fn main() {}
