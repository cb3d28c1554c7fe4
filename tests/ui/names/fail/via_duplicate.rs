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

async fn start(topics: &DuplicateRegistryRef<String, Session>) {
    let _ = Session::start().via(topics, "ada".to_owned()).await;
}

fn main() {}
