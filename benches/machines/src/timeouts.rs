//! State timeouts that are set by each entry of a state and cancelled by the next change.

use std::time::Instant;

use otp::prelude::*;

use crate::each;

/// A session that is busy or idle, and idle for 10 s at the most.
#[state_machine(initial = Busy, data = ())]
enum Session {
    Busy,
    Idle,
}

#[state_machine]
impl Session {
    #[call]
    #[on(Busy => Idle)]
    fn work(next: Next) {
        next.idle();
    }

    #[call]
    #[on(Idle => Busy)]
    fn work(next: Next) {
        next.busy();
    }

    #[state_timeout(Idle, 10s)]
    #[on(Idle => Busy)]
    fn tired(next: Next) {
        next.busy();
    }
}

pub fn run(quick: bool) {
    let timeouts: u32 = if quick { 1_000_000 } else { 10_000_000 };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (time, before, after) = runtime.block_on(async move {
        let measured = tokio::spawn(async move {
            let session = Session::start().await.expect("it starts");
            for _ in 0..1000 {
                session.work().await.expect("alive");
            }
            let before = resident();
            let began = Instant::now();
            for _ in 0..timeouts {
                session.work().await.expect("alive");
                session.work().await.expect("alive");
            }
            (each(began.elapsed(), timeouts), before, resident())
        });
        measured.await.expect("no panic")
    });
    println!("timeouts: {timeouts} state timeouts set and cancelled");
    println!("  {time:.1} ns for each, with its two calls");
    println!("  resident memory {before} kB before, {after} kB after");
}

/// Resident memory in kB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
