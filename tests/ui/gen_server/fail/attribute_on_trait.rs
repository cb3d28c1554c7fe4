use otp::prelude::*;

#[gen_server]
trait Counting {
    fn add(&mut self, n: u64) -> u64;
}

fn main() {}
