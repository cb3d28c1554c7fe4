use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter { count: 0 }
    }

    #[every]
    fn first(&mut self) {
        self.count += 1;
    }

    #[every(0s)]
    fn second(&mut self) {
        self.count += 1;
    }

    #[every(30s, 10s)]
    fn third(&mut self) {
        self.count += 1;
    }

    #[after(30)]
    fn fourth(&mut self) {
        self.count += 1;
    }

    #[every(period = 30s)]
    fn fifth(&mut self) {
        self.count += 1;
    }
}

fn main() {}
