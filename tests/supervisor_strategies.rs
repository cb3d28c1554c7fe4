//! Who is restarted with whom, in which order, and what follows when that fails. Conformance SUP-052 to
//! SUP-064.

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{
    Backoff, ChildError, ChildSpec, ChildState, Restart, StartChildError, Strategy, Supervisor,
};
use supervisor_support::{
    Init, Log, Script, crash, end, flags, info, is_down, kill, shop, shop_of, state, tireless,
};

fn four(log: &Log) -> [Script; 4] {
    // The order of the names is not that of the list.
    ["c", "a", "d", "b"].map(|name| Script::new(name, log))
}

// SUP-052
#[tokio::test(start_paused = true)]
async fn one_for_one_restarts_the_failed_child_alone() {
    let log = Log::default();
    let scripts = four(&log);
    let (_shop, children) = shop(flags(Strategy::OneForOne), scripts.each_ref()).await;
    let before = children.each_ref().map(|child| child.pid());
    log.take();
    crash(&children[1]).await;
    children[1].add(1).await.unwrap();
    assert_eq!(log.take(), ["stop a: crash 0", "down a", "start a", "up a"]);
    for (at, child) in children.iter().enumerate() {
        assert_eq!(child.pid() == before[at], at != 1);
    }
}

// SUP-053, SUP-055
#[tokio::test(start_paused = true)]
async fn one_for_all_stops_all_in_reverse_and_starts_all_in_order() {
    let log = Log::default();
    let scripts = four(&log);
    let (_shop, children) = shop(flags(Strategy::OneForAll), scripts.each_ref()).await;
    let before = children.each_ref().map(|child| child.pid());
    log.take();
    kill(&children[1]).await;
    children[3].add(1).await.unwrap();
    let stops = "stop b: shutdown, down b, stop d: shutdown, down d, stop c: shutdown, down c";
    let starts = "start c, up c, start a, up a, start d, up d, start b, up b";
    assert_eq!(log.take().join(", "), format!("{stops}, {starts}"));
    for (child, before) in children.iter().zip(before) {
        assert_ne!(child.pid(), before);
    }
}

// SUP-054, SUP-055
#[tokio::test(start_paused = true)]
async fn rest_for_one_restarts_the_failed_child_and_those_after_it() {
    let log = Log::default();
    let scripts = four(&log);
    let (_shop, children) = shop(flags(Strategy::RestForOne), scripts.each_ref()).await;
    let before = children.each_ref().map(|child| child.pid());
    log.take();
    kill(&children[1]).await;
    children[3].add(1).await.unwrap();
    let stops = "stop b: shutdown, down b, stop d: shutdown, down d";
    let starts = "start a, up a, start d, up d, start b, up b";
    assert_eq!(log.take().join(", "), format!("{stops}, {starts}"));
    assert_eq!(children[0].pid(), before[0]);
    for at in 1..4 {
        assert_ne!(children[at].pid(), before[at]);
    }
}

// SUP-055
#[tokio::test(start_paused = true)]
async fn children_stop_in_the_reverse_of_their_start_whatever_they_are_called() {
    let log = Log::default();
    let scripts = four(&log);
    let (shop, _) = shop(flags(Strategy::OneForOne), scripts.each_ref()).await;
    shop.start_child(Script::new("aa", &log).spec())
        .await
        .unwrap();
    assert_eq!(
        log.take().join(", "),
        "start c, up c, start a, up a, start d, up d, start b, up b, start aa, up aa"
    );
    shop.stop().await.unwrap();
    let order: Vec<_> = log.take();
    let order: Vec<_> = order
        .iter()
        .filter(|line| line.starts_with("down"))
        .collect();
    assert_eq!(order, ["down aa", "down b", "down d", "down a", "down c"]);
}

// SUP-056
#[tokio::test(start_paused = true)]
async fn a_restarted_child_keeps_its_place() {
    let log = Log::default();
    let scripts = four(&log);
    let (shop, children) = shop(flags(Strategy::OneForOne), scripts.each_ref()).await;
    kill(&children[0]).await;
    children[0].add(1).await.unwrap();
    shop.terminate_child("d").await.unwrap();
    shop.restart_child("d").await.unwrap();
    let ids: Vec<_> = shop.which_children().await.unwrap();
    let ids: Vec<_> = ids.iter().map(|child| child.id.clone().unwrap()).collect();
    assert_eq!(ids, ["b", "d", "a", "c"].map(Into::into));
    log.take();
    shop.stop().await.unwrap();
    let order = log.take();
    let order: Vec<_> = order
        .iter()
        .filter(|line| line.starts_with("down"))
        .collect();
    assert_eq!(order, ["down b", "down d", "down a", "down c"]);
}

