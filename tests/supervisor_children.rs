//! Children at run time: start, terminate, restart, delete, and what is told of them. Conformance
//! SUP-027 to SUP-044.

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{
    Backoff, ChildCounts, ChildError, ChildKind, ChildSpec, ChildState, Restart, Start,
    StartChildError, StartFailure, Strategy, Supervisor, SupervisorRef,
};
use supervisor_support::{
    Init, Log, Probe, Script, flags, info, is_down, kill, shop, shop_of, state, tireless,
};

const SECOND: Duration = Duration::from_secs(1);

async fn empty() -> SupervisorRef {
    shop(flags(Strategy::OneForOne), []).await.0
}

async fn ids(shop: &SupervisorRef) -> Vec<String> {
    let children = shop.which_children().await.unwrap();
    let ids = children.iter().map(|child| child.id.as_ref().unwrap());
    ids.map(ToString::to_string).collect()
}

// SUP-027, SUP-041
#[tokio::test(start_paused = true)]
async fn start_child_adds_at_the_end_and_answers_after_init() {
    let log = Log::default();
    let [a, b] = ["b", "a"].map(|name| Script::new(name, &log));
    let (shop, _) = shop(flags(Strategy::OneForOne), [&a]).await;
    b.always(Init::After(SECOND));
    let began = tokio::time::Instant::now();
    let b = shop.start_child(b.spec()).await.unwrap();
    assert_eq!(began.elapsed(), SECOND);
    assert_eq!(b.add(1).await, Ok(1));
    assert_eq!(info(&shop, "a").await.unwrap().pid, Some(b.pid()));
    assert_eq!(ids(&shop).await, ["a", "b"], "the last started first");
}

// SUP-028
#[tokio::test(start_paused = true)]
async fn start_child_of_a_running_id_answers_with_its_pid_and_starts_nothing() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    log.take();
    let error = shop.start_child(script.spec()).await.unwrap_err();
    assert_eq!(error, StartChildError::AlreadyStarted(a.pid()));
    assert_eq!(log.take(), [""; 0]);
    assert_eq!(a.add(1).await, Ok(1));
}

// SUP-029
#[tokio::test(start_paused = true)]
async fn start_child_of_an_id_that_does_not_run_says_so() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let (shop, _) = shop(flags(Strategy::OneForOne), [&script]).await;
    shop.terminate_child("a").await.unwrap();
    let error = shop.start_child(script.spec()).await.unwrap_err();
    assert_eq!(error, StartChildError::AlreadyPresent);
    assert_eq!(state(&shop, "a").await, Some(ChildState::Stopped));
}

