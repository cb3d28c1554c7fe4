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

// Only a server registers itself: there is no context but in its handlers.
fn register(names: &RegistryRef<String, Session>, session: SessionRef) {
    let _ = names.register("ada".to_owned(), &session);
}

fn main() {}