// SUP-057
#[tokio::test(start_paused = true)]
async fn the_next_is_asked_when_the_one_before_is_down() {
    let log = Log::default();
    let scripts = four(&log);
    for script in &scripts {
        script.bye(supervisor_support::Bye::After(Duration::from_secs(1)));
    }
    let (shop, _) = shop(flags(Strategy::OneForOne), scripts.each_ref()).await;
    log.take();
    let began = tokio::time::Instant::now();
    shop.stop().await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 4);
    assert_eq!(
        log.take().join(", "),
        "stop b: shutdown, down b, stop d: shutdown, down d, stop a: shutdown, down a, \
         stop c: shutdown, down c"
    );
}

// SUP-058
#[tokio::test(start_paused = true)]
async fn one_for_all_begins_again_at_the_first_when_a_restart_fails() {
    let log = Log::default();
    let [a, b, c] = ["a", "b", "c"].map(|name| Script::new(name, &log));
    let (shop, children) = shop(flags(Strategy::OneForAll), [&a, &b, &c]).await;
    log.take();
    b.next([Init::Fail]);
    kill(&children[2]).await;
    children[2].add(1).await.unwrap();
    assert_eq!(
        log.take().join(", "),
        "stop b: shutdown, down b, stop a: shutdown, down a, start a, up a, start b, \
         stop a: shutdown, down a, start a, up a, start b, up b, start c, up c"
    );
    assert_eq!(shop.count_children().await.unwrap().active, 3);
}

// SUP-059
#[tokio::test(start_paused = true)]
async fn rest_for_one_goes_on_at_the_one_whose_restart_failed() {
    let log = Log::default();
    let [a, b, c] = ["a", "b", "c"].map(|name| Script::new(name, &log));
    let (shop, children) = shop(flags(Strategy::RestForOne), [&a, &b, &c]).await;
    log.take();
    b.next([Init::Fail]);
    kill(&children[0]).await;
    children[2].add(1).await.unwrap();
    assert_eq!(
        log.take().join(", "),
        "stop c: shutdown, down c, stop b: shutdown, down b, start a, up a, start b, \
         start b, up b, start c, up c"
    );
    assert_eq!(shop.count_children().await.unwrap().active, 3);
}

// SUP-060, SUP-080
#[tokio::test(start_paused = true)]
async fn between_two_tries_of_a_restart_others_have_their_turn() {
    for strategy in [
        Strategy::OneForOne,
        Strategy::OneForAll,
        Strategy::RestForOne,
    ] {
        let log = Log::default();
        let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
        let (shop, children) = shop(tireless(strategy), [&a, &b]).await;
        a.always(Init::Fail);
        kill(&children[0]).await;
        for _ in 0..20 {
            assert_eq!(state(&shop, "a").await, Some(ChildState::Restarting));
        }
        assert!(info(&shop, "a").await.unwrap().restarts > 10);
        assert_eq!(shop.stop().await, Ok(()));
        assert!(is_down(&children[0].add(1).await));
        assert!(is_down(&children[1].add(1).await));
    }
}

// SUP-044, SUP-061
#[tokio::test(start_paused = true)]
async fn terminate_child_ends_a_restart_loop() {
    for backoff in [false, true] {
        let log = Log::default();
        let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
        let mut flags = tireless(Strategy::OneForOne);
        if backoff {
            flags = flags.backoff(Backoff::new(Duration::from_secs(1), Duration::from_secs(9)));
        }
        let (shop, children) = shop(flags, [&a, &b]).await;
        a.always(Init::Fail);
        kill(&children[0]).await;
        let answer = shop.start_child(a.spec()).await;
        assert!(matches!(answer, Err(StartChildError::AlreadyPresent)));
        assert_eq!(shop.delete_child("a").await, Err(ChildError::Restarting));
        assert_eq!(shop.restart_child("a").await, Err(ChildError::Restarting));
        assert_eq!(state(&shop, "a").await, Some(ChildState::Restarting));
        let counts = shop.count_children().await.unwrap();
        assert_eq!((counts.specs, counts.active, counts.workers), (2, 1, 2));
        shop.terminate_child("a").await.unwrap();
        assert_eq!(state(&shop, "a").await, Some(ChildState::Stopped));
        log.take();
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(log.take(), [""; 0], "no further try");
        assert!(is_down(&children[0].add(1).await));
        a.always(Init::Up);
        shop.restart_child("a").await.unwrap();
        assert_eq!(children[0].add(1).await, Ok(1));
    }
}

