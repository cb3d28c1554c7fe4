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
        intensity: 3,
        rates: Rates(1),
    }
}

supervisor! {
    Tree1 {
        strategy: one_for_one,
        intensity: 3/5s,
        rates: Rates(1),
    }
}

supervisor! {
    Tree2 {
        strategy: one_for_one,
        intensity: 3 per 5,
        rates: Rates(1),
    }
}

supervisor! {
    Tree3 {
        strategy: one_for_one,
        intensity: 3 in 5s,
        rates: Rates(1),
    }
}

supervisor! {
    Tree4 {
        strategy: one_for_one,
        intensity: 3, 5s,
        rates: Rates(1),
    }
}

supervisor! {
    Tree5 {
        strategy: one_for_one,
        intensity: -3 per 5s,
        rates: Rates(1),
    }
}

supervisor! {
    Tree6 {
        strategy: one_for_one,
        intensity: 3 per 0s,
        rates: Rates(1),
    }
}

supervisor! {
    Tree7 {
        strategy: one_for_one,
        intensity: 5_000_000_000 per 5s,
        rates: Rates(1),
    }
}

supervisor! {
    Tree8 {
        strategy: one_for_one,
        intensity: 1.5 per 5s,
        rates: Rates(1),
    }
}

supervisor! {
    Tree9 {
        strategy: one_for_one,
        intensity: "3 per 5s",
        rates: Rates(1),
    }
}

supervisor! {
    Tree10 {
        strategy: one_for_one,
        intensity: infinity,
        rates: Rates(1),
    }
}

supervisor! {
    Tree11 {
        strategy: one_for_one,
        intensity: 3 per,
        rates: Rates(1),
    }
}

supervisor! {
    Tree12 {
        strategy: one_for_one,
        intensity: Intensity::new(3, 5),
        rates: Rates(1),
    }
}

supervisor! {
    Tree13 {
        strategy: one_for_one,
        intensity: limit per 5s,
        rates: Rates(1),
    }
}

fn main() {}
