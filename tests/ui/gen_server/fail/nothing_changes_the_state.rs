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

    #[call]
    fn get(&self) -> u64 {
        self.count
    }

    #[call]
    async fn double(&self) -> u64 {
        self.count * 2
    }
}

fn main() {}
