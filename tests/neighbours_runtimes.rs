//! Bad neighbours: runtimes that are shut down, stand still, or are of another kind.

mod neighbours;

use std::time::Duration;

use otp::prelude::*;

use neighbours::{current_thread, multi_thread, on_both, until};

#[gen_server]
struct Leaf {
    asked: u32,
    /// Calls the next one.
    next: Option<LeafRef>,
}

#[gen_server]
impl Leaf {
    #[init]
    fn new(next: Option<LeafRef>) -> Self {
        Leaf { asked: 0, next }
    }

    #[call]
    async fn ask(&mut self) -> u32 {
        self.asked += 1;
        match &self.next {
            Some(next) => self.asked + next.ask().await.unwrap_or(0),
            None => self.asked,
        }
    }

    #[call]
    async fn never(&mut self) {
        self.asked += 1;
        std::future::pending::<()>().await;
    }
}

#[gen_server(name = "leaf_of_the_tree")]
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

supervisor! {
    Tree() {
        strategy: one_for_one,
        intensity: 3 per 5s,

        leaf: Leaf(None),
        named: Named(),
        inner: supervisor {
            strategy: rest_for_one,
            intensity: 3 per 5s,
            first: Leaf(None),
            second: Leaf(Some(first.clone())),
        },
        many: dynamic<Leaf> { intensity: 3 per 5s },
    }
}

#[test]
fn a_tree_whose_runtime_is_shut_down_has_ended_with_all_that_waits() {
    for threads in [0, 2] {
        let home = if threads == 0 {
            current_thread()
        } else {
            multi_thread(threads)
        };
        let (tree, waiting, ends) = home.block_on(async {
            let tree = Tree::start().await.unwrap();
            let mut pids = vec![tree.pid(), tree.leaf().pid(), tree.named().pid()];
            pids.extend([tree.inner().pid(), tree.inner().second().pid()]);
            for _ in 0..100 {
                pids.push(tree.many().start_child(None).await.unwrap().pid());
            }
            let waiting = tree.leaf().never().timeout(Duration::MAX).send_request();
            let ends: Vec<_> = pids.into_iter().map(Pid::monitor).collect();
            (tree, waiting, ends)
        });
        drop(home);
        let gone = CallError::Down(ExitReason::RuntimeGone);
        assert_eq!(futures::executor::block_on(waiting), Err(gone.clone()));
        for end in ends {
            let reason = futures::executor::block_on(end).reason;
            assert!(!reason.is_clean(), "{reason}");
        }
        assert!(Named::whereis().is_none());
        assert!(!tree.leaf().is_alive() && !tree.inner().second().is_alive());
        let elsewhere = current_thread();
        for answer in [
            elsewhere.block_on(async { tree.inner().second().ask().await }),
            tree.named().ask().blocking(),
        ] {
            assert!(matches!(answer, Err(CallError::Down(_))), "{answer:?}");
        }
        assert!(
            elsewhere
                .block_on(async { tree.which_children().await })
                .is_err()
        );
        // The program goes on, and may start the same tree elsewhere.
        elsewhere.block_on(async {
            let tree = Tree::start().await.unwrap();
            assert_eq!(tree.named().ask().await, Ok(1));
            tree.stop_with(ExitReason::Shutdown).await.unwrap();
        });
    }
}

#[test]
fn servers_of_different_runtimes_call_each_other() {
    for (near, far) in [
        (current_thread(), multi_thread(1)),
        (multi_thread(1), multi_thread(2)),
    ] {
        let there = far.block_on(async { Leaf::start(None).await.unwrap() });
        let here = near.block_on(async { Leaf::start(Some(there.clone())).await.unwrap() });
        for n in 1..=100 {
            assert_eq!(near.block_on(async { here.ask().await }), Ok(2 * n));
        }
        drop(far);
        // The call fails, and not the caller.
        assert_eq!(near.block_on(async { here.ask().await }), Ok(101));
        assert!(here.is_alive() && !there.is_alive());
    }
}

#[test]
fn a_server_whose_runtime_stands_still_is_late_and_loses_nothing() {
    // A `current_thread` runtime runs only while it is blocked on.
    let still = current_thread();
    let leaf = still.block_on(async { Leaf::start(None).await.unwrap() });
    let caller = multi_thread(1);
    let answer = caller.block_on(async { leaf.ask().timeout(Duration::from_millis(20)).await });
    assert_eq!(answer, Err(CallError::Timeout));
    assert_eq!(leaf.info().mailbox_len, 1);
    leaf.exit(ExitReason::error("later"));
    assert!(leaf.is_alive(), "nobody is there to end it");
    let end = leaf.monitor();
    assert_eq!(still.block_on(end).reason, ExitReason::error("later"));
}

#[test]
fn a_server_lives_on_the_runtime_that_it_was_started_on() {
    let (home, other) = (multi_thread(1), current_thread());
    let leaf = home.block_on(async { Leaf::start(None).await.unwrap() });
    assert_eq!(other.block_on(async { leaf.ask().await }), Ok(1));
    drop(other);
    assert_eq!(home.block_on(async { leaf.ask().await }), Ok(2));
    drop(home);
    until(|| !leaf.is_alive());
}

#[test]
fn the_same_tree_runs_on_one_thread_and_on_several() {
    on_both(|| async {
        let tree = Tree::start().await.unwrap();
        for n in 1..=50 {
            assert_eq!(tree.inner().second().ask().await, Ok(2 * n));
        }
        let end = tree.inner().first().monitor();
        tree.inner().first().exit(ExitReason::Kill);
        end.await;
        // By `rest_for_one` the second is a new one too.
        let answer = loop {
            match tree.inner().second().ask().await {
                Ok(answer) if answer < 100 => break answer,
                _ => tokio::task::yield_now().await,
            }
        };
        assert_eq!(answer, 2);
        tree.stop_with(ExitReason::Shutdown).await.unwrap();
        assert!(!tree.leaf().is_alive());
    });
}
