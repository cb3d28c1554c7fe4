use otp::prelude::*;

#[gen_server(mailbox = 0, overflow = drop_oldst, call_timeout = 5)]
struct Counter;

#[gen_server]
impl Counter {
    #[call]
    fn add(&mut self, text: &str, (a, b): (u64, u64)) -> impl Sized {
        text.len() as u64 + a + b
    }

    #[cast(continue = load)]
    fn reset() -> u64 {
        0
    }

    #[info]
    fn on_down(&mut self) {}

    #[every]
    fn sweep(self) {}
}

fn main() {}
