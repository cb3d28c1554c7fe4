//! Refs across restarts: what a call, a cast and a pid mean while a server is down between two
//! incarnations.

mod process_support;
mod supervisor_support;

use std::time::Duration;

use futures::poll;
use otp::prelude::*;
use otp::{Backoff, ChildSpec, Flags, Intensity, Strategy, Supervisor, SupervisorRef};
use process_support::{inside, linked_with};
use supervisor_support::{
    Bye, Init, Log, ProbeRef, Script, crash, end, flags, is_down, kill, shop,
};

const SECOND: Duration = Duration::from_secs(1);

/// Restarts pause for a second, half of that at the least.
fn pausing(strategy: Strategy) -> Flags {
    flags(strategy).backoff(Backoff::new(SECOND, SECOND))
}

/// A child that is down for a while when this returns.
async fn one_that_is_down() -> (SupervisorRef, ProbeRef, Script) {
    let script = Script::new("a", &Log::default());
    let (shop, [a]) = shop(pausing(Strategy::OneForOne), [&script]).await;
    kill(&a).await;
    (shop, a, script)
}

#[tokio::test(start_paused = true)]
async fn a_call_made_meanwhile_waits_for_the_next_incarnation() {
    let (_shop, a, _) = one_that_is_down().await;
    assert!(!a.is_alive());
    let began = tokio::time::Instant::now();
    assert_eq!(a.add(1).await, Ok(1));
    assert!(began.elapsed() >= SECOND / 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_made_meanwhile_waits_no_longer_than_its_timeout() {
    let (_shop, a, _) = one_that_is_down().await;
    let began = tokio::time::Instant::now();
    let answer = a.add(1).timeout(SECOND / 10).await;
    assert_eq!(answer, Err(CallError::Timeout));
    assert_eq!(began.elapsed(), SECOND / 10);
    // It was sent, and is handled, as after any other timeout.
    assert_eq!(a.add(1).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_runs_when_its_server_crashes_is_down_at_once() {
    let script = Script::new("a", &Log::default());
    let (_shop, [a]) = shop(pausing(Strategy::OneForOne), [&script]).await;
    let mut running = a.wait(true).send_request();
    assert_eq!(running.check(), None);
    script.open();
    let began = tokio::time::Instant::now();
    let Err(CallError::Down(ExitReason::Panic { message, .. })) = running.await else {
        panic!("it is down");
    };
    assert_eq!(&*message, "crash 0");
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_was_queued_when_its_server_crashes_is_down_at_once() {
    let script = Script::new("a", &Log::default());
    let (_shop, [a]) = shop(pausing(Strategy::OneForOne), [&script]).await;
    let running = a.wait(true).send_request();
    let queued = [1, 2, 3].map(|n| a.add(n).send_request());
    a.bump().try_send().unwrap();
    script.open();
    let reason = running.await.unwrap_err();
    let began = tokio::time::Instant::now();
    for queued in queued {
        assert_eq!(queued.await.as_ref(), Err(&reason));
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(a.add(0).await, Ok(0), "the cast ended with it");
}

#[tokio::test(start_paused = true)]
async fn who_has_seen_the_crash_reaches_the_next_incarnation() {
    for bye in [Bye::AtOnce, Bye::After(SECOND)] {
        let script = Script::new("a", &Log::default());
        script.bye(bye);
        let (_shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
        for _ in 0..3 {
            assert!(is_down(&a.crash().await));
            assert_eq!(a.add(1).await, Ok(1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn casts_made_after_the_crash_was_seen_reach_the_next_incarnation() {
    for bye in [Bye::AtOnce, Bye::After(SECOND)] {
        let script = Script::new("a", &Log::default());
        script.bye(bye);
        let (_shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
        assert!(is_down(&a.crash().await));
        a.bump().await.unwrap();
        a.bump().try_send().unwrap();
        assert_eq!(a.add(0).await, Ok(2));
    }
}

/// A crash in a message that was queued, and after the restart a message that nobody waits for.
#[tokio::test(start_paused = true)]
async fn a_queued_message_wakes_the_next_incarnation() {
    let script = Script::new("a", &Log::default());
    let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    let running = a.wait(true).send_request();
    let queued = a.crash().send_request();
    script.open();
    running.await.unwrap_err();
    queued.await.unwrap_err();
    assert_eq!(shop.count_children().await.unwrap().active, 1);
    let request = a.add(1).send_request();
    assert_eq!(request.receive(SECOND).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_pid_is_one_incarnation_and_never_the_next() {
    let script = Script::new("a", &Log::default());
    let (_shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    let old = a.pid();
    kill(&a).await;
    assert_eq!(a.add(1).await, Ok(1));
    let new = a.pid();
    assert_ne!(old, new);
    assert!(!old.is_alive() && new.is_alive());
    assert!(old.info().is_none());
    let _ = old.send("a message");
    old.exit(ExitReason::Kill);
    old.exit(ExitReason::error("no disk"));
    assert_eq!(old.monitor().await.reason, ExitReason::NoProc);
    let exit = inside(move |mut me| async move {
        me.trap_exit(true);
        me.link(old);
        me.receive::<Exit>().await
    })
    .await;
    assert_eq!((exit.pid, exit.reason), (old, ExitReason::NoProc));
    assert_eq!(a.add(1).await, Ok(2), "nothing of that reached it");
    assert_eq!(a.pid(), new);
}

#[tokio::test(start_paused = true)]
async fn an_exit_sent_to_the_old_pid_while_the_child_is_down_is_not_kept() {
    let (_shop, a, _) = one_that_is_down().await;
    let old = a.pid();
    old.exit(ExitReason::Kill);
    old.exit(ExitReason::error("no disk"));
    a.exit(ExitReason::Kill);
    assert_eq!(a.add(1).await, Ok(1));
    let pid = a.pid();
    assert_eq!(a.add(1).await, Ok(2));
    assert_eq!(a.pid(), pid);
}

#[tokio::test(start_paused = true)]
async fn links_and_monitors_end_with_their_incarnation() {
    let script = Script::new("a", &Log::default());
    let (_shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    let other = linked_with(a.pid()).await;
    let (end, other_end) = (a.monitor(), other.monitor());
    kill(&a).await;
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert_eq!(other_end.await.reason, ExitReason::Killed);
    a.add(1).await.unwrap();
    let second = a.monitor();
    let mut second = std::pin::pin!(second);
    assert!(poll!(&mut second).is_pending());
    kill(&a).await;
    assert_eq!(second.await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn a_terminated_child_answers_at_once_and_works_again_after_restart_child() {
    let script = Script::new("a", &Log::default());
    let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    shop.terminate_child("a").await.unwrap();
    let began = tokio::time::Instant::now();
    let down = Err(CallError::Down(ExitReason::Shutdown));
    assert_eq!(a.add(1).await, down);
    assert_eq!(a.add(1).send_request().await, down);
    a.bump().await.unwrap();
    assert_eq!(began.elapsed(), Duration::ZERO);
    shop.restart_child("a").await.unwrap();
    assert_eq!(a.add(1).await, Ok(1));
    shop.terminate_child("a").await.unwrap();
    shop.delete_child("a").await.unwrap();
    assert_eq!(a.add(1).await, down);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_a_child_that_is_terminated_learn_it() {
    let (shop, a, _) = one_that_is_down().await;
    let waiting = a.add(1).send_request();
    shop.terminate_child("a").await.unwrap();
    assert_eq!(waiting.await, Err(CallError::Down(ExitReason::Killed)));
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_when_the_supervisor_gives_up_learn_it() {
    let script = Script::new("a", &Log::default());
    let flags = Flags::new(Strategy::OneForOne, Intensity::new(1, 5 * SECOND));
    let (shop, [a]) = shop(flags.backoff(Backoff::new(SECOND, SECOND)), [&script]).await;
    script.always(Init::Fail);
    kill(&a).await;
    let waiting = a.add(1).send_request();
    assert!(is_down(&waiting.await));
    assert!(is_down(&a.add(1).await));
    assert!(!shop.is_alive());
}

type Inner = (SupervisorRef, ProbeRef, ProbeRef);

/// A supervisor in a supervisor, with two children.
async fn nested(outer: Flags, inner: Flags, scripts: [&Script; 2]) -> (SupervisorRef, Inner) {
    let scripts = scripts.map(Clone::clone);
    let start = Supervisor::start("Top", outer, move |children| {
        let inner = children.add(ChildSpec::new("inner", move || {
            let specs = scripts.each_ref().map(Script::spec);
            Supervisor::start("Inner", inner, |children| {
                let [a, b] = specs.map(|spec| children.add(spec));
                (children.supervisor(), a, b)
            })
        }));
        (children.supervisor(), inner)
    });
    start.await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn refs_of_a_nested_supervisors_children_survive_its_restart() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let (_top, (inner, a, b)) = nested(
        flags(Strategy::OneForOne),
        Flags::new(Strategy::OneForOne, Intensity::new(0, SECOND)),
        [&a, &b],
    )
    .await;
    for _ in 0..3 {
        let (old, end) = (inner.pid(), inner.monitor());
        // One too many: the supervisor gives up, and is itself started again.
        kill(&a).await;
        assert_eq!(b.add(1).await, Ok(1));
        assert_eq!(a.add(1).await, Ok(1));
        assert_eq!(end.await.reason, ExitReason::Shutdown);
        assert_ne!(inner.pid(), old);
    }
}

#[tokio::test(start_paused = true)]
async fn calls_wait_for_the_children_of_a_supervisor_that_is_down() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let outer = pausing(Strategy::OneForOne);
    let (top, (inner, a, _)) = nested(outer, flags(Strategy::OneForOne), [&a, &b]).await;
    let (end, end_of_a) = (inner.monitor(), a.monitor());
    inner.exit(ExitReason::Kill);
    end.await;
    end_of_a.await;
    assert_eq!(top.count_children().await.unwrap().active, 0);
    assert_eq!(a.add(1).timeout(SECOND / 10).await, Err(CallError::Timeout));
    assert_eq!(a.add(1).await, Ok(2));
    let waiting = inner.count_children();
    assert_eq!(waiting.await.unwrap().active, 2);
}

#[tokio::test(start_paused = true)]
async fn the_children_of_a_supervisor_that_is_terminated_answer_at_once() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let up = flags(Strategy::OneForOne);
    let (top, (inner, a, _)) = nested(up, up, [&a, &b]).await;
    top.terminate_child("inner").await.unwrap();
    assert_eq!(a.add(1).await, Err(CallError::Down(ExitReason::Shutdown)));
    assert!(is_down(&inner.count_children().await));
    top.restart_child("inner").await.unwrap();
    assert_eq!(a.add(1).await, Ok(1));
    assert_eq!(inner.count_children().await.unwrap().active, 2);
}

#[tokio::test(start_paused = true)]
async fn the_children_of_a_child_supervisor_that_gave_up_for_good_answer_at_once() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let scripts = [a, b];
    let start = Supervisor::start("Top", flags(Strategy::OneForOne), |children| {
        let spec = ChildSpec::new("inner", move || {
            let specs = scripts.each_ref().map(Script::spec);
            let never = Flags::new(Strategy::OneForOne, Intensity::new(0, SECOND));
            Supervisor::start("Inner", never, |children| {
                specs.map(|spec| children.add(spec))
            })
        });
        let inner = children.add(spec.restart(otp::Restart::Transient));
        (children.supervisor(), inner)
    });
    let (top, [a, b]) = start.await.unwrap();
    let end = b.monitor();
    crash(&a).await;
    end.await;
    // The call waits until the supervisor above has seen the end, at the longest.
    assert!(is_down(&b.add(1).await));
    assert!(is_down(&a.add(1).await));
    assert_eq!(top.count_children().await.unwrap().active, 0);
}

#[tokio::test(start_paused = true)]
async fn the_last_ref_of_a_tree_stops_it_in_order() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let (shop, [probe, other]) = shop(flags(Strategy::OneForOne), [&a, &b]).await;
    log.take();
    let (end, end_of_a) = (shop.monitor(), probe.monitor());
    drop(shop);
    assert_eq!(end.await.reason, ExitReason::Normal);
    assert_eq!(end_of_a.await.reason, ExitReason::Shutdown);
    assert_eq!(
        log.take(),
        ["stop b: shutdown", "down b", "stop a: shutdown", "down a"]
    );
    assert!(is_down(&probe.add(1).await));
    assert!(is_down(&other.add(1).await));
}

#[tokio::test(start_paused = true)]
async fn the_last_ref_of_a_tree_may_be_dropped_in_a_pause() {
    let (shop, a, _) = one_that_is_down().await;
    let end = shop.monitor();
    let waiting = a.add(1).send_request();
    drop(shop);
    let down = end.await;
    assert_eq!(down.reason, ExitReason::Normal);
    assert!(is_down(&waiting.await));
}

#[tokio::test(start_paused = true)]
async fn a_child_that_ended_well_and_is_not_restarted_answers_at_once() {
    let script = Script::new("a", &Log::default());
    let spec = script.spec().restart(otp::Restart::Transient);
    let (_shop, [a]) = supervisor_support::shop_of(pausing(Strategy::OneForOne), [spec]).await;
    end(&a, ExitReason::Normal).await;
    assert_eq!(a.add(1).await, Err(CallError::Down(ExitReason::Normal)));
}

/// The owner never saw its mailbox empty before it ended.
#[tokio::test(start_paused = true)]
async fn a_message_that_nobody_waits_for_wakes_the_next_incarnation() {
    let script = Script::new("a", &Log::default());
    let (shop, [a]) = shop(flags(Strategy::OneForOne), [&script]).await;
    let end = a.monitor();
    let crashing = a.crash().send_request();
    crashing.await.unwrap_err();
    end.await;
    assert_eq!(shop.count_children().await.unwrap().active, 1);
    a.bump().try_send().unwrap();
    tokio::time::sleep(SECOND).await;
    assert_eq!(a.info().mailbox_len, 0);
}
