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

    #[every(30s)]
    fn sweep(&mut self, n: u64) {
        self.count += n;
    }

    #[after(5s)]
    fn warm(&mut self, reply: ReplyTo<u64>) {
        reply.send(self.count);
    }
}

fn main() {}
