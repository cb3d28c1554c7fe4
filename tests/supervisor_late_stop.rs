//! A stop that comes when an incarnation has just ended is not for the next one.

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{Backoff, Strategy};
use supervisor_support::{Init, Log, Script, info, kill, shop, tireless};

#[tokio::test(start_paused = true)]
async fn two_that_end_together_are_restarted_once() {
    let log = Log::default();
    let (a, b) = (Script::new("a", &log), Script::new("b", &log));
    let (shop, [a_ref, b_ref]) = shop(tireless(Strategy::OneForAll), [&a, &b]).await;
    let slow = Script::new("slow", &log);
    slow.next([Init::After(Duration::from_secs(1))]);
    let busy = shop.clone();
    let started = tokio::spawn(async move { busy.start_child(slow.spec()).await.map(drop) });
    tokio::time::sleep(Duration::from_millis(1)).await;
    // Their supervisor waits for an init meanwhile, and learns of both ends at once.
    kill(&a_ref).await;
    kill(&b_ref).await;
    log.take();
    started.await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        log.take().join(", "),
        "up slow, stop slow: shutdown, down slow, start a, up a, start b, up b, start slow, up slow"
    );
    assert_eq!(info(&shop, "b").await.unwrap().restarts, 0);
}

#[tokio::test(start_paused = true)]
async fn who_stops_a_child_between_two_incarnations_learns_how_the_last_ended() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let pause = Duration::from_secs(1);
    let flags = tireless(Strategy::OneForOne).backoff(Backoff::new(pause, pause));
    let (_shop, [child]) = shop(flags, [&script]).await;
    kill(&child).await;
    log.take();
    let stopped = child.stop().await;
    assert_eq!(stopped, Err(StopError::Other(ExitReason::Killed)));
    assert_eq!(child.add(1).await, Ok(1));
    assert_eq!(log.take(), ["start a", "up a"]);
}
