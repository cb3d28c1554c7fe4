//! How many restarts are too many, and what follows. Conformance SUP-065 to SUP-072.

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{ChildSpec, ChildState, Flags, Intensity, Restart, Strategy, Supervisor};
use supervisor_support::{Init, Log, Script, crash, end, is_down, kill, shop, shop_of, state};

const SECOND: Duration = Duration::from_secs(1);

const ALL: [Strategy; 3] = [
    Strategy::OneForOne,
    Strategy::OneForAll,
    Strategy::RestForOne,
];

/// Two restarts in five seconds.
fn two(strategy: Strategy) -> Flags {
    Flags::new(strategy, Intensity::new(2, 5 * SECOND))
}

fn three(log: &Log) -> [Script; 3] {
    ["a", "b", "c"].map(|name| Script::new(name, log))
}

// SUP-065, SUP-066
#[tokio::test(start_paused = true)]
async fn the_restart_after_the_last_allowed_ends_the_supervisor() {
    for strategy in ALL {
        let log = Log::default();
        let scripts = three(&log);
        let (shop, children) = shop(two(strategy), scripts.each_ref()).await;
        let end = shop.monitor();
        for _ in 0..2 {
            kill(&children[0]).await;
            assert_eq!(children[0].add(1).await, Ok(1));
            assert!(shop.is_alive());
        }
        log.take();
        kill(&children[0]).await;
        assert_eq!(end.await.reason, ExitReason::Shutdown);
        assert_eq!(
            log.take(),
            ["stop c: shutdown", "down c", "stop b: shutdown", "down b"]
        );
        for child in &children {
            assert!(is_down(&child.add(1).await));
        }
    }
}

// SUP-067
#[tokio::test(start_paused = true)]
async fn the_window_slides_over_single_restarts() {
    let log = Log::default();
    let scripts = three(&log);
    let (shop, children) = shop(two(Strategy::OneForOne), scripts.each_ref()).await;
    // At 0, 4, 6, 10, 12 .. there are never three in five seconds.
    for pause in [4, 2].repeat(10) {
        kill(&children[0]).await;
        assert_eq!(children[0].add(1).await, Ok(1));
        tokio::time::sleep(pause * SECOND).await;
    }
    // The last two were at -6 and -2: one more fits, and a second does not.
    kill(&children[0]).await;
    assert_eq!(children[0].add(1).await, Ok(1));
    let end = shop.monitor();
    kill(&children[0]).await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
}

// SUP-067
#[tokio::test(start_paused = true)]
async fn a_restart_exactly_as_old_as_the_period_still_counts() {
    for (more, survives) in [(Duration::ZERO, false), (Duration::from_millis(2), true)] {
        let log = Log::default();
        let (shop, [a]) = shop(
            Flags::new(Strategy::OneForOne, Intensity::new(1, 5 * SECOND)),
            [&Script::new("a", &log)],
        )
        .await;
        kill(&a).await;
        assert_eq!(a.add(1).await, Ok(1));
        tokio::time::advance(5 * SECOND + more).await;
        kill(&a).await;
        assert_eq!(a.add(1).await.is_ok(), survives);
        assert_eq!(shop.is_alive(), survives);
    }
}

// SUP-068
#[tokio::test(start_paused = true)]
async fn restarts_of_all_children_count_together() {
    for strategy in ALL {
        let log = Log::default();
        let scripts = three(&log);
        let (shop, children) = shop(two(strategy), scripts.each_ref()).await;
        let end = shop.monitor();
        for child in &children {
            kill(child).await;
            let _ = shop.count_children().await;
        }
        assert_eq!(end.await.reason, ExitReason::Shutdown);
    }
}

// SUP-069
#[tokio::test(start_paused = true)]
async fn the_restart_of_a_group_counts_once() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let log = Log::default();
        let scripts = three(&log);
        let (shop, children) = shop(two(strategy), scripts.each_ref()).await;
        for _ in 0..2 {
            kill(&children[0]).await;
            assert_eq!(shop.count_children().await.unwrap().active, 3);
        }
        let end = shop.monitor();
        kill(&children[0]).await;
        assert_eq!(end.await.reason, ExitReason::Shutdown);
    }
}

// SUP-070, SUP-071
#[tokio::test(start_paused = true)]
async fn each_try_of_a_failing_restart_counts() {
    for strategy in ALL {
        for init in [Init::Fail, Init::Panic] {
            let log = Log::default();
            let scripts = three(&log);
            let (shop, children) = shop(two(strategy), scripts.each_ref()).await;
            let (end, end_of_a) = (shop.monitor(), children[0].monitor());
            scripts[1].always(init);
            log.take();
            kill(&children[1]).await;
            assert_eq!(end.await.reason, ExitReason::Shutdown);
            assert_eq!(end_of_a.await.reason, ExitReason::Shutdown);
            let tries = log.take();
            let tries = tries.iter().filter(|line| *line == "start b").count();
            assert_eq!(tries, 2, "the restart that is one too many is not made");
            for child in &children {
                assert!(is_down(&child.add(1).await));
            }
        }
    }
}

