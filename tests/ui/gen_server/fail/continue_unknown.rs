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

    #[call(continue = laod)]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[cast(continue = helper)]
    fn reset(&mut self) {
        self.count = 0;
    }

    #[cast(continue = "load")]
    fn set(&mut self, n: u64) {
        self.count = n;
    }

    #[cast(continue = other)]
    fn unset(&mut self) {
        self.count = 0;
    }

    #[handle_continue]
    fn load(&mut self) {
        self.count = 7;
    }

    fn helper(&mut self) {
        self.count = 8;
    }
}

fn main() {}