// SUP-062
#[tokio::test(start_paused = true)]
async fn in_a_loop_of_rest_for_one_those_before_stay_up_and_those_after_are_down() {
    let log = Log::default();
    let [a, b, c] = ["a", "b", "c"].map(|name| Script::new(name, &log));
    let (shop, children) = shop(tireless(Strategy::RestForOne), [&a, &b, &c]).await;
    let pid = children[0].pid();
    b.always(Init::Fail);
    kill(&children[1]).await;
    assert_eq!(info(&shop, "a").await.unwrap().pid, Some(pid));
    assert_eq!(state(&shop, "b").await, Some(ChildState::Restarting));
    assert_eq!(state(&shop, "c").await, Some(ChildState::Stopped));
    b.always(Init::Up);
    assert_eq!(children[2].add(1).await, Ok(1));
    assert_eq!(children[0].pid(), pid);
}

// SUP-061, SUP-062
#[tokio::test(start_paused = true)]
async fn who_was_down_with_a_loop_that_was_ended_answers_at_once() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let log = Log::default();
        let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
        let (shop, children) = shop(tireless(strategy), [&a, &b]).await;
        a.always(Init::Fail);
        kill(&children[0]).await;
        assert_eq!(state(&shop, "a").await, Some(ChildState::Restarting));
        let call = children[1].add(1).send_request();
        shop.terminate_child("a").await.unwrap();
        assert_eq!(state(&shop, "b").await, Some(ChildState::Stopped));
        assert_eq!(call.await, Err(CallError::Down(ExitReason::Shutdown)));
        assert!(is_down(&children[1].add(1).await));
        shop.restart_child("b").await.unwrap();
        assert_eq!(children[1].add(1).await, Ok(1));
    }
}

// SUP-063
#[tokio::test(start_paused = true)]
async fn children_added_at_run_time_are_lost_when_their_supervisor_is_restarted() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    let spec = a.spec();
    let (_top, inner, a) = Supervisor::start("Top", flags(Strategy::OneForOne), |children| {
        let mut spec = Some(spec);
        let inner = children.add(ChildSpec::new("inner", move || {
            let spec = spec.take();
            Supervisor::start("Inner", flags(Strategy::OneForOne), |children| {
                let a = spec.map(|spec| children.add(spec));
                (children.supervisor(), a.unwrap())
            })
        }));
        (children.supervisor(), inner.0, inner.1)
    })
    .await
    .unwrap();
    let b = inner.start_child(b.spec()).await.unwrap();
    assert_eq!(b.add(1).await, Ok(1));
    let end = inner.monitor();
    inner.exit(ExitReason::Kill);
    end.await;
    assert_eq!(a.add(1).await, Ok(1));
    assert_eq!(inner.count_children().await.unwrap().specs, 1);
    assert!(is_down(&b.add(1).await));
}

// SUP-064
#[tokio::test(start_paused = true)]
async fn a_restart_of_a_group_starts_those_who_were_stopped_before() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let log = Log::default();
        let [a, b, c] = ["a", "b", "c"].map(|name| Script::new(name, &log));
        let transient = c.spec().restart(Restart::Transient);
        let (shop, children) = shop_of(flags(strategy), [a.spec(), b.spec(), transient]).await;
        shop.terminate_child("b").await.unwrap();
        end(&children[2], ExitReason::Normal).await;
        assert_eq!(shop.count_children().await.unwrap().active, 1);
        kill(&children[0]).await;
        assert_eq!(shop.count_children().await.unwrap().active, 3);
        assert_eq!(children[1].add(1).await, Ok(1));
        assert_eq!(children[2].add(1).await, Ok(1));
    }
}
