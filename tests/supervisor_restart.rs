//! When a child is restarted after its end, and when it is not. Conformance SUP-045 to SUP-050.

mod supervisor_support;

use std::sync::Arc;

use otp::prelude::*;
use otp::{ChildSpec, ChildState, Restart, Strategy};
use supervisor_support::{
    Init, Log, Probe, Script, crash, end, flags, info, is_down, kill, shop, shop_of, state,
    tireless,
};

/// All ends but a panic and a kill, clean ones first.
fn reasons() -> [ExitReason; 4] {
    [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with("why"),
        ExitReason::error("no disk"),
    ]
}

// SUP-045
#[tokio::test(start_paused = true)]
async fn permanent_is_restarted_after_every_end() {
    let log = Log::default();
    let (shop, [a]) = shop(tireless(Strategy::OneForOne), [&Script::new("a", &log)]).await;
    let mut old = a.pid();
    for reason in reasons() {
        end(&a, reason).await;
        assert_eq!(a.add(1).await, Ok(1));
        assert_ne!(a.pid(), old);
        old = a.pid();
    }
    crash(&a).await;
    assert_eq!(a.add(1).await, Ok(1));
    kill(&a).await;
    assert_eq!(a.add(1).await, Ok(1));
    let info = info(&shop, "a").await.unwrap();
    assert_eq!((info.restarts, info.pid), (6, Some(a.pid())));
}

// SUP-046
#[tokio::test(start_paused = true)]
async fn transient_is_restarted_after_bad_ends_alone() {
    for reason in reasons() {
        let log = Log::default();
        let spec = Script::new("a", &log).spec().restart(Restart::Transient);
        let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
        end(&a, reason.clone()).await;
        if reason.is_clean() {
            assert_eq!(state(&shop, "a").await, Some(ChildState::Stopped));
            assert_eq!(a.add(1).await, Err(CallError::Down(reason)));
        } else {
            assert_eq!(a.add(1).await, Ok(1));
        }
    }
    let spec = Script::new("a", &Log::default()).spec();
    let spec = spec.restart(Restart::Transient);
    let (_shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
    crash(&a).await;
    assert_eq!(a.add(1).await, Ok(1));
    kill(&a).await;
    assert_eq!(a.add(1).await, Ok(1));
}

// SUP-047
#[tokio::test(start_paused = true)]
async fn transient_that_ended_well_is_kept_and_can_be_started_again() {
    let spec = Script::new("a", &Log::default()).spec();
    let spec = spec.restart(Restart::Transient);
    let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
    end(&a, ExitReason::Normal).await;
    let counts = shop.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.active), (1, 0));
    assert_eq!(info(&shop, "a").await.unwrap().pid, None);
    let pid = shop.restart_child("a").await.unwrap();
    assert_eq!(pid, Some(a.pid()));
    assert_eq!(a.add(1).await, Ok(1));
}

// SUP-048
#[tokio::test(start_paused = true)]
async fn temporary_is_never_restarted_and_forgotten_at_once() {
    for reason in reasons() {
        let log = Log::default();
        let spec = Script::new("a", &log).spec().restart(Restart::Temporary);
        let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
        end(&a, reason.clone()).await;
        assert_eq!(shop.count_children().await.unwrap().specs, 0);
        assert_eq!(a.add(1).await, Err(CallError::Down(reason)));
    }
    for killed in [true, false] {
        let log = Log::default();
        let spec = Script::new("a", &log).spec().restart(Restart::Temporary);
        let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
        if killed {
            kill(&a).await;
        } else {
            crash(&a).await;
        }
        assert_eq!(shop.which_children().await.unwrap(), []);
        assert!(is_down(&a.add(1).await));
    }
}

// SUP-048
#[tokio::test(start_paused = true)]
async fn the_id_of_a_temporary_child_that_ended_is_free() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let temporary = || script.spec().restart(Restart::Temporary);
    let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [temporary()]).await;
    kill(&a).await;
    let again = shop.start_child(temporary()).await.unwrap();
    assert_eq!(again.add(1).await, Ok(1));
    assert!(is_down(&a.add(1).await), "another child, another ref");
}

// SUP-049
#[tokio::test(start_paused = true)]
async fn temporary_bystanders_are_dropped_from_the_restart_of_a_group() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let log = Log::default();
        let (a, b, c) = (
            Script::new("a", &log),
            Script::new("b", &log),
            Script::new("c", &log),
        );
        let temporary = b.spec().restart(Restart::Temporary);
        let specs = [a.spec(), temporary, c.spec()];
        let (shop, [a, b, c]) = shop_of(flags(strategy), specs).await;
        log.take();
        kill(&a).await;
        assert_eq!(c.add(1).await, Ok(1));
        assert_eq!(
            log.take(),
            [
                "stop c: shutdown",
                "down c",
                "stop b: shutdown",
                "down b",
                "start a",
                "up a",
                "start c",
                "up c"
            ]
        );
        assert_eq!(shop.count_children().await.unwrap().specs, 2);
        assert_eq!(b.add(1).await, Err(CallError::Down(ExitReason::Shutdown)));
        assert_eq!(a.add(1).await, Ok(1));
    }
}

// SUP-050
#[tokio::test(start_paused = true)]
async fn the_arguments_of_a_temporary_child_are_freed_with_it() {
    let log = Log::default();
    let arguments = Arc::new(());
    let (shop, []) = shop_of(flags(Strategy::OneForOne), []).await;
    let script = Script::new("a", &log);
    let held = Arc::clone(&arguments);
    let spec = ChildSpec::new("a", move || {
        assert_eq!(*held, ());
        Probe::start(script.clone())
    });
    let a = shop
        .start_child(spec.restart(Restart::Temporary))
        .await
        .unwrap();
    kill(&a).await;
    assert_eq!(shop.count_children().await.unwrap().specs, 0);
    assert_eq!(Arc::strong_count(&arguments), 1);
}

// SUP-048
#[tokio::test(start_paused = true)]
async fn a_temporary_child_that_fails_at_the_first_start_fails_the_supervisor() {
    let log = Log::default();
    let script = Script::new("a", &log);
    script.always(Init::Fail);
    let spec = script.spec().restart(Restart::Temporary);
    let start = otp::Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
        children.add(spec);
    });
    start.await.unwrap_err();
}
