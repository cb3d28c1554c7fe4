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

    #[calll]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[handle_call]
    fn get(&self) -> u64 {
        self.count
    }

    #[handle_cast]
    fn reset(&mut self) {
        self.count = 0;
    }

    #[handle_info]
    fn on_down(&mut self, down: Down) {
        self.count += 1;
        drop(down);
    }

    #[handle_contine]
    fn load(&mut self) {
        self.count = 7;
    }

    #[evry(30s)]
    fn sweep(&mut self) {
        self.count = 0;
    }
}

async fn usage() {
    let counter = Counter::start().await.unwrap();
    let _: u64 = counter.add(1).await.unwrap();
    let _: u64 = counter.get().await.unwrap();
    counter.reset().await.unwrap();
}

fn main() {}
