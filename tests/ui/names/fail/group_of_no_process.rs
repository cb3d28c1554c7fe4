use otp::prelude::*;
use otp::ScopeRef;

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

struct Plain;

struct Rooms {
    rooms: ScopeRef<String, Plain>,
}

fn main() {}
