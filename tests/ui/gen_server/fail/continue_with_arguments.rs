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

    #[cast(continue = load)]
    fn reset(&mut self) {
        self.count = 0;
    }

    #[handle_continue]
    fn load(&mut self, path: String) {
        self.count = path.len() as u64;
    }
}

fn main() {}
