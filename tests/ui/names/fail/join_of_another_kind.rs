use otp::prelude::*;
use otp::{AnyProcess, ScopeRef};

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

fn join(rooms: &ScopeRef<String, Session>, any: &ScopeRef<String, AnyProcess>, ada: SessionRef) {
    let _ = rooms.join(&"lobby".to_owned(), &ada.pid());
    let _ = any.join(&"lobby".to_owned(), &ada);
}

fn main() {}
