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
    fn on_down(&mut self, down: Down) -> bool {
        self.count += 1;
        drop(down);
        true
    }

    #[every(30s)]
    fn sweep(&mut self) -> Result<(), String> {
        self.count = 0;
        Ok(())
    }

    #[terminate]
    fn bye(&mut self) -> u64 {
        self.count
    }
}

fn main() {}