// SUP-071
#[tokio::test(start_paused = true)]
async fn a_transient_supervisor_that_gave_up_stays_down_and_a_permanent_one_comes_back() {
    for restart in [Restart::Transient, Restart::Permanent] {
        let log = Log::default();
        let script = Script::new("a", &log);
        let start = Supervisor::start("Top", two(Strategy::OneForOne), move |children| {
            let spec = ChildSpec::new("inner", move || {
                let spec = script.spec();
                let none = Flags::new(Strategy::OneForOne, Intensity::new(0, SECOND));
                Supervisor::start("Inner", none, |children| {
                    (children.supervisor(), children.add(spec))
                })
            });
            let (inner, a) = children.add(spec.restart(restart));
            (children.supervisor(), inner, a)
        });
        let (top, inner, a) = start.await.unwrap();
        let end = inner.monitor();
        crash(&a).await;
        assert_eq!(end.await.reason, ExitReason::Shutdown);
        let restarted = restart == Restart::Permanent;
        let expected = if restarted {
            ChildState::Running
        } else {
            ChildState::Stopped
        };
        assert_eq!(state(&top, "inner").await, Some(expected));
        assert_eq!(a.add(1).await.is_ok(), restarted);
        let starts = log.take();
        let starts = starts.iter().filter(|line| *line == "start a").count();
        assert_eq!(starts, 1 + usize::from(restarted));
    }
}

// SUP-071
#[tokio::test(start_paused = true)]
async fn a_permanent_supervisor_that_keeps_giving_up_takes_the_one_above_with_it() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let start = Supervisor::start("Top", two(Strategy::OneForOne), move |children| {
        let (inner, a) = children.add(ChildSpec::new("inner", move || {
            let spec = script.spec();
            Supervisor::start("Inner", two(Strategy::OneForOne), |children| {
                (children.supervisor(), children.add(spec))
            })
        }));
        (children.supervisor(), inner, a)
    });
    let (top, inner, a) = start.await.unwrap();
    let end = top.monitor();
    for _ in 0..9 {
        assert!(top.is_alive());
        assert_eq!(a.add(1).await, Ok(1));
        kill(&a).await;
    }
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    assert!(is_down(&a.add(1).await));
    assert!(is_down(&inner.count_children().await));
    let starts = log.take();
    assert_eq!(starts.iter().filter(|line| *line == "up a").count(), 9);
}

// SUP-072
#[tokio::test(start_paused = true)]
async fn what_is_done_by_hand_costs_nothing() {
    let log = Log::default();
    let scripts = three(&log);
    let none = Flags::new(Strategy::OneForOne, Intensity::new(0, 5 * SECOND));
    let (shop, _) = shop(none, [&scripts[0]]).await;
    for _ in 0..10 {
        shop.terminate_child("a").await.unwrap();
        shop.restart_child("a").await.unwrap();
        let b = shop.start_child(scripts[1].spec()).await.unwrap();
        assert_eq!(b.add(1).await, Ok(1));
        shop.terminate_child("b").await.unwrap();
        shop.delete_child("b").await.unwrap();
    }
    assert_eq!(shop.count_children().await.unwrap().active, 1);
}

// SUP-067: ends that are not followed by a restart do not count either.
#[tokio::test(start_paused = true)]
async fn an_end_without_a_restart_costs_nothing() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let none = Flags::new(Strategy::OneForOne, Intensity::new(0, 5 * SECOND));
    let (shop, _) = shop_of(none, []).await;
    for _ in 0..10 {
        let temporary = script.spec().restart(Restart::Temporary);
        let a = shop.start_child(temporary).await.unwrap();
        crash(&a).await;
        let transient = script.spec().id("b").restart(Restart::Transient);
        let b = shop.start_child(transient).await.unwrap();
        end(&b, ExitReason::Normal).await;
        shop.delete_child("b").await.unwrap();
    }
    assert!(shop.is_alive());
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_a_storm_of_restarts_ends_nothing() {
    let log = Log::default();
    let scripts = three(&log);
    for strategy in ALL {
        let flags = Flags::new(strategy, Intensity::NEVER);
        let (shop, children) = shop(flags, scripts.each_ref()).await;
        for round in 0..300 {
            let child = &children[round % 3];
            if round % 2 == 0 {
                scripts[(round + 1) % 3].next([Init::Fail, Init::Panic]);
            }
            child.exit(ExitReason::Kill);
            if round % 5 == 0 {
                let _ = child.add(1).await;
            }
        }
        for script in &scripts {
            script.next([Init::Up]);
        }
        // The last kills may not have come through.
        for child in &children {
            let answered = 'tries: {
                for _ in 0..100 {
                    if child.add(1).await.is_ok() {
                        break 'tries true;
                    }
                }
                false
            };
            assert!(answered);
        }
        assert_eq!(shop.count_children().await.unwrap().specs, 3);
        shop.stop().await.unwrap();
    }
}
