//! A first server: start, calls, casts, a delayed reply, errors as values, stop.
//!
//! `cargo run --example counter`

use otp::prelude::*;

/// What one call may wait for.
struct Waiter {
    at_least: u64,
    reply: ReplyTo<u64>,
}

#[gen_server]
pub(crate) struct Counter {
    count: u64,
    waiters: Vec<Waiter>,
}

#[gen_server]
impl Counter {
    /// Begins to count at `start`.
    #[init]
    fn new(start: u64) -> Self {
        Counter {
            count: start,
            waiters: Vec::new(),
        }
    }

    /// Adds `n` and answers the new total.
    #[call]
    pub(crate) fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.answer_waiters();
        self.count
    }

    /// The total, divided: for `0` this panics, and the server ends.
    #[call]
    fn divided_by(&self, n: u64) -> u64 {
        self.count / n
    }

    /// Answers once the total has reached `at_least`.
    #[call]
    pub(crate) fn reached(&mut self, reply: ReplyTo<u64>, at_least: u64) {
        self.waiters.push(Waiter { at_least, reply });
        self.answer_waiters();
    }

    /// Begins again at zero; nobody waits for it.
    #[cast]
    pub(crate) fn reset(&mut self) {
        self.count = 0;
    }

    #[terminate]
    fn bye(&mut self, reason: &ExitReason) {
        println!("  (the counter ends at {}: {reason})", self.count);
    }

    fn answer_waiters(&mut self) {
        let count = self.count;
        for waiter in self
            .waiters
            .extract_if(.., |waiter| waiter.at_least <= count)
        {
            waiter.reply.send(count);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counter = Counter::start(40).await?;
    println!("started {counter:?} at 40");

    println!("call: 40 + 2 = {}", counter.add(2).await?);

    counter.reset().await?;
    println!("cast: reset; then 0 + 3 = {}", counter.add(3).await?);

    // The handle is cloned, not the server: both tasks speak to the same counter.
    let patient = tokio::spawn({
        let counter = counter.clone();
        async move { counter.reached(10).await }
    });
    for n in 1..=4 {
        println!("call: + {n} = {}", counter.add(n).await?);
    }
    println!("delayed reply: reached {}", patient.await??);

    println!("a handler that panics ends its server, and nothing else:");
    match counter.divided_by(0).await {
        Err(CallError::Down(ExitReason::Panic { message, .. })) => {
            println!("error: the server is down, it panicked: {message}");
        }
        other => println!("unexpected: {other:?}"),
    }
    if let Err(error) = counter.add(1).await {
        println!("error of the next caller: {error}");
    }

    let counter = Counter::start(0).await?;
    println!("started {counter:?} at 0");
    let end = counter.monitor();
    println!("call: 0 + 1 = {}", counter.add(1).await?);
    counter.stop().await?;
    println!("stopped; its monitor says: {}", end.await.reason);
    Ok(())
}
