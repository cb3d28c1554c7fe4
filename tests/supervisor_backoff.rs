//! Pauses before restarts, on the paused clock.

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{Backoff, ChildState, Flags, Intensity, Strategy};
use supervisor_support::{Init, Log, Script, is_down, kill, shop, state, tireless};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

fn pausing(strategy: Strategy) -> Flags {
    tireless(strategy).backoff(Backoff::new(SECOND, 8 * SECOND))
}

/// Whether a pause is one whose longest is `longest`: up to a half may be taken off.
#[track_caller]
fn assert_pause(pause: Duration, longest: u32) {
    let longest = longest * SECOND;
    // The timer is in milliseconds, and never early.
    let slack = Duration::from_millis(2);
    assert!(
        pause >= longest / 2 && pause <= longest + slack,
        "{pause:?} of {longest:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn pauses_double_up_to_the_longest_while_a_child_keeps_failing() {
    let script = Script::new("a", &Log::default());
    let (_shop, [a]) = shop(pausing(Strategy::OneForOne), [&script]).await;
    for longest in [1, 2, 4, 8, 8, 8] {
        kill(&a).await;
        let began = Instant::now();
        assert_eq!(a.add(1).timeout(60 * SECOND).await, Ok(1));
        assert_pause(began.elapsed(), longest);
    }
}

#[tokio::test(start_paused = true)]
async fn who_stayed_up_for_longer_than_the_longest_pause_begins_anew() {
    let script = Script::new("a", &Log::default());
    let (_shop, [a]) = shop(pausing(Strategy::OneForOne), [&script]).await;
    for longest in [1, 2, 4] {
        kill(&a).await;
        let began = Instant::now();
        a.add(1).timeout(60 * SECOND).await.unwrap();
        assert_pause(began.elapsed(), longest);
    }
    sleep(9 * SECOND).await;
    kill(&a).await;
    let began = Instant::now();
    a.add(1).timeout(60 * SECOND).await.unwrap();
    assert_pause(began.elapsed(), 1);
}

#[tokio::test(start_paused = true)]
async fn failing_restarts_pause_ever_longer_too() {
    let script = Script::new("a", &Log::default());
    let (_shop, [a]) = shop(pausing(Strategy::OneForOne), [&script]).await;
    script.next([Init::Fail, Init::Panic, Init::Fail]);
    kill(&a).await;
    let began = Instant::now();
    assert_eq!(a.add(1).timeout(60 * SECOND).await, Ok(1));
    assert_pause(began.elapsed(), 1 + 2 + 4 + 8);
}

#[tokio::test(start_paused = true)]
async fn a_group_is_down_during_the_pause_and_the_supervisor_answers() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let log = Log::default();
        let [a, b, c] = ["a", "b", "c"].map(|name| Script::new(name, &log));
        let (shop, [first, second, third]) = shop(pausing(strategy), [&a, &b, &c]).await;
        log.take();
        kill(&second).await;
        assert_eq!(state(&shop, "b").await, Some(ChildState::Restarting));
        assert_eq!(state(&shop, "c").await, Some(ChildState::Stopped));
        let all = strategy == Strategy::OneForAll;
        assert_eq!(first.is_alive(), !all);
        // Calls to those who wait for the failed one wait with it.
        let began = Instant::now();
        assert_eq!(third.add(1).await, Ok(1));
        assert_pause(began.elapsed(), 1);
        assert_eq!(first.add(1).await, Ok(1));
        let lines = log.take();
        let around = if all {
            (
                "stop c: shutdown, down c, stop a: shutdown, down a",
                "start a, up a, ",
            )
        } else {
            ("stop c: shutdown, down c", "")
        };
        let expected = format!("{}, {}start b, up b, start c, up c", around.0, around.1);
        assert_eq!(lines.join(", "), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn others_are_restarted_during_the_pause_of_one() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let pause = Backoff::new(4 * SECOND, 4 * SECOND);
    let flags = tireless(Strategy::OneForOne).backoff(pause);
    let (shop, [first, second]) = shop(flags, [&a, &b]).await;
    kill(&first).await;
    sleep(SECOND).await;
    kill(&second).await;
    let began = Instant::now();
    let calls = (
        first.add(1).timeout(60 * SECOND),
        second.add(1).timeout(60 * SECOND),
    );
    assert_eq!(tokio::join!(calls.0, calls.1), (Ok(1), Ok(1)));
    assert_pause(began.elapsed(), 4);
    assert_eq!(shop.count_children().await.unwrap().active, 2);
}

#[tokio::test(start_paused = true)]
async fn each_pause_is_one_restart_of_the_intensity() {
    let script = Script::new("a", &Log::default());
    let flags = Flags::new(Strategy::OneForOne, Intensity::new(3, 60 * SECOND));
    let flags = flags.backoff(Backoff::new(SECOND, SECOND));
    let (shop, [a]) = shop(flags, [&script]).await;
    let end = shop.monitor();
    script.always(Init::Fail);
    kill(&a).await;
    let began = Instant::now();
    let waiting = a.add(1).timeout(60 * SECOND).await;
    assert!(is_down(&waiting));
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    assert_pause(began.elapsed(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_was_started_by_hand_is_not_started_by_an_old_pause() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let (shop, [a]) = shop(pausing(Strategy::OneForOne), [&script]).await;
    kill(&a).await;
    shop.terminate_child("a").await.unwrap();
    shop.restart_child("a").await.unwrap();
    let pid = a.pid();
    log.take();
    sleep(60 * SECOND).await;
    assert_eq!(log.take(), [""; 0]);
    assert_eq!((a.pid(), a.add(1).await), (pid, Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn the_pause_of_a_restart_that_was_given_up_ends_no_later_one() {
    let pause = Backoff::new(10 * SECOND, 10 * SECOND);
    for _ in 0..10 {
        let script = Script::new("a", &Log::default());
        let flags = tireless(Strategy::OneForOne).backoff(pause);
        let (shop, [a]) = shop(flags, [&script]).await;
        kill(&a).await;
        assert_eq!(state(&shop, "a").await, Some(ChildState::Restarting));
        sleep(Duration::from_millis(4_900)).await;
        shop.terminate_child("a").await.unwrap();
        shop.restart_child("a").await.unwrap();
        kill(&a).await;
        // This pause takes five seconds at the least; the first one ends before that.
        sleep(Duration::from_millis(4_950)).await;
        assert_eq!(state(&shop, "a").await, Some(ChildState::Restarting));
        assert_eq!(a.add(1).timeout(60 * SECOND).await, Ok(1));
    }
}

// SUP-058
#[tokio::test(start_paused = true)]
async fn when_a_restart_of_all_fails_nobody_is_up_during_the_pause() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let (shop, children) = shop(pausing(Strategy::OneForAll), [&a, &b]).await;
    b.next([Init::Fail]);
    kill(&children[0]).await;
    // The first pause is over, and the second, of half a second at least, has just begun.
    let began = Instant::now();
    let mut tries = log.take();
    while !tries.ends_with(&["stop a: shutdown".into(), "down a".into()]) {
        assert!(began.elapsed() < 2 * SECOND, "{tries:?}");
        sleep(Duration::from_millis(20)).await;
        tries.extend(log.take());
    }
    assert_eq!(state(&shop, "a").await, Some(ChildState::Stopped));
    assert_eq!(state(&shop, "b").await, Some(ChildState::Restarting));
    for child in &children {
        assert_eq!(child.add(1).timeout(60 * SECOND).await, Ok(1));
    }
}
