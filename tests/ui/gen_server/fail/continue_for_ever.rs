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

    #[cast(continue = first)]
    fn reset(&mut self) {
        self.count = 0;
    }

    #[handle_continue(continue = second)]
    fn first(&mut self) {
        self.count += 1;
    }

    #[handle_continue(continue = first)]
    fn second(&mut self) {
        self.count += 1;
    }

    #[handle_continue(continue = third)]
    fn third(&mut self) {
        self.count += 1;
    }
}

fn main() {}
