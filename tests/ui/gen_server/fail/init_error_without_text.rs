use otp::prelude::*;

struct Wrong;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(count: u64) -> Result<Self, Wrong> {
        if count > 0 {
            return Err(Wrong);
        }
        Ok(Counter { count })
    }

    #[cast]
    fn reset(&mut self) {
        self.count = 0;
    }
}

fn main() {}
