//! Monitors of scopes and groups: PG-015 to 020.

use otp::prelude::*;
use otp::{AnyProcess, Events, GroupEvent, Process, Scope, ScopeRef, spawn};

type Any = ScopeRef<&'static str, AnyProcess>;
type Event = GroupEvent<&'static str, Pid>;

async fn scope() -> Any {
    Scope::start("any").await.unwrap()
}

fn process() -> Pid {
    spawn(|_: Process| std::future::pending::<()>())
}

async fn end(pid: Pid) {
    let end = pid.monitor();
    pid.exit(ExitReason::Kill);
    end.await;
}

fn join(group: &'static str, member: Pid) -> Event {
    GroupEvent::Join { group, member }
}

fn leave(group: &'static str, member: Pid) -> Event {
    GroupEvent::Leave { group, member }
}

fn all(events: &mut Events<Event>) -> Vec<Event> {
    std::iter::from_fn(|| events.try_next()).collect()
}

#[tokio::test]
async fn pg_015_pg_017_pg_018_a_scope_is_monitored_from_a_snapshot_on() {
    let scope = scope().await;
    let (one, other) = (process(), process());
    scope.join_all(&"a", [&one, &one]).unwrap();
    let (before, mut events) = scope.monitor_groups();
    assert_eq!(before, [("a", vec![one, one])]);
    scope.join_all(&"b", [&other, &one, &other]).unwrap();
    scope.leave("a", &one).unwrap();
    assert!(scope.leave("a", &other).is_err());
    end(other).await;
    let expected = [
        join("b", other),
        join("b", one),
        join("b", other),
        leave("a", one),
        leave("b", other),
        leave("b", other),
    ];
    assert_eq!(all(&mut events), expected);
    assert_eq!(expected[0].group(), &"b");
    end(one).await;
    assert_eq!(all(&mut events).len(), 2);
    scope.stop().await.unwrap();
    assert_eq!(events.next().await, None);
    let (none, mut events) = scope.monitor_groups();
    assert!(none.is_empty() && events.next().await.is_none());
}

#[tokio::test]
async fn pg_016_a_group_is_monitored_alone_also_before_it_is_there() {
    let scope = scope().await;
    let (one, other) = (process(), process());
    let (before, mut events) = scope.monitor_group(&"a");
    assert!(before.is_empty());
    scope.join(&"b", &one).unwrap();
    scope.join(&"a", &one).unwrap();
    scope.join(&"a", &other).unwrap();
    let (now, mut later) = scope.group("a").monitor();
    assert_eq!(now, [one, other]);
    scope.leave("a", &one).unwrap();
    scope.leave("b", &one).unwrap();
    assert_eq!(
        all(&mut events),
        [join("a", one), join("a", other), leave("a", one)]
    );
    assert_eq!(all(&mut later), [leave("a", one)]);
    scope.stop().await.unwrap();
    assert_eq!(events.next().await, None);
    assert!(scope.monitor_group(&"a").1.next().await.is_none());
}

#[tokio::test]
async fn pg_019_pg_020_a_monitor_that_is_dropped_or_whose_server_ended_is_forgotten() {
    let scope = scope().await;
    let watcher = Watcher::start(scope.clone()).await.unwrap();
    let (_, dropped) = scope.monitor_groups();
    drop(dropped);
    let (_, mut kept) = scope.monitor_groups();
    let one = process();
    scope.join(&"a", &one).unwrap();
    while watcher.seen().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(watcher.seen().await.unwrap(), [join("a", one)]);
    watcher.stop().await.unwrap();
    scope.leave("a", &one).unwrap();
    assert_eq!(all(&mut kept), [join("a", one), leave("a", one)]);
    // What nobody reads any more is not kept for it either: the queue is gone with its reader.
    let (_, events) = scope.monitor_group(&"a");
    drop(events);
    scope.join(&"a", &one).unwrap();
    let (members, mut events) = scope.monitor_group(&"a");
    assert_eq!(members, [one]);
    assert_eq!(all(&mut events), []);
}

#[gen_server]
struct Watcher {
    seen: Vec<Event>,
}

#[gen_server]
impl Watcher {
    #[init]
    fn new(scope: Any, cx: &mut Context<Self>) -> Self {
        let (_, events) = scope.monitor_groups();
        cx.attach(events);
        Watcher { seen: Vec::new() }
    }

    #[info]
    fn on_change(&mut self, event: Event) {
        self.seen.push(event);
    }

    #[call]
    fn seen(&self) -> Vec<Event> {
        self.seen.clone()
    }
}

/// However snapshots, joins and leaves fall together, a snapshot and what follows it add up.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pg_015_there_is_no_gap_and_no_double_between_snapshot_and_events() {
    let scope = scope().await;
    let writers: Vec<_> = ["a", "b"]
        .into_iter()
        .map(|group| {
            let scope = scope.clone();
            tokio::spawn(async move {
                for _ in 0..500 {
                    let one = process();
                    scope.join(&group, &one).unwrap();
                    scope.join(&group, &one).unwrap();
                    scope.leave(&group, &one).unwrap();
                    end(one).await;
                }
            })
        })
        .collect();
    let mut watched: Vec<(Vec<_>, Events<Event>)> = Vec::new();
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        watched.push(scope.monitor_groups());
        tokio::task::yield_now().await;
        if watched.len() > 50 {
            drop(watched.remove(0));
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    watched.push(scope.monitor_groups());
    for (snapshot, mut events) in watched {
        let mut state: Vec<(&str, Pid)> = Vec::new();
        for (group, members) in snapshot {
            state.extend(members.into_iter().map(|member| (group, member)));
        }
        while let Some(event) = events.try_next() {
            match event {
                GroupEvent::Join { group, member } => state.push((group, member)),
                GroupEvent::Leave { group, member } => {
                    let at = state.iter().position(|one| *one == (group, member));
                    state.swap_remove(at.expect("who leaves has joined"));
                }
            }
        }
        assert!(state.is_empty(), "{state:?}");
    }
}
