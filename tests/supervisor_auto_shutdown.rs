//! Significant children whose own end ends their supervisor. Conformance SUP-096 to SUP-104.

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{
    AutoShutdown, ChildSpec, ChildState, Flags, Restart, Start, Strategy, Supervisor, SupervisorRef,
};
use supervisor_support::{
    Log, Probe, ProbeRef, Script, crash, end, flags, is_down, kill, shop_of, state,
};

const BOTH: [AutoShutdown; 2] = [AutoShutdown::AnySignificant, AutoShutdown::AllSignificant];

fn auto(auto_shutdown: AutoShutdown) -> Flags {
    flags(Strategy::OneForOne).auto_shutdown(auto_shutdown)
}

fn spec(name: &'static str, log: &Log, restart: Restart) -> ChildSpec<Start<Probe>> {
    Script::new(name, log).spec().restart(restart)
}

fn significant(name: &'static str, log: &Log, restart: Restart) -> ChildSpec<Start<Probe>> {
    spec(name, log, restart).significant(true)
}

/// One significant child before and one after one that is not.
async fn three(flags: Flags, log: &Log, restart: Restart) -> (SupervisorRef, [ProbeRef; 3]) {
    let specs = [
        significant("a", log, restart),
        spec("b", log, Restart::Permanent),
        significant("c", log, restart),
    ];
    let shop = shop_of(flags, specs).await;
    log.take();
    shop
}

/// Whether the supervisor goes on, as seen by a question to it.
async fn goes_on(shop: &SupervisorRef) -> bool {
    shop.count_children().await.is_ok()
}

// SUP-096
#[tokio::test(start_paused = true)]
async fn the_end_of_others_ends_nothing() {
    for mode in BOTH {
        for restart in [Restart::Temporary, Restart::Transient] {
            let log = Log::default();
            let (shop, [a, b, c]) = shop_of(
                auto(mode),
                ["a", "b", "c"].map(|name| spec(name, &log, restart)),
            )
            .await;
            end(&a, ExitReason::Normal).await;
            end(&b, ExitReason::Shutdown).await;
            kill(&c).await;
            assert!(goes_on(&shop).await);
        }
    }
}

// SUP-097
#[tokio::test(start_paused = true)]
async fn the_first_significant_end_shuts_down_in_reverse_order() {
    for restart in [Restart::Temporary, Restart::Transient] {
        let log = Log::default();
        let mode = auto(AutoShutdown::AnySignificant);
        let (shop, [a, b, _c]) = three(mode, &log, restart).await;
        let ended = shop.monitor();
        end(&a, ExitReason::Normal).await;
        assert_eq!(ended.await.reason, ExitReason::Shutdown);
        assert_eq!(
            log.take()[2..],
            ["stop c: shutdown", "down c", "stop b: shutdown", "down b"]
        );
        assert!(is_down(&b.add(1).await));
    }
}

// SUP-098
#[tokio::test(start_paused = true)]
async fn the_last_significant_end_shuts_down() {
    for restart in [Restart::Temporary, Restart::Transient] {
        let log = Log::default();
        let mode = auto(AutoShutdown::AllSignificant);
        let (shop, [a, b, c]) = three(mode, &log, restart).await;
        end(&c, ExitReason::Normal).await;
        assert!(goes_on(&shop).await);
        let ended = shop.monitor();
        log.take();
        end(&a, ExitReason::Shutdown).await;
        assert_eq!(ended.await.reason, ExitReason::Shutdown);
        assert_eq!(log.take()[2..], ["stop b: shutdown", "down b"]);
        assert!(is_down(&b.add(1).await));
    }
}

// SUP-098
#[tokio::test(start_paused = true)]
async fn significant_children_added_at_run_time_count() {
    let log = Log::default();
    let mode = auto(AutoShutdown::AllSignificant);
    let (shop, [a, _, c]) = three(mode, &log, Restart::Temporary).await;
    let d = shop
        .start_child(significant("d", &log, Restart::Temporary))
        .await
        .unwrap();
    end(&a, ExitReason::Normal).await;
    end(&c, ExitReason::Normal).await;
    assert!(goes_on(&shop).await);
    end(&d, ExitReason::Normal).await;
    assert!(!goes_on(&shop).await);
}

