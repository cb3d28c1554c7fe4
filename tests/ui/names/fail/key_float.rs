use otp::prelude::*;
use otp::RegistryRef;

#[gen_server]
struct Session {
    count: u64,
}

#[gen_server]
impl Session {
    #[init]
    fn new() -> Self {
        Session { count: 0 }
    }

    #[call]
    fn add(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

struct Prices {
    by_price: RegistryRef<f64, Session>,
}

fn main() {}
