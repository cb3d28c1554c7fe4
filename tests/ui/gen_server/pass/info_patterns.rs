//! A message of any type needs no name, and a server may keep its mailbox over a restart.

#![deny(warnings)]

use otp::prelude::*;

struct Tick;
struct Pair(u64, u64);

#[gen_server(mailbox_on_restart = keep)]
struct Counter {
    count: u64,
}

#[gen_server(mailbox_on_restart = drop)]
struct Other {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(start: u64) -> Self {
        Counter { count: start }
    }

    #[info]
    fn tick(&mut self, _: Tick) {
        self.count += 1;
    }

    #[info]
    fn pair(&mut self, Pair(a, b): Pair) {
        self.count += a + b;
    }
}

#[gen_server]
impl Other {
    #[init]
    fn new(a: u64, b: u64) -> Self {
        Other { count: a + b }
    }

    #[cast]
    fn add(&mut self, n: u64) {
        self.count += n;
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let counter = Counter::start(1).await.unwrap();
        counter.pid().send(Tick).unwrap();
        counter.pid().send(Pair(1, 2)).unwrap();
        let other = Other::start(1, 2).await.unwrap();
        other.add(1).await.unwrap();
        other.stop().await.unwrap();
    });
}
