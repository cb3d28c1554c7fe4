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
    Shop(count: usize) {
        strategy: one_for_one,
        intensity: 3 per 5s,
        shards0: partition<Rates>(0, |index| Rates::start(index as u64)) { intensity: never },
        shards1: partition<Rates>(-1, |index| Rates::start(index as u64)) { intensity: never },
        shards2: partition<Rates>(count, |index| Rates::start(index as u64)) { intensity: never },
        shards3: partition<Rates>("8", |index| Rates::start(index as u64)) { intensity: never },
        shards4: partition<Rates>(8u8, |index| Rates::start(index as u64)) { intensity: never },
        more: partition<Rates>(8, |a, b| Rates::start(a)) { intensity: never, max_children: 8 },
    }
}

fn main() {}
