use otp::prelude::*;

#[gen_server(mailbox = 64, call_timeout = 2s, overflow = reject)]
pub struct Counter {
    count: u64,
    waiters: Vec<(u64, ReplyTo<u64>)>,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(start: u64) -> Self {
        Counter { count: start, waiters: Vec::new() }
    }

    /// Adds `n` and answers the new total.
    #[call]
    pub fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    /// Answers once the total has reached `at_least`.
    #[call]
    pub fn reached(&mut self, reply: ReplyTo<u64>, at_least: u64) {
        self.waiters.push((at_least, reply));
    }

    /// Begins again at zero.
    #[cast]
    pub fn reset(&mut self) {
        self.count = 0;
    }

    #[terminate]
    fn bye(&mut self, reason: &ExitReason) {
        println!("the counter ends at {}: {reason}", self.count);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::start(40).await?;
    let total = counter.add(2).await?;
    println!("{total}");
    counter.reset().await?;
    counter.stop().await?;
    Ok(())
}
