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
    fn add<T: Into<u64>>(&mut self, n: T) -> u64 {
        self.count += n.into();
        self.count
    }

    #[cast]
    fn fill<const N: usize>(&mut self, numbers: [u64; N]) {
        self.count += numbers.iter().sum::<u64>();
    }

    #[call]
    fn longest<'a>(&mut self, text: &'a str) -> &'a str {
        self.count += 1;
        text
    }

    #[cast]
    fn reset(&mut self)
    where
        Self: Sized,
    {
        self.count = 0;
    }
}

fn main() {}
