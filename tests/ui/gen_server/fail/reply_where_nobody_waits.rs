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
    fn add(&mut self, reply: ReplyTo<u64>, n: u64) {
        self.count += n;
        reply.send(self.count);
    }

    #[info]
    fn on_text(&mut self, reply: ReplyTo<u64>) {
        reply.send(self.count);
    }
}

fn main() {}
