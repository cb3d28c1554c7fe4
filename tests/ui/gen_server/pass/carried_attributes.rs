//! Docs, deprecation and lints go along to the handle's methods, and calls of ours warn of nothing.
#![deny(warnings)]

use otp::prelude::*;

#[gen_server]
pub struct Counter {
    count: u64,
}

#[gen_server(protocol = CounterApi)]
impl Counter {
    /// Starts.
    #[init]
    fn new() -> Self {
        Counter { count: 0 }
    }

    #[call]
    #[deprecated = "use `add`"]
    pub fn increment(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    #[call]
    #[must_use = "it may be refused"]
    #[allow(non_snake_case)]
    pub fn add(&mut self, N: u64) -> Result<u64, String> {
        self.count += N;
        Ok(self.count)
    }

    #[cast]
    #[doc(hidden)]
    #[inline]
    #[cfg_attr(all(), doc = "Reset.", allow(clippy::all))]
    pub fn reset(&mut self) {
        self.count = 0;
    }

    #[cast]
    #[expect(unused_mut, reason = "it stays with the handler")]
    pub fn set(&mut self, mut n: u64) {
        self.count = n;
    }
}

async fn usage(counter: CounterRef) {
    #[expect(deprecated)]
    counter.increment().await.unwrap();
    counter.add(1).await.unwrap().unwrap();
    counter.reset().await.unwrap();
    counter.set(1).await.unwrap();
}

fn main() {
    let _ = usage;
}
