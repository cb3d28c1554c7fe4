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
        rates: Rates(1),
        backoff: 100ms,
    }
}

supervisor! {
    Tree1 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1),
        backoff: 30s..100ms,
    }
}

supervisor! {
    Tree2 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1),
        backoff: 0s..5s,
    }
}

supervisor! {
    Tree3 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1),
        backoff: 100..30s,
    }
}

supervisor! {
    Tree4 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1),
        backoff: 100ms..=30s,
    }
}

supervisor! {
    Tree5 {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(1),
        backoff: 1s..30sec,
    }
}

fn main() {}
