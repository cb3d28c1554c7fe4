//! A server or a tree that is started for a test is gone at its end, or the test is told what is not.

mod support;

use std::future::pending;
use std::time::Duration;

use otp::prelude::*;
use otp::test::{Started, started};

use support::{panic_of, tree};

#[gen_server]
struct Parent {
    /// Nobody else holds them, and so they end with this.
    children: Vec<ChildRef>,
    stubborn: bool,
}

#[gen_server]
impl Parent {
    #[init]
    async fn new(children: usize, stubborn: bool) -> Result<Self, &'static str> {
        if children > 10 {
            return Err("too many");
        }
        let mut refs = Vec::new();
        for _ in 0..children {
            refs.push(Child::start().await.map_err(|_| "no child")?);
        }
        Ok(Parent {
            children: refs,
            stubborn,
        })
    }

    #[call]
    fn give(&mut self) -> Option<ChildRef> {
        self.children.pop()
    }

    #[terminate]
    async fn bye(&mut self) {
        if self.stubborn {
            pending::<()>().await;
        }
    }
}

#[gen_server]
struct Child {
    asked: u32,
}

#[gen_server]
impl Child {
    #[init]
    fn new() -> Self {
        Child { asked: 0 }
    }

    #[call]
    fn ask(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_and_a_tree_are_used_by_the_guard_and_gone_after_it() {
    let parent = started(Parent::start(2, false)).await;
    assert!(parent.give().await.unwrap().is_some());
    let end = parent.monitor();
    parent.finish().await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);

    let tree = started(tree::Shop::start()).await;
    let till = tree.till().clone();
    assert_eq!(till.pay(3).await, Ok(3));
    tree.finish().await;
    assert!(!till.is_alive());
}

#[tokio::test(start_paused = true)]
async fn what_is_left_is_named_and_killed() {
    let parent = started(Parent::start(2, false)).await;
    let kept = parent.give().await.unwrap().expect("there are two");
    let (pid, end) = (kept.pid(), kept.monitor());
    let leftovers = parent.try_finish().await.expect_err("one is left");
    let left: Vec<Pid> = leftovers.processes().iter().map(|info| info.pid).collect();
    assert_eq!(left, [pid]);
    let text = leftovers.to_string();
    assert!(text.starts_with("Parent<"), "{text}");
    assert!(text.contains("otp-test/tests/started.rs:"), "{text}");
    assert!(
        text.ends_with(&format!(
            "has stopped, and left behind:\n    Child{pid}: idle"
        )),
        "{text}"
    );
    assert_eq!(end.await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_stop_is_named_and_killed() {
    let parent = started(Parent::start(1, true)).await;
    let parent = parent.patience(Duration::from_secs(3));
    let (pid, end) = (parent.pid(), parent.monitor());
    let panic = panic_of(parent.finish()).await;
    assert!(
        panic.contains("did not stop within 3s; what did not:"),
        "{panic}"
    );
    assert!(
        panic.contains(&format!("Parent{pid}: a handler of it waits")),
        "{panic}"
    );
    assert_eq!(end.await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn one_that_has_ended_already_is_finished_too() {
    let parent = started(Parent::start(0, false)).await;
    parent.stop().await.unwrap();
    assert!(parent.try_finish().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_says_why() {
    let panic = panic_of(async { drop(started(Parent::start(11, false)).await) }).await;
    assert!(
        panic.ends_with("the start failed: init failed: too many"),
        "{panic}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_is_dropped_unfinished_kills_and_says_so() {
    let parent = started(Parent::start(0, false)).await;
    let end = parent.monitor();
    let panic = panic_of(async move { drop(parent) }).await;
    assert!(panic.starts_with("Parent<"), "{panic}");
    assert!(
        panic.contains("call `.finish().await` at the end of the test"),
        "{panic}"
    );
    assert_eq!(end.await.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_is_dropped_by_a_panic_leaves_that_panic_alone() {
    let parent: Started<ParentRef> = started(Parent::start(0, false)).await;
    let end = parent.monitor();
    let panic = panic_of(async move {
        let _parent = parent;
        panic!("what the test found");
    })
    .await;
    assert_eq!(panic, "what the test found");
    assert_eq!(end.await.reason, ExitReason::Killed);
}
