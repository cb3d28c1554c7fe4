//! Waiting until nothing is left to do, and letting time pass.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use otp::prelude::*;
use otp::test::{advance, idle, run_until_idle, started};
use tokio::time::Instant;

use support::{panic_of, tree};

/// Passes a number on, one less each time, round a ring.
#[gen_server(donate = never)]
struct Ring {
    next: Option<Recipient<u32>>,
    seen: Arc<AtomicUsize>,
}

#[gen_server]
impl Ring {
    #[init]
    fn new(seen: Arc<AtomicUsize>) -> Self {
        Ring { next: None, seen }
    }

    #[cast]
    fn close(&mut self, next: Recipient<u32>) {
        self.next = Some(next);
    }

    #[info]
    fn pass(&mut self, n: u32) {
        self.seen.fetch_add(1, Ordering::Relaxed);
        if let (Some(next), Some(n)) = (&self.next, n.checked_sub(1)) {
            let _ = next.send(n);
        }
    }
}

async fn a_ball_goes_round_until_idle() {
    let seen = Arc::new(AtomicUsize::new(0));
    let mut ring = Vec::new();
    for _ in 0..20 {
        ring.push(Ring::start(seen.clone()).await.unwrap());
    }
    for (at, one) in ring.iter().enumerate() {
        one.close(ring[(at + 1) % 20].recipient()).await.unwrap();
    }
    for round in 1..=20 {
        ring[0].send(999).unwrap();
        run_until_idle().await;
        assert_eq!(seen.load(Ordering::Relaxed), round * 1000);
    }
    for one in &ring {
        one.stop().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn run_until_idle_lets_no_time_pass_and_leaves_nothing_to_do() {
    let began = Instant::now();
    a_ball_goes_round_until_idle().await;
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn run_until_idle_works_with_several_threads() {
    a_ball_goes_round_until_idle().await;
}

#[tokio::test(start_paused = true)]
async fn run_until_idle_leaves_what_waits_for_time() {
    let shop = started(tree::Shop::start()).await;
    shop.till().count().await.unwrap();
    shop.till().count().await.unwrap();
    run_until_idle().await;
    assert_eq!(shop.till().info().messages_handled, 0);
    idle(&shop).await;
    assert_eq!(shop.till().info().messages_handled, 2);
    shop.finish().await;
}

#[tokio::test(start_paused = true)]
async fn idle_waits_for_the_time_that_handlers_take() {
    let shop = started(tree::Shop::start()).await;
    let began = Instant::now();
    for _ in 0..5 {
        shop.till().count().await.unwrap();
        shop.spare().count().await.unwrap();
    }
    idle(&shop).await;
    let (took, five) = (began.elapsed(), Duration::from_secs(5));
    assert!(took >= five && took <= five + five / 100, "{took:?}");
    assert_eq!(shop.till().pay(0).await, Ok(5));
    assert_eq!(shop.spare().pay(0).await, Ok(5));
    shop.finish().await;
}

#[tokio::test(start_paused = true)]
async fn idle_says_who_is_not() {
    let shop = started(tree::Shop::start()).await;
    let till = shop.till().clone();
    till.sys().suspend().await.unwrap();
    till.count().await.unwrap();
    let pid = till.pid();
    let panic = panic_of(async move { idle(&till).await }).await;
    assert!(panic.contains("not idle after 60s:"), "{panic}");
    assert!(
        panic.ends_with(&format!("Till{pid}: suspended, a message waits for it")),
        "{panic}"
    );
    shop.till().sys().resume().await.unwrap();
    shop.finish().await;
}

#[tokio::test]
async fn time_that_cannot_be_advanced_says_what_to_write() {
    let panic = panic_of(advance(Duration::from_secs(1))).await;
    assert!(panic.starts_with("at otp-test/tests/idle.rs:"), "{panic}");
    assert!(
        panic.ends_with("`#[tokio::test(start_paused = true)]`"),
        "{panic}"
    );
}

#[gen_server]
struct Clock {
    ticks: Vec<Duration>,
    began: Instant,
}

#[gen_server]
impl Clock {
    #[init]
    fn new() -> Self {
        Clock {
            ticks: Vec::new(),
            began: Instant::now(),
        }
    }

    #[every(1s)]
    fn tick(&mut self) {
        self.ticks.push(self.began.elapsed());
    }

    #[call]
    fn ticks(&mut self) -> Vec<Duration> {
        std::mem::take(&mut self.ticks)
    }
}

#[tokio::test(start_paused = true)]
async fn advance_passes_every_moment_on_the_way() {
    let clock = started(Clock::start()).await;
    let began = Instant::now();
    advance(Duration::from_millis(3500)).await;
    assert_eq!(began.elapsed(), Duration::from_millis(3500));
    let seconds: Vec<_> = (1..=3).map(Duration::from_secs).collect();
    assert_eq!(clock.ticks().await, Ok(seconds));
    advance(Duration::from_millis(500)).await;
    assert_eq!(clock.ticks().await, Ok(vec![Duration::from_secs(4)]));
    clock.finish().await;
}