// SUP-099
#[tokio::test(start_paused = true)]
async fn a_transient_one_that_ends_badly_is_restarted_and_ends_nothing() {
    for mode in BOTH {
        let log = Log::default();
        let (shop, [a, _, c]) = three(auto(mode), &log, Restart::Transient).await;
        kill(&a).await;
        crash(&c).await;
        end(&c, ExitReason::error("no disk")).await;
        assert_eq!(a.add(1).await, Ok(1));
        assert_eq!(c.add(1).await, Ok(1));
        assert!(goes_on(&shop).await);
    }
}

// SUP-100
#[tokio::test(start_paused = true)]
async fn a_temporary_one_counts_however_it_ends() {
    for killed in [true, false] {
        for mode in BOTH {
            let log = Log::default();
            let specs = [
                significant("a", &log, Restart::Temporary),
                spec("b", &log, Restart::Permanent),
            ];
            let (shop, [a, _]) = shop_of(auto(mode), specs).await;
            let ended = shop.monitor();
            if killed {
                kill(&a).await;
            } else {
                crash(&a).await;
            }
            assert_eq!(ended.await.reason, ExitReason::Shutdown);
        }
    }
}

// SUP-101
#[tokio::test(start_paused = true)]
async fn one_that_is_terminated_ends_nothing() {
    for mode in BOTH {
        for restart in [Restart::Temporary, Restart::Transient] {
            let log = Log::default();
            let (shop, [_, b, _]) = three(auto(mode), &log, restart).await;
            shop.terminate_child("a").await.unwrap();
            shop.terminate_child("c").await.unwrap();
            assert!(goes_on(&shop).await);
            assert_eq!(b.add(1).await, Ok(1));
        }
    }
}

// SUP-098, SUP-101
#[tokio::test(start_paused = true)]
async fn one_that_was_terminated_is_not_waited_for() {
    let log = Log::default();
    let mode = auto(AutoShutdown::AllSignificant);
    let (shop, [a, _, _]) = three(mode, &log, Restart::Transient).await;
    shop.terminate_child("c").await.unwrap();
    let ended = shop.monitor();
    end(&a, ExitReason::Normal).await;
    assert_eq!(ended.await.reason, ExitReason::Shutdown);
}

// SUP-102
#[tokio::test(start_paused = true)]
async fn one_that_goes_down_with_a_sibling_ends_nothing() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        for mode in BOTH {
            for restart in [Restart::Temporary, Restart::Transient] {
                let log = Log::default();
                let specs = [
                    spec("a", &log, Restart::Permanent),
                    significant("b", &log, restart),
                ];
                let flags = flags(strategy).auto_shutdown(mode);
                let (shop, [a, _]) = shop_of(flags, specs).await;
                kill(&a).await;
                assert_eq!(a.add(1).await, Ok(1));
                let left = (restart == Restart::Transient).then_some(ChildState::Running);
                assert_eq!(state(&shop, "b").await, left);
            }
        }
    }
}

// SUP-104
#[tokio::test(start_paused = true)]
async fn the_auto_shutdown_of_a_child_supervisor_counts_if_it_is_significant_itself() {
    for counts in [true, false] {
        let log = Log::default();
        let script = Script::new("a", &log);
        let top = auto(AutoShutdown::AnySignificant);
        let start = Supervisor::start("Top", top, move |children| {
            let inner = ChildSpec::new("inner", move || {
                let spec = script.spec().restart(Restart::Temporary).significant(true);
                let inner = auto(AutoShutdown::AnySignificant);
                Supervisor::start("Inner", inner, |children| {
                    (children.supervisor(), children.add(spec))
                })
            });
            let inner = inner.restart(Restart::Transient).significant(counts);
            (children.supervisor(), children.add(inner))
        });
        let (top, (inner, a)) = start.await.unwrap();
        let (ended, inner_ended) = (top.monitor(), inner.monitor());
        end(&a, ExitReason::Normal).await;
        assert_eq!(inner_ended.await.reason, ExitReason::Shutdown);
        if counts {
            assert_eq!(ended.await.reason, ExitReason::Shutdown);
        } else {
            assert_eq!(state(&top, "inner").await, Some(ChildState::Stopped));
            tokio::time::sleep(Duration::from_secs(60)).await;
            assert!(top.is_alive());
        }
    }
}
