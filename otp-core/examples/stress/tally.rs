//! What must not be lost, counted: tokens, states, calls, `Down`s and `Exit`s.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Two numbers that are the same when all is over.
#[derive(Debug)]
pub struct Pair {
    what: &'static str,
    begun: AtomicU64,
    ended: AtomicU64,
}

impl Pair {
    const fn new(what: &'static str) -> Self {
        Self {
            what,
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
        }
    }

    /// One more has begun.
    pub fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }

    /// One more has ended.
    pub fn end(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }

    fn both(&self) -> (u64, u64) {
        (
            self.begun.load(Ordering::Relaxed),
            self.ended.load(Ordering::Relaxed),
        )
    }
}

/// Messages: each is made and dropped, handled or not.
pub static TOKENS: Pair = Pair::new("messages made, dropped");
/// States of servers.
pub static STATES: Pair = Pair::new("states made, dropped");
/// Calls, and their outcomes of any kind.
pub static CALLS: Pair = Pair::new("calls, outcomes");
/// Monitors from outside, and what they resolved to.
pub static MONITORS: Pair = Pair::new("monitors, downs");
/// Monitors and links of processes, and the messages which they became.
pub static TIES: Pair = Pair::new("links and monitors of processes, messages of them");
/// Servers whose end was awaited.
pub static LIVES: Pair = Pair::new("servers, ends");
/// Restarts that were asked for, and seen.
pub static RESTARTS: Pair = Pair::new("children that were ended, that answered again");

/// What does not add up, in words of ours.
static WRONG: AtomicU64 = AtomicU64::new(0);

/// Reports that something which must hold does not.
pub fn wrong(what: &str) {
    WRONG.fetch_add(1, Ordering::Relaxed);
    eprintln!("WRONG: {what}");
}

/// Counts a message from its making to its drop.
#[derive(Debug)]
pub struct Token(Box<u64>);

impl Token {
    /// A token worth `n`.
    pub fn new(n: u64) -> Self {
        TOKENS.begin();
        Self(Box::new(n))
    }

    /// What it is worth.
    pub fn worth(&self) -> u64 {
        *self.0
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        TOKENS.end();
    }
}

/// `work`, which must be done within a minute whatever happens to the servers; `None` is reported.
pub async fn in_time<R>(what: &str, work: impl Future<Output = R>) -> Option<R> {
    let done = tokio::time::timeout(Duration::from_secs(60), work)
        .await
        .ok();
    if done.is_none() {
        wrong(&format!("{what}: not over after a minute"));
    }
    done
}

/// Prints the counts, and tells whether all is well. Ends that are still on their way have ten seconds.
pub fn report() -> bool {
    let pairs = [
        &TOKENS, &STATES, &CALLS, &MONITORS, &TIES, &LIVES, &RESTARTS,
    ];
    let even = || pairs.iter().all(|pair| pair.both().0 == pair.both().1);
    for _ in 0..1000 {
        if even() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    for pair in pairs {
        let (begun, ended) = pair.both();
        let mark = if begun == ended { "" } else { "  <- WRONG" };
        println!("{:>12} {ended:>12}  {}{mark}", begun, pair.what);
        if begun == 0 {
            println!("  (nothing of this kind has happened: too short a run)");
        }
    }
    let wrong = WRONG.load(Ordering::Relaxed);
    println!("{wrong:>12} {:>12}  statements that did not hold", "");
    even() && wrong == 0
}