// SUP-030, SUP-072
#[tokio::test(start_paused = true)]
async fn start_child_that_fails_leaves_nothing_and_costs_nothing() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let shop = empty().await;
    for _ in 0..10 {
        script.next([Init::Fail, Init::Panic]);
        let error = shop.start_child(script.spec()).await.unwrap_err();
        let failure = StartFailure::Init("no luck".into());
        assert_eq!(error, StartChildError::Failed(failure));
        let error = shop.start_child(script.spec()).await.unwrap_err();
        let StartChildError::Failed(StartFailure::Down(ExitReason::Panic { message, .. })) = error
        else {
            panic!("{error}");
        };
        assert_eq!(&*message, "init panics");
        assert_eq!(shop.count_children().await, Ok(ChildCounts::default()));
    }
    shop.start_child(script.spec()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_what_starts_a_child_is_a_failed_start() {
    let shop = empty().await;
    let spec = ChildSpec::new("a", || -> Start<Probe> { panic!("no arguments") });
    let error = shop.start_child(spec).await.unwrap_err();
    assert!(matches!(
        error,
        StartChildError::Failed(StartFailure::Down(ExitReason::Panic { .. }))
    ));
    let spec = ChildSpec::new("inner", || {
        Supervisor::start("Inner", flags(Strategy::OneForOne), |children| {
            assert!(children.supervisor().name().is_empty(), "no list");
        })
    });
    let error = shop.start_child(spec).await.unwrap_err();
    assert!(matches!(
        error,
        StartChildError::Failed(StartFailure::Down(ExitReason::Panic { .. }))
    ));
    assert_eq!(shop.count_children().await, Ok(ChildCounts::default()));
}

// SUP-031
#[tokio::test(start_paused = true)]
async fn a_child_with_nothing_to_start_is_kept_and_does_not_run() {
    for restart in [Restart::Permanent, Restart::Transient] {
        for listed in [true, false] {
            let script = Script::new("a", &Log::default());
            script.next([Init::Ignore]);
            let spec = script.spec().restart(restart);
            let (shop, a) = if listed {
                let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
                (shop, a)
            } else {
                let shop = empty().await;
                let a = shop.start_child(spec).await.unwrap();
                (shop, a)
            };
            assert_eq!(state(&shop, "a").await, Some(ChildState::Stopped));
            let counts = shop.count_children().await.unwrap();
            assert_eq!((counts.specs, counts.active), (1, 0));
            assert_eq!(a.add(1).await, Err(CallError::Down(ExitReason::Normal)));
            script.next([Init::Ignore]);
            assert_eq!(shop.restart_child("a").await, Ok(None));
            assert_eq!(shop.restart_child("a").await, Ok(Some(a.pid())));
            assert_eq!(a.add(1).await, Ok(1));
        }
    }
}

// SUP-032
#[tokio::test(start_paused = true)]
async fn a_temporary_child_with_nothing_to_start_is_forgotten() {
    let script = Script::new("a", &Log::default());
    script.always(Init::Ignore);
    let temporary = || script.spec().restart(Restart::Temporary);
    let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [temporary()]).await;
    assert_eq!(shop.count_children().await, Ok(ChildCounts::default()));
    assert!(is_down(&a.add(1).await));
    let a = shop.start_child(temporary()).await.unwrap();
    assert_eq!(shop.count_children().await, Ok(ChildCounts::default()));
    assert!(is_down(&a.add(1).await));
}

// SUP-033, SUP-034
#[tokio::test(start_paused = true)]
async fn terminate_child_ends_it_with_shutdown_and_keeps_its_spec() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    let end = a.monitor();
    log.take();
    assert_eq!(shop.terminate_child("a").await, Ok(()));
    assert_eq!(log.take(), ["stop a: shutdown", "down a"]);
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    let counts = shop.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.active), (1, 0));
    assert_eq!(state(&shop, "a").await, Some(ChildState::Stopped));
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(log.take(), [""; 0], "not restarted");
    assert_eq!(shop.terminate_child("a").await, Ok(()));
    assert_eq!(shop.terminate_child("b").await, Err(ChildError::NotFound));
}

// SUP-035
#[tokio::test(start_paused = true)]
async fn terminate_child_forgets_a_temporary_one() {
    let spec = Script::new("a", &Log::default()).spec();
    let spec = spec.restart(Restart::Temporary);
    let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
    shop.terminate_child("a").await.unwrap();
    assert_eq!(shop.count_children().await, Ok(ChildCounts::default()));
    assert_eq!(shop.terminate_child("a").await, Err(ChildError::NotFound));
    assert_eq!(a.add(1).await, Err(CallError::Down(ExitReason::Shutdown)));
}

// SUP-036, SUP-037
#[tokio::test(start_paused = true)]
async fn delete_child_and_restart_child_are_for_those_who_do_not_run() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    let pid = a.pid();
    assert_eq!(shop.delete_child("a").await, Err(ChildError::Running));
    assert_eq!(shop.restart_child("a").await, Err(ChildError::Running));
    assert_eq!(shop.delete_child("b").await, Err(ChildError::NotFound));
    assert_eq!(shop.restart_child("b").await, Err(ChildError::NotFound));
    assert_eq!(a.pid(), pid);

    shop.terminate_child("a").await.unwrap();
    let new = shop.restart_child("a").await.unwrap();
    assert_eq!(new, Some(a.pid()));
    assert_ne!(new, Some(pid));
    assert_eq!(a.add(1).await, Ok(1));

    shop.terminate_child("a").await.unwrap();
    assert_eq!(shop.delete_child("a").await, Ok(()));
    assert_eq!(shop.count_children().await, Ok(ChildCounts::default()));
    assert!(is_down(&a.add(1).await));
    let again = shop.start_child(script.spec()).await.unwrap();
    assert_eq!(again.add(1).await, Ok(1));
}

