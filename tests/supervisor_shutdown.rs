//! How children and whole trees are stopped. Conformance SUP-073 to SUP-083.

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{Backoff, ChildSpec, Restart, Shutdown, Strategy, Supervisor, whereis};
use supervisor_support::{
    Bye, Init, Log, Script, flags, info, is_down, kill, shop, shop_of, tireless,
};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

fn three(log: &Log) -> [Script; 3] {
    ["a", "b", "c"].map(|name| Script::new(name, log))
}

// SUP-073
#[tokio::test(start_paused = true)]
async fn who_has_not_stopped_in_time_is_killed_and_the_others_stop_in_order() {
    let log = Log::default();
    let scripts = three(&log);
    scripts[1].bye(Bye::Never);
    let shutdown = Shutdown::After(3 * SECOND);
    let specs = scripts
        .each_ref()
        .map(|script| script.spec().shutdown(shutdown));
    let (shop, children) = shop_of(flags(Strategy::OneForOne), specs).await;
    let ends = children.each_ref().map(|child| child.monitor());
    log.take();
    let began = Instant::now();
    shop.stop_with(ExitReason::Shutdown).await.unwrap();
    assert_eq!(began.elapsed(), 3 * SECOND);
    let expected = [
        ExitReason::Shutdown,
        ExitReason::Killed,
        ExitReason::Shutdown,
    ];
    for (end, expected) in ends.into_iter().zip(expected) {
        assert_eq!(end.await.reason, expected);
    }
    let lines = log.take();
    assert_eq!(
        lines.join(", "),
        "stop c: shutdown, down c, stop b: shutdown, stop a: shutdown, down a"
    );
}

// SUP-012, SUP-073
#[tokio::test(start_paused = true)]
async fn a_worker_has_five_seconds_by_default() {
    let script = Script::new("a", &Log::default());
    script.bye(Bye::Never);
    let (shop, _) = shop(flags(Strategy::OneForOne), [&script]).await;
    let began = Instant::now();
    shop.terminate_child("a").await.unwrap();
    assert_eq!(began.elapsed(), 5 * SECOND);
}

// SUP-073
#[tokio::test(start_paused = true)]
async fn no_time_at_all_is_enough_for_who_stops_at_once() {
    let log = Log::default();
    let [a, b, _] = three(&log);
    b.bye(Bye::Never);
    let zero = Shutdown::After(Duration::ZERO);
    let specs = [a.spec().shutdown(zero), b.spec().shutdown(zero)];
    let (shop, [_, b]) = shop_of(flags(Strategy::OneForOne), specs).await;
    let (began, end) = (Instant::now(), b.monitor());
    shop.stop().await.unwrap();
    assert!(began.elapsed() < SECOND / 100);
    assert_eq!(end.await.reason, ExitReason::Killed);
}

// SUP-074
#[tokio::test(start_paused = true)]
async fn infinity_waits_as_long_as_it_takes() {
    let log = Log::default();
    let script = Script::new("a", &log);
    script.bye(Bye::After(1000 * SECOND));
    let spec = script.spec().shutdown(Shutdown::Infinity);
    let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
    let (began, end) = (Instant::now(), a.monitor());
    shop.stop().await.unwrap();
    assert_eq!(began.elapsed(), 1000 * SECOND);
    assert_eq!(end.await.reason, ExitReason::Shutdown);
}

// SUP-075
#[tokio::test(start_paused = true)]
async fn brutal_kill_runs_no_terminate() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let spec = script.spec().shutdown(Shutdown::BrutalKill);
    let (shop, [a]) = shop_of(flags(Strategy::OneForOne), [spec]).await;
    let end = a.monitor();
    log.take();
    shop.terminate_child("a").await.unwrap();
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert_eq!(log.take(), [""; 0]);
}

// SUP-075
#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_brutally_killed_takes_its_children_with_it() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let start = Supervisor::start("Top", flags(Strategy::OneForOne), move |children| {
        let inner = ChildSpec::new("inner", move || {
            let spec = script.spec();
            Supervisor::start("Inner", flags(Strategy::OneForOne), |children| {
                (children.supervisor(), children.add(spec))
            })
        });
        let (_, a) = children.add(inner.shutdown(Shutdown::BrutalKill));
        (children.supervisor(), a)
    });
    let (top, a) = start.await.unwrap();
    let end = a.monitor();
    top.terminate_child("inner").await.unwrap();
    assert!(!end.await.reason.is_clean());
    assert!(is_down(&a.add(1).await));
}

