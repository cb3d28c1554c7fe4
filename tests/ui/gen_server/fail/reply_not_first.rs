use otp::prelude::*;

#[gen_server]
struct Counter {
    waiting: Vec<(u64, ReplyTo<u64>)>,
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter {
            waiting: Vec::new(),
        }
    }

    #[call]
    fn wait(&mut self, at_least: u64, reply: ReplyTo<u64>) {
        self.waiting.push((at_least, reply));
    }
}

fn main() {}
