//! The counter example's server, with the test kit.

#[path = "../examples/counter.rs"]
#[allow(dead_code, reason = "its `main` is the example's")]
mod counter;

use std::time::Duration;

use counter::Counter;
use otp::prelude::*;
use otp::test::{self, Faults, started};

#[tokio::test(start_paused = true)]
async fn it_counts_and_begins_again() {
    let counter = started(Counter::start(40)).await;
    assert_eq!(counter.add(2).await, Ok(42));
    counter.reset().await.unwrap();
    assert_eq!(counter.add(3).await, Ok(3));
    counter.finish().await;
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_total_is_answered_when_it_is_reached_and_not_before() {
    let counter = started(Counter::start(0)).await;
    let (five, nine) = (
        counter.reached(5).send_request(),
        counter.reached(9).send_request(),
    );
    let (five, nine) = (tokio::spawn(five), tokio::spawn(nine));
    counter.add(4).await.unwrap();
    test::run_until_idle().await;
    assert!(!five.is_finished());
    counter.add(1).await.unwrap();
    test::run_until_idle().await;
    assert!(five.is_finished() && !nine.is_finished());
    assert_eq!(five.await.unwrap(), Ok(5));
    assert_eq!(counter.add(7).await, Ok(12));
    assert_eq!(nine.await.unwrap(), Ok(12));
    counter.finish().await;
}

#[tokio::test(start_paused = true)]
async fn who_waits_learns_of_a_crash_and_of_a_timeout() {
    let counter = started(Counter::start(0)).await;
    let short = counter.reached(5).timeout(Duration::from_secs(1)).await;
    assert_eq!(short, Err(CallError::Timeout));
    let waiting = counter.reached(5).send_request();
    let faults = Faults::here();
    faults.next_message_to(&counter, "add").panics();
    let crashed = counter.add(9).await.expect_err("it crashes");
    assert_eq!(waiting.await, Err(crashed));
    counter.finish().await;
}
