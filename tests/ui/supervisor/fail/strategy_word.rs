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
        strategy: one_for_on,
        intensity: never,
        rates: Rates(1),
    }
}

supervisor! {
    Tree1 {
        strategy: OneForAll,
        intensity: never,
        rates: Rates(1),
    }
}

supervisor! {
    Tree2 {
        strategy: "rest_for_one",
        intensity: never,
        rates: Rates(1),
    }
}

supervisor! {
    Tree3 {
        strategy: Strategy::OneForOne,
        intensity: never,
        rates: Rates(1),
    }
}

supervisor! {
    Tree4 {
        strategy: all_for_one,
        intensity: never,
        rates: Rates(1),
    }
}

supervisor! {
    Tree5 {
        strategy: sometimes,
        intensity: never,
        rates: Rates(1),
    }
}

supervisor! {
    Tree6 {
        strategy: (one_for_one),
        intensity: never,
        rates: Rates(1),
    }
}

fn main() {}
