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
    Tree0 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1) { restart: transient, significant },
        auto_shutdown: any,
    }
}

supervisor! {
    Tree1 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1) { restart: transient, significant },
        auto_shutdown: true,
    }
}

supervisor! {
    Tree2 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1) { restart: transient, significant },
        auto_shutdown: AllSignificant,
    }
}

supervisor! {
    Tree3 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1) { restart: transient, significant },
        auto_shutdown: nver,
    }
}

fn main() {}
