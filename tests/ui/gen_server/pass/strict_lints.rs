//! Expansions are clean under strict lints, and add nothing that users would have to allow.
#![deny(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    elided_lifetimes_in_paths,
    warnings,
    clippy::all,
    clippy::pedantic
)]
#![forbid(unsafe_code)]

use otp::prelude::*;

/// Counts.
#[gen_server(
    mailbox = 16,
    overflow = drop_oldest,
    call_timeout = infinity,
    slow_handler = 10ms,
    donate = never,
    name = "counter"
)]
#[derive(Debug, Default)]
pub struct Counter {
    count: u64,
}

#[gen_server(protocol = CounterApi)]
impl Counter {
    /// Starts at `count`.
    #[init]
    fn new(count: u64) -> Self {
        Counter { count }
    }

    /// Adds `n`.
    #[call]
    pub fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    /// The length of a text, which it need not own.
    #[call]
    pub fn length(&self, text: String) -> usize {
        text.len() + usize::try_from(self.count).unwrap_or(0)
    }

    /// Back to nothing.
    #[cast]
    pub fn reset(&mut self) {
        self.count = 0;
    }

    #[every(1h)]
    fn sweep(&mut self) {
        self.count /= 2;
    }

    #[info]
    fn on_down(&mut self, _down: Down) {}
}

/// Uses all of it.
///
/// # Errors
/// When the server is gone.
pub async fn usage(counter: &CounterRef) -> Result<u64, CallError> {
    counter.add(1).await?;
    counter.length("text".into()).await?;
    counter.reset().try_send().ok();
    Counter::whereis().map(|other| other == *counter);
    CounterApi::add(counter, 2).await
}

fn main() {}
