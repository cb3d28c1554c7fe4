//! What exit signals, unlinking, unknown messages and a kill do to a supervisor. Conformance SUP-077 to
//! SUP-081.

mod process_support;
mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::test::{Kind, Reports};
use otp::{ChildSpec, Strategy, Supervisor, SupervisorRef, spawn};
use process_support::{idle, inside};
use supervisor_support::{Log, ProbeRef, Script, flags, is_down, kill, shop};
use tokio::time::Instant;

fn three(log: &Log) -> [Script; 3] {
    ["a", "b", "c"].map(|name| Script::new(name, log))
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
    let reports = Reports::capture();
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
    let told = reports.of_pid(pid);
    assert_eq!(told.len(), 9, "{told:?}");
    assert!(
        told.iter().all(|one| one.kind == Kind::Unhandled),
        "{told:#?}"
    );
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
