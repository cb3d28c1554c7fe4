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
    fn add(n: u64, m: u64) -> u64 {
        n + m
    }

    #[cast]
    async fn log(text: String) {
        println!("{text}");
    }

    #[info]
    fn on_down(down: Down) {
        drop(down);
    }
}

fn main() {}