// SUP-076
#[tokio::test(start_paused = true)]
async fn who_ends_by_itself_during_the_shutdown_neither_hangs_nor_restarts_anything() {
    let reasons = [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with("why"),
        ExitReason::error("no disk"),
    ];
    for reason in reasons {
        for restart in [Restart::Permanent, Restart::Transient, Restart::Temporary] {
            let log = Log::default();
            let [a, b, _] = three(&log);
            b.bye(Bye::After(SECOND));
            let specs = [a.spec().restart(restart), b.spec()];
            let (shop, [a, _]) = shop_of(flags(Strategy::OneForOne), specs).await;
            log.take();
            let (over, end) = (shop.monitor(), a.monitor());
            let mut done = Box::pin(shop.stop_with(ExitReason::Shutdown));
            assert!(futures::poll!(&mut done).is_pending());
            // While the other one stops.
            a.end(reason.clone()).await.unwrap();
            assert_eq!(end.await.reason, reason);
            done.await.unwrap();
            assert_eq!(over.await.reason, ExitReason::Shutdown);
            assert!(!log.take().iter().any(|line| line.starts_with("start")));
        }
    }
}

// SUP-076
#[tokio::test(start_paused = true)]
async fn a_panic_in_terminate_does_not_keep_the_supervisor_from_shutdown() {
    let log = Log::default();
    let scripts = three(&log);
    scripts[1].bye(Bye::Panics);
    let (shop, children) = shop(flags(Strategy::OneForAll), scripts.each_ref()).await;
    let end = children[1].monitor();
    assert_eq!(shop.stop_with(ExitReason::Shutdown).await, Ok(()));
    assert!(matches!(end.await.reason, ExitReason::Panic { .. }));
}

// SUP-080
#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_a_restart_loop() {
    for backoff in [false, true] {
        let log = Log::default();
        let scripts = three(&log);
        let mut flags = tireless(Strategy::OneForOne);
        if backoff {
            flags = flags.backoff(Backoff::new(1000 * SECOND, 1000 * SECOND));
        }
        let (shop, children) = shop(flags, scripts.each_ref()).await;
        scripts[1].always(Init::Fail);
        kill(&children[1]).await;
        assert!(info(&shop, "b").await.unwrap().pid.is_none());
        let began = Instant::now();
        assert_eq!(shop.stop_with(ExitReason::Shutdown).await, Ok(()));
        assert_eq!(began.elapsed(), Duration::ZERO);
        for child in &children {
            assert!(is_down(&child.add(1).await));
        }
    }
}

// SUP-080
#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_an_init_that_hangs() {
    let log = Log::default();
    let scripts = three(&log);
    let (shop, children) = shop(flags(Strategy::RestForOne), scripts.each_ref()).await;
    scripts[1].always(Init::Hang);
    kill(&children[1]).await;
    let waiting = children[1].add(1).send_request();
    tokio::time::sleep(SECOND).await;
    let began = Instant::now();
    let ends = [children[0].monitor(), children[1].monitor()];
    assert_eq!(shop.stop_with(ExitReason::Shutdown).await, Ok(()));
    assert_eq!(began.elapsed(), Duration::ZERO);
    for end in ends {
        end.await;
    }
    assert!(is_down(&waiting.await));
    for child in &children {
        assert!(is_down(&child.add(1).await));
    }
}

#[gen_server(name = "a named child")]
struct Named {
    asked: u32,
}

#[gen_server]
impl Named {
    #[init]
    fn new() -> Self {
        Named { asked: 0 }
    }

    #[call]
    fn ask(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }
}

// SUP-082
#[tokio::test(start_paused = true)]
async fn a_restarted_child_has_its_name_again() {
    let start = Supervisor::start("Shop", tireless(Strategy::OneForOne), |children| {
        let named = children.add(ChildSpec::new("named", Named::start));
        (children.supervisor(), named)
    });
    let (shop, named) = start.await.unwrap();
    for _ in 0..20 {
        let end = named.monitor();
        named.exit(ExitReason::Kill);
        end.await;
        assert_eq!(named.ask().await, Ok(1));
        let holder = whereis::<Named>().unwrap();
        assert_eq!(holder.pid(), named.pid());
        assert_eq!(holder.ask().await, Ok(2));
    }
    shop.terminate_child("named").await.unwrap();
    assert!(whereis::<Named>().is_none());
    shop.restart_child("named").await.unwrap();
    assert_eq!(whereis::<Named>().unwrap().pid(), named.pid());
    shop.stop().await.unwrap();
    assert!(whereis::<Named>().is_none());
}

// SUP-083
#[tokio::test(start_paused = true)]
async fn when_stop_returns_all_are_down() {
    for reason in [ExitReason::Normal, ExitReason::error("no disk")] {
        let log = Log::default();
        let scripts = three(&log);
        scripts[0].bye(Bye::After(2 * SECOND));
        let (shop, children) = shop(flags(Strategy::OneForOne), scripts.each_ref()).await;
        let over = shop.monitor();
        let asked = shop.stop_with(reason.clone()).timeout(SECOND);
        assert_eq!(asked.await, Err(StopError::Timeout));
        assert!(children[0].is_alive() && !children[1].is_alive());
        assert_eq!(over.await.reason, reason);
        assert!(children.iter().all(|child| !child.is_alive()));
        assert_eq!(shop.stop().await, Err(StopError::NoProc));
    }
}
