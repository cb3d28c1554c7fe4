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
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }
}

async fn usage() {
    let counter = Counter::start(1).await.unwrap();
    counter.add("one").await.unwrap();
    counter.add().await.unwrap();
}

fn main() {}
