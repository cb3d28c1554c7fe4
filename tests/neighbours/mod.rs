//! What the tests of bad neighbours share.

#![allow(dead_code)] // each test binary uses its own part

use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

/// One thread runs all.
pub(crate) fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// `threads` threads run all.
pub(crate) fn multi_thread(threads: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .unwrap()
}

/// Runs `work` on a runtime of each kind.
pub(crate) fn on_both<F: Future<Output = ()> + Send + 'static>(work: impl Fn() -> F) {
    current_thread().block_on(work());
    let several = multi_thread(2);
    several.block_on(several.spawn(work())).unwrap();
}

/// Waits for what another thread brings about. Only a hang takes so long.
pub(crate) fn until(mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "it never holds");
        std::thread::yield_now();
    }
}
