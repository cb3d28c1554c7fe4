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

    #[cast]
    fn reset(&mut self) {
        self.count = 0;
    }
}

async fn usage() {
    let counter = Counter::start().await.unwrap();
    counter.send(String::from("hello")).unwrap();
}

fn main() {}
