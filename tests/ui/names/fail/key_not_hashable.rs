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

// A key has no `Hash` and no `Eq`.
#[derive(Clone, PartialEq)]
struct Point(f64, f64);

struct Points {
    at: RegistryRef<Point, Session>,
}

fn main() {}
