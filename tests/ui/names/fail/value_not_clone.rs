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

// What stands beside a key is copied to who asks.
struct Token(u64);

struct Sessions {
    by_name: RegistryRef<String, Session, Token>,
}

fn main() {}
