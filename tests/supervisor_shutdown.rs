//! How children and whole trees are stopped. Conformance SUP-073 to SUP-083.

mod process_support;
mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{
    Backoff, ChildSpec, Restart, Shutdown, Strategy, Supervisor, SupervisorRef, spawn, whereis,
};
use process_support::{idle, inside};
use supervisor_support::{
    Bye, Init, Log, ProbeRef, Script, flags, info, is_down, kill, shop, shop_of, tireless,
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
            let (ended, end) = (shop.monitor(), a.monitor());
            let mut stop = Box::pin(shop.stop_with(ExitReason::Shutdown));
            assert!(futures::poll!(&mut stop).is_pending());
            // While the other one stops.
            a.end(reason.clone()).await.unwrap();
            assert_eq!(end.await.reason, reason);
            stop.await.unwrap();
            assert_eq!(ended.await.reason, ExitReason::Shutdown);
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

// SUP-077
#[tokio::test(start_paused = true)]
async fn a_child_that_unlinked_itself_is_stopped_all_the_same() {
    for dead in [true, false] {
        let log = Log::default();
        let script = Script::new("a", &log);
        let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
        a.unlink(shop.pid()).await.unwrap();
        if dead {
            // Its supervisor does not learn of it.
            kill(&a).await;
        }
        let began = Instant::now();
        assert_eq!(shop.stop_with(ExitReason::Shutdown).await, Ok(()));
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert!(!a.is_alive());
    }
}

// SUP-078
#[tokio::test(start_paused = true)]
async fn messages_that_a_supervisor_does_not_know_are_dropped() {
    let script = Script::new("a", &Log::default());
    let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    let pid = shop.pid();
    for _ in 0..3 {
        let _ = pid.send("what");
        let _ = pid.send(7_u32);
        let _ = pid.send(Timeout);
    }
    assert_eq!(shop.count_children().await.unwrap().active, 1);
    assert_eq!((shop.pid(), a.add(1).await), (pid, Ok(1)));
}

// SUP-079
#[tokio::test(start_paused = true)]
async fn only_the_parent_stops_a_supervisor_by_an_exit_signal() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let (shop, [a]) = inside(move |_me| async move {
        // The starter is no parent: it is not linked.
        shop(flags(Strategy::OneForOne), [&script]).await
    })
    .await;
    let (pid, child) = (shop.pid(), a.pid());
    log.take();
    for reason in [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::error("no disk"),
    ] {
        // From a test, from a process, from the child.
        pid.exit(reason.clone());
        let stranger = reason.clone();
        inside(move |_me| async move { pid.exit(stranger) }).await;
        a.exit_to(pid, reason).await.unwrap();
    }
    // The end of a process that is linked and no child.
    let linked = inside(move |mut me| async move {
        me.trap_exit(true);
        me.link(pid);
        me.pid()
    })
    .await;
    linked.monitor().await;
    assert_eq!(shop.count_children().await.unwrap().active, 1);
    assert_eq!((shop.pid(), a.pid()), (pid, child));
    assert_eq!(log.take(), [""; 0]);
}

// SUP-079
#[tokio::test(start_paused = true)]
async fn the_parent_stops_a_supervisor_with_any_reason() {
    for reason in [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::error("no disk"),
    ] {
        let log = Log::default();
        let script = Script::new("a", &log);
        let sent = reason.clone();
        let exit = inside(move |mut me| async move {
            me.trap_exit(true);
            let spec = script.spec();
            let start = Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
                children.add(spec);
                children.supervisor()
            });
            let shop = start.link().await.unwrap();
            shop.exit(sent);
            me.receive::<Exit>().await
        })
        .await;
        assert_eq!(exit.reason, reason);
        assert_eq!(log.take()[2..], ["stop a: shutdown", "down a"]);
    }
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

// SUP-081
#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_killed_takes_its_children_with_it_and_is_begun_afresh() {
    let log = Log::default();
    let [a, b, c] = three(&log);
    let start = Supervisor::start("Top", flags(Strategy::OneForOne), move |children| {
        let inner = ChildSpec::new("inner", move || {
            let specs = [a.spec(), b.spec()];
            let named = flags(Strategy::OneForOne).registered();
            Supervisor::start("a killed supervisor", named, |children| {
                (children.supervisor(), specs.map(|spec| children.add(spec)))
            })
        });
        (children.supervisor(), children.add(inner))
    });
    let (_top, (inner, children)): (_, (SupervisorRef, [ProbeRef; 2])) = start.await.unwrap();
    let added = inner.start_child(c.spec()).await.unwrap();
    let old = children.each_ref().map(|child| child.pid());
    let ends = [&children[0], &children[1], &added].map(|child| child.monitor());
    let end = inner.monitor();
    inner.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Killed);
    for end in ends {
        assert!(!end.await.reason.is_clean());
    }
    for (child, old) in children.iter().zip(old) {
        assert_eq!(child.add(1).await, Ok(1));
        assert_ne!(child.pid(), old);
    }
    assert_eq!(inner.count_children().await.unwrap().specs, 2);
    assert!(is_down(&added.add(1).await));
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
        let end = shop.monitor();
        let stop = shop.stop_with(reason.clone()).timeout(SECOND);
        assert_eq!(stop.await, Err(StopError::Timeout));
        assert!(children[0].is_alive() && !children[1].is_alive());
        assert_eq!(end.await.reason, reason);
        assert!(children.iter().all(|child| !child.is_alive()));
        assert_eq!(shop.stop().await, Err(StopError::NoProc));
    }
}

// SUP-079
#[tokio::test(start_paused = true)]
async fn the_end_of_a_process_that_is_no_child_means_nothing() {
    let script = Script::new("a", &Log::default());
    let (shop, [a]) = shop(flags(Strategy::OneForAll), [&script]).await;
    let pid = shop.pid();
    let old = a.pid();
    let other = spawn(move |mut me| async move {
        me.link(pid);
        panic!("not a child");
    });
    other.monitor().await;
    let idle = idle();
    inside(move |_| async move { idle.exit(ExitReason::Kill) }).await;
    assert_eq!(shop.count_children().await.unwrap().active, 1);
    assert_eq!(a.pid(), old);
}