// SUP-036, SUP-037, SUP-041, SUP-042, SUP-044
#[tokio::test(start_paused = true)]
async fn a_child_that_is_restarting_says_so_and_the_supervisor_answers() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let pause = Backoff::new(SECOND, SECOND);
    for flags in [
        tireless(Strategy::OneForOne),
        tireless(Strategy::OneForOne).backoff(pause),
    ] {
        a.always(Init::Up);
        let (shop, children) = shop(flags, [&a, &b]).await;
        a.always(Init::Fail);
        kill(&children[0]).await;
        assert_eq!(state(&shop, "a").await, Some(ChildState::Restarting));
        assert_eq!(shop.delete_child("a").await, Err(ChildError::Restarting));
        assert_eq!(shop.restart_child("a").await, Err(ChildError::Restarting));
        let error = shop.start_child(a.spec()).await.unwrap_err();
        assert_eq!(error, StartChildError::AlreadyPresent);
        let counts = shop.count_children().await.unwrap();
        assert_eq!((counts.specs, counts.active, counts.workers), (2, 1, 2));
        let other = shop.start_child(b.spec().id("other")).await.unwrap();
        assert_eq!(other.add(1).await, Ok(1));
        shop.stop().await.unwrap();
    }
}

// SUP-038, SUP-072
#[tokio::test(start_paused = true)]
async fn restart_child_that_fails_keeps_the_spec_and_begins_no_loop() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    shop.terminate_child("a").await.unwrap();
    script.always(Init::Fail);
    for _ in 0..10 {
        let failure = StartFailure::Init("no luck".into());
        let answer = shop.restart_child("a").await;
        assert_eq!(answer, Err(ChildError::Failed(failure)));
        assert_eq!(state(&shop, "a").await, Some(ChildState::Stopped));
    }
    log.take();
    tokio::time::sleep(60 * SECOND).await;
    assert_eq!(log.take(), [""; 0]);
    assert!(is_down(&a.add(1).await));
    script.always(Init::Up);
    shop.restart_child("a").await.unwrap();
    assert_eq!(a.add(1).await, Ok(1));
}

// SUP-040
#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_gone_answers_with_an_error() {
    let script = Script::new("a", &Log::default());
    let (shop, _) = shop(flags(Strategy::OneForOne), [&script]).await;
    shop.stop_with(ExitReason::Shutdown).await.unwrap();
    let down = CallError::Down(ExitReason::Shutdown);
    let error = ChildError::Supervisor(down.clone());
    assert_eq!(
        shop.start_child(script.spec()).await.unwrap_err(),
        StartChildError::Supervisor(down.clone())
    );
    assert_eq!(shop.terminate_child("a").await, Err(error.clone()));
    assert_eq!(shop.restart_child("a").await, Err(error.clone()));
    assert_eq!(shop.delete_child("a").await, Err(error));
    assert_eq!(shop.which_children().await, Err(down.clone()));
    assert_eq!(shop.count_children().await, Err(down.clone()));
    assert_eq!(shop.get_childspec("a").await, Err(down.clone()));
    assert_eq!(shop.tree().await.unwrap_err(), down);
}

// SUP-041, SUP-042
#[tokio::test(start_paused = true)]
async fn what_is_told_of_children_of_both_kinds() {
    let script = Script::new("a", &Log::default());
    let spec = script.spec();
    let start = Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
        let a = children.add(spec);
        let inner = children.add(ChildSpec::new("inner", || {
            Supervisor::start("Inner", flags(Strategy::OneForOne), |children| {
                children.supervisor()
            })
        }));
        (children.supervisor(), a, inner)
    });
    let (shop, a, inner) = start.await.unwrap();
    let children = shop.which_children().await.unwrap();
    let told = children
        .iter()
        .map(|child| (child.pid, child.state, child.kind))
        .collect::<Vec<_>>();
    let running = ChildState::Running;
    assert_eq!(
        told,
        [
            (Some(inner.pid()), running, ChildKind::Supervisor),
            (Some(a.pid()), running, ChildKind::Worker)
        ]
    );
    shop.terminate_child("a").await.unwrap();
    shop.terminate_child("inner").await.unwrap();
    let counts = shop.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.active), (2, 0));
    assert_eq!((counts.supervisors, counts.workers), (1, 1));
}
