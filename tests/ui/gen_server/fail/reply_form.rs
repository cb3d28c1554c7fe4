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
    fn first(&mut self, reply: ReplyTo, n: u64) {
        self.count += n;
        reply.send(self.count);
    }

    #[call]
    fn second(&mut self, reply: &ReplyTo<u64>) {
        self.count += 1;
        drop(reply);
    }

    #[call]
    fn third(&mut self, reply: ReplyTo<u64>, error: ReplyTo<String>) {
        self.count += 1;
        drop((reply, error));
    }

    #[call]
    fn fourth(&mut self, reply: ReplyTo<&str>) {
        self.count += 1;
        reply.send("borrowed");
    }
}

fn main() {}
