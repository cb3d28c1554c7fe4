use otp::prelude::*;
use otp::DuplicateRegistryRef;

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

fn raise(topics: &DuplicateRegistryRef<String, Session, u64>, cx: &mut Context<Session>) {
    let _ = topics.update_value("ada", |old| old + 1, cx);
}

fn main() {}
