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

    #[info]
    fn on_down(&mut self, down: Down) {
        self.count += 1;
        drop(down);
    }

    #[info]
    fn on_other_down(&mut self, down: Down) {
        self.count += 2;
        drop(down);
    }
}

fn main() {}
