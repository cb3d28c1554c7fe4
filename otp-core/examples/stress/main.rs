//! Everything that can happen to a process, at once, on real threads, for as long as you like:
//!
//! ```text
//! cargo run --release -p otp-core --example stress -- SECONDS [SEED]
//! ```
//!
//! Donors, senders, callers that give up, blocking callers outside any runtime, killers, stoppers,
//! panics, monitors, links, timers, `sys`, last refs dropped, restarts, stops in place and runtimes that
//! go. What must not be lost is counted; the exit code is 1 if something was.

#![allow(missing_docs, unreachable_pub)]

mod client;
mod lives;
mod tally;
mod tree;
mod worker;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Lives that are lived at the same time.
const BESIDE: u64 = 8;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u64>());
    let (seconds, seed) = match (args.next(), args.next()) {
        (Some(Ok(seconds)), None) => (seconds, 42),
        (Some(Ok(seconds)), Some(Ok(seed))) => (seconds, seed),
        _ => {
            eprintln!("usage: stress SECONDS [SEED]");
            return ExitCode::from(2);
        }
    };
    let end = Instant::now() + Duration::from_secs(seconds);
    let outside = std::thread::spawn(move || {
        let mut gone: u64 = 0;
        while Instant::now() < end {
            lives::runtime_that_goes(seed.wrapping_add(gone));
            gone += 1;
        }
        gone
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let next = Arc::new(AtomicU64::new(seed.wrapping_mul(1_000_003)));
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..BESIDE {
            let next = Arc::clone(&next);
            all.spawn(async move {
                while Instant::now() < end {
                    lives::life(next.fetch_add(1, Ordering::Relaxed)).await;
                }
            });
        }
        for n in 0..2 {
            all.spawn(tree::trees(seed.wrapping_add(n), end));
        }
        while let Some(one) = all.join_next().await {
            if let Err(error) = one {
                tally::wrong(&format!("a task of the program failed: {error}"));
            }
        }
    });
    match outside.join() {
        Ok(gone) => println!("{gone:>12} runtimes shut down under their servers"),
        Err(_) => tally::wrong("the thread of the runtimes panicked"),
    }
    let well = tally::report();
    drop(runtime);
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
