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
    fn wait(&mut self, reply: ReplyTo<u64>) -> u64 {
        self.count += 1;
        reply.send(self.count);
        self.count
    }
}

fn main() {}
