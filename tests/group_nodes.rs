//! What groups do with other nodes, the connection between them played by the test: PG-021 to 028, 030,
//! 031.

use std::sync::{Arc, Mutex};

use otp::prelude::*;
use otp::{AnyProcess, GroupEvent, NodeId, Process, Replica, Scope, ScopeRef, spawn};

type Any = ScopeRef<&'static str, AnyProcess>;

/// What a node would send to others.
#[derive(Clone, Default)]
struct Wire(Arc<Mutex<Vec<Said>>>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Joined(&'static str, Pid),
    Left(&'static str, Pid),
}

impl Replica<&'static str, Pid> for Wire {
    fn joined(&self, group: &&'static str, member: &Pid) {
        self.0.lock().unwrap().push(Said::Joined(group, *member));
    }

    fn left(&self, group: &&'static str, member: &Pid) {
        self.0.lock().unwrap().push(Said::Left(group, *member));
    }
}

/// Two scopes, as on two nodes, and what the first sends.
async fn two() -> (Any, Wire, Any) {
    let wire = Wire::default();
    let here = Scope::start_with("any", Arc::new(wire.clone()));
    let there = Scope::start("any").await.unwrap();
    (here.await.unwrap(), wire, there)
}

type Peer = otp::Peer<&'static str, AnyProcess>;

fn deliver(wire: &Wire, peer: &mut Peer) {
    for said in wire.0.lock().unwrap().drain(..) {
        match said {
            Said::Joined(group, member) => peer.joined(group, member),
            Said::Left(group, member) => peer.left(&group, &member),
        }
    }
}

fn process() -> Pid {
    spawn(|_: Process| std::future::pending::<()>())
}

async fn end(pid: Pid) {
    let end = pid.monitor();
    pid.exit(ExitReason::Kill);
    end.await;
}

fn members(scope: &Any, group: &'static str) -> Vec<Pid> {
    let mut members = scope.members(group);
    members.sort();
    members
}

const FIRST: NodeId = NodeId(1);

#[tokio::test]
async fn pg_021_pg_023_what_joins_there_is_a_member_here_when_it_was_told() {
    let (here, wire, there) = two().await;
    let mut peer = there.peer(FIRST);
    assert_eq!(peer.node(), FIRST);
    let (one, own) = (process(), process());
    there.join(&"a", &own).unwrap();
    here.join(&"a", &one).unwrap();
    here.join(&"b", &one).unwrap();
    assert_eq!(members(&there, "a"), [own]);
    deliver(&wire, &mut peer);
    assert_eq!(members(&there, "a").len(), 2);
    assert_eq!(there.local_members("a"), [own]);
    assert_eq!(members(&there, "b"), [one]);
    assert_eq!(there.local_groups(), ["a"]);
    assert_eq!(there.which_groups().len(), 2);
    // A process that is another node's cannot be made to leave here.
    assert!(there.leave("b", &one).is_err());
    // What is told of others is not told again.
    assert!(wire.0.lock().unwrap().is_empty());
    end(one).await;
    deliver(&wire, &mut peer);
    assert_eq!(members(&there, "a"), [own]);
}

#[tokio::test]
async fn pg_022_pg_025_a_node_that_comes_later_learns_everything_and_each_keeps_its_own() {
    let (here, wire, there) = two().await;
    let (one, other) = (process(), process());
    here.join_all(&"a", [&one, &one]).unwrap();
    there.join(&"a", &other).unwrap();
    wire.0.lock().unwrap().clear();
    let (mut first, mut second) = (there.peer(FIRST), here.peer(NodeId(2)));
    first.replace(here.local_snapshot());
    second.replace(there.local_snapshot());
    assert_eq!(members(&here, "a"), members(&there, "a"));
    assert_eq!(members(&here, "a").len(), 3);
    assert_eq!(here.local_snapshot(), [("a", vec![one, one])]);
    assert_eq!(there.local_snapshot(), [("a", vec![other])]);
}

#[tokio::test]
async fn pg_018_pg_024_pg_027_a_node_that_is_lost_takes_its_members_and_brings_back_what_is_new() {
    let (here, wire, there) = two().await;
    let (one, other) = (process(), process());
    let mut peer = there.peer(FIRST);
    here.join(&"a", &one).unwrap();
    deliver(&wire, &mut peer);
    let (_, mut events) = there.monitor_groups();
    drop(peer);
    let left = GroupEvent::Leave {
        group: "a",
        member: one,
    };
    assert_eq!(events.try_next(), Some(left));
    assert!(there.which_groups().is_empty());
    // Meanwhile, there: what nobody carries is known from the snapshot alone.
    here.leave("a", &one).unwrap();
    here.join(&"b", &other).unwrap();
    wire.0.lock().unwrap().clear();
    let mut peer = there.peer(FIRST);
    peer.replace(here.local_snapshot());
    assert_eq!(members(&there, "b"), [other]);
    assert_eq!(there.which_groups(), ["b"]);
}

#[tokio::test]
async fn pg_026_what_is_told_twice_changes_nothing() {
    let (here, wire, there) = two().await;
    let (one, other) = (process(), process());
    here.join_all(&"a", [&one, &one, &other]).unwrap();
    here.join(&"b", &one).unwrap();
    let mut peer = there.peer(FIRST);
    peer.replace(here.local_snapshot());
    let before = members(&there, "a");
    let (_, mut events) = there.monitor_groups();
    for _ in 0..3 {
        peer.replace(here.local_snapshot());
    }
    assert_eq!(events.try_next(), None);
    assert_eq!(members(&there, "a"), before);
    // A leave that is told twice, or of somebody unknown.
    peer.left(&"b", &one);
    peer.left(&"b", &one);
    peer.left(&"c", &other);
    assert_eq!(there.which_groups(), ["a"]);
    // The whole, again, is what counts.
    peer.replace([("a", vec![one])]);
    assert_eq!(members(&there, "a"), [one]);
    drop(wire);
}

#[tokio::test]
async fn pg_028_a_group_that_a_leave_second_empties_leaves_nothing() {
    let (here, wire, there) = two().await;
    let one = process();
    let mut peer = there.peer(FIRST);
    here.join(&"a", &one).unwrap();
    here.leave("a", &one).unwrap();
    deliver(&wire, &mut peer);
    assert!(there.which_groups().is_empty() && there.members("a").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pg_030_thousands_of_messages_second_do_not_stop_a_join_here() {
    let (here, _, there) = two().await;
    let one = process();
    let flood = {
        let there = there.clone();
        tokio::task::spawn_blocking(move || {
            let mut peer = there.peer(FIRST);
            for _ in 0..2_000 {
                peer.joined("a", one);
                peer.left(&"a", &one);
            }
        })
    };
    let own = process();
    let mut joins = 0;
    while !flood.is_finished() || joins == 0 {
        there.join(&"a", &own).unwrap();
        assert_eq!(there.local_members("a"), [own]);
        there.leave("a", &own).unwrap();
        joins += 1;
        tokio::task::yield_now().await;
    }
    flood.await.unwrap();
    assert!(there.which_groups().is_empty());
    drop(here);
}

#[tokio::test]
async fn what_a_scope_before_a_restart_was_told_has_no_effect_on_the_next() {
    let (_, _, there) = two().await;
    let one = process();
    let mut peer = there.peer(FIRST);
    peer.joined("a", one);
    there.stop().await.unwrap();
    peer.joined("a", one);
    peer.left(&"a", &one);
    assert!(there.members("a").is_empty());
}
