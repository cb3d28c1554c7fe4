//! Dynamic supervisors: what follows when a child ends by itself.

#[path = "dynamic/worker.rs"]
mod worker;

use std::time::Duration;

use otp::prelude::*;
use otp::{
    Backoff, ChildError, ChildState, ChildTerms, DynamicFlags, Intensity, Restart, StartChildError,
};
use tokio::time::Instant;
use worker::{Begin, Bye, Workers, flags, job, permanent, settle, temporary, workers};

/// All kinds of ends of a child, but that by its supervisor.
fn reasons() -> [ExitReason; 5] {
    [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with("deploy"),
        ExitReason::error("broken"),
        ExitReason::Killed,
    ]
}

/// Ends a child for each reason; whether it was restarted, by reason.
async fn restarted_after(restart: Restart) -> Vec<bool> {
    let workers = workers(DynamicFlags::new(Intensity::NEVER).restart(restart)).await;
    let mut restarted = Vec::new();
    for reason in reasons() {
        let given = job("a");
        let child = workers.start_child(given.clone()).await.unwrap();
        let end = child.monitor();
        if reason == ExitReason::Killed {
            child.exit(ExitReason::Kill);
        } else {
            child.end(reason.clone()).await.unwrap();
        }
        assert_eq!(end.await.reason, reason);
        settle().await;
        let there = workers.count_children().await.unwrap();
        assert_eq!(there.specs, there.active);
        assert_eq!(there.workers, usize::from(given.starts() == 2));
        restarted.push(given.starts() == 2);
        if given.starts() == 2 {
            assert_eq!(child.add(1).await, Ok(1));
            workers.terminate_child(child.pid()).await.unwrap();
        }
    }
    restarted
}

// DYN-016
#[tokio::test(start_paused = true)]
async fn a_temporary_child_is_never_restarted() {
    assert_eq!(restarted_after(Restart::Temporary).await, [false; 5]);
}

// DYN-017
#[tokio::test(start_paused = true)]
async fn a_transient_child_is_restarted_unless_its_end_was_orderly() {
    let restarted = restarted_after(Restart::Transient).await;
    assert_eq!(restarted, [false, false, false, true, true]);
}

// DYN-018
#[tokio::test(start_paused = true)]
async fn a_permanent_child_is_always_restarted() {
    assert_eq!(restarted_after(Restart::Permanent).await, [true; 5]);
}

// DYN-022
#[tokio::test(start_paused = true)]
async fn a_restarted_child_has_a_new_pid_and_its_old_ref() {
    let workers = permanent().await;
    let child = workers.start_child(job("a")).await.unwrap();
    let old = child.pid();
    child.add(5).await.unwrap();
    assert!(matches!(child.crash().await, Err(CallError::Down(_))));
    assert_eq!(child.add(1).await, Ok(1));
    assert_ne!(child.pid(), old);
    let gone = workers.terminate_child(old).await;
    assert_eq!(gone, Err(ChildError::NotFound));
    assert_eq!(workers.get_childspec(old).await, Ok(None));
    workers.terminate_child(child.pid()).await.unwrap();
}

// DYN-023
#[tokio::test(start_paused = true)]
async fn siblings_are_not_touched() {
    let workers = permanent().await;
    let child = workers.start_child(job("a")).await.unwrap();
    let sibling = workers.start_child(job("b")).await.unwrap();
    let pid = sibling.pid();
    sibling.add(5).await.unwrap();
    let _ = child.crash().await;
    child.add(1).await.unwrap();
    assert_eq!(sibling.pid(), pid);
    assert_eq!(sibling.add(1).await, Ok(6));
}

// DYN-019, SUP-087
#[tokio::test(start_paused = true)]
async fn a_restart_with_nothing_to_start_ends_the_child() {
    let workers = permanent().await;
    let given = job("a").begins(&[Begin::Up, Begin::Ignore]);
    let child = workers.start_child(given).await.unwrap();
    let _ = child.crash().await;
    settle().await;
    assert_eq!(workers.count_children().await.unwrap().specs, 0);
    assert!(matches!(child.add(1).await, Err(CallError::Down(_))));
    workers.stop().await.unwrap();
}

// DYN-020, SUP-095
#[tokio::test(start_paused = true)]
async fn a_child_whose_restart_fails_is_restarting_until_that_works() {
    let flags = DynamicFlags::new(Intensity::new(3, Duration::from_secs(5)));
    let second = Duration::from_secs(1);
    let workers = workers(flags.backoff(Backoff::new(second, second))).await;
    let given = job("a").begins(&[Begin::Up, Begin::Fail, Begin::Panic, Begin::Up]);
    let child = workers.start_child(given.clone()).await.unwrap();
    let old = child.pid();
    let _ = child.crash().await;
    settle().await;
    let counts = workers.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.workers, counts.active), (1, 1, 0));
    let info = &workers.which_children().await.unwrap()[0];
    assert_eq!((info.state, info.pid), (ChildState::Restarting, None));
    assert!(
        workers
            .tree()
            .await
            .unwrap()
            .to_string()
            .contains("restarting")
    );
    // A question to it waits: three restarts, two of which fail, are all that are allowed.
    assert_eq!(child.add(1).await, Ok(1));
    assert_eq!(given.starts(), 4);
    assert_ne!(child.pid(), old);
    let info = &workers.which_children().await.unwrap()[0];
    assert_eq!((info.state, info.restarts), (ChildState::Running, 3));
    assert_eq!(workers.count_children().await.unwrap().active, 1);
}

// DYN-020, DYN-021
#[tokio::test(start_paused = true)]
async fn each_restart_that_fails_is_counted() {
    let workers = permanent().await;
    let given = job("a").begins(&[Begin::Up, Begin::Fail]);
    let child = workers.start_child(given.clone()).await.unwrap();
    let end = workers.monitor();
    let _ = child.crash().await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    // The first, and the three that are allowed.
    assert_eq!(given.starts(), 4);
    assert!(matches!(child.add(1).await, Err(CallError::Down(_))));
}

// DYN-015, DYN-021
#[tokio::test(start_paused = true)]
async fn the_restarts_of_all_children_count_together() {
    let workers = permanent().await;
    let mut children = Vec::new();
    for _ in 0..4 {
        children.push(workers.start_child(job("a")).await.unwrap());
    }
    let end = workers.monitor();
    for child in &children[..3] {
        let _ = child.crash().await;
        child.add(1).await.unwrap();
    }
    assert!(workers.is_alive());
    let _ = children[3].crash().await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    assert!(children.iter().all(|child| !child.is_alive()));
}

// DYN-021
#[tokio::test(start_paused = true)]
async fn restarts_that_are_far_apart_are_forgotten() {
    let workers = permanent().await;
    let child = workers.start_child(job("a")).await.unwrap();
    for n in 0..20 {
        let _ = child.crash().await;
        assert_eq!(child.add(1).await, Ok(1), "{n}");
        tokio::time::sleep(Duration::from_millis(1700)).await;
    }
}

/// One child that is restarting for a long time, and the pid that it had.
async fn restarting(flags: DynamicFlags) -> (Workers, worker::Job, Pid) {
    let hour = Duration::from_secs(3600);
    let workers = workers(flags.backoff(Backoff::new(hour, hour))).await;
    let given = job("a");
    let child = workers.start_child(given.clone()).await.unwrap();
    let old = child.pid();
    let _ = child.crash().await;
    settle().await;
    let counts = workers.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.active), (1, 0));
    (workers, given, old)
}

// DYN-013
#[tokio::test(start_paused = true)]
async fn a_restarting_child_takes_the_place_of_one() {
    let (workers, _, old) = restarting(flags().max_children(1)).await;
    let refused = workers.start_child(job("b")).await;
    assert_eq!(refused.unwrap_err(), StartChildError::MaxChildren);
    workers.terminate_child(old).await.unwrap();
    workers.start_child(job("b")).await.unwrap();
}

// DYN-025
#[tokio::test(start_paused = true)]
async fn terminating_a_restarting_child_ends_its_restart() {
    let (workers, given, old) = restarting(flags()).await;
    workers.terminate_child(old).await.unwrap();
    assert_eq!(workers.count_children().await.unwrap().specs, 0);
    let again = workers.terminate_child(old).await;
    assert_eq!(again, Err(ChildError::NotFound));
    tokio::time::sleep(Duration::from_secs(7200)).await;
    assert_eq!(given.starts(), 1);
    assert!(workers.is_alive());
}

// SUP-095: without a pause, too, other questions are answered between two tries.
#[tokio::test(start_paused = true)]
async fn a_loop_of_failing_restarts_can_be_ended() {
    let workers = workers(DynamicFlags::new(Intensity::NEVER)).await;
    let given = job("a").begins(&[Begin::Up, Begin::Fail]);
    let child = workers.start_child(given.clone()).await.unwrap();
    let old = child.pid();
    let _ = child.crash().await;
    workers.terminate_child(old).await.unwrap();
    let starts = given.starts();
    settle().await;
    assert_eq!(given.starts(), starts);
    assert!(matches!(child.add(1).await, Err(CallError::Down(_))));
    assert_eq!(workers.count_children().await.unwrap().specs, 0);
}

#[tokio::test(start_paused = true)]
async fn a_restarting_child_does_not_hold_up_the_end_of_all() {
    let (workers, given, _) = restarting(flags()).await;
    workers.start_child(job("b")).await.unwrap();
    let began = Instant::now();
    workers.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(given.starts(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_stopped_gives_up_on_a_restart_that_hangs() {
    let workers = permanent().await;
    let given = job("a").begins(&[Begin::Up, Begin::Hang]);
    let child = workers.start_child(given).await.unwrap();
    let _ = child.crash().await;
    settle().await;
    let end = workers.monitor();
    let _ = workers.stop_with(ExitReason::Shutdown).await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    assert!(matches!(child.add(1).await, Err(CallError::Down(_))));
}

// DYN-016
#[tokio::test(start_paused = true)]
async fn the_ref_of_a_temporary_child_ends_with_it() {
    let workers = temporary().await;
    let child = workers.start_child(job("a")).await.unwrap();
    let _ = child.crash().await;
    assert!(matches!(child.add(1).await, Err(CallError::Down(_))));
    settle().await;
    let none = workers.count_children().await.unwrap();
    assert_eq!((none.specs, none.workers, none.active), (0, 0, 0));
    assert!(workers.is_alive());
}

#[tokio::test(start_paused = true)]
async fn one_child_alone_can_be_temporary() {
    let workers = permanent().await;
    let terms = ChildTerms::new().restart(Restart::Temporary);
    let given = job("a").bye(Bye::Quick);
    let child = workers
        .start_child_with(given.clone(), terms)
        .await
        .unwrap();
    let _ = child.crash().await;
    settle().await;
    assert_eq!(given.starts(), 1);
    assert_eq!(workers.count_children().await.unwrap().specs, 0);
}

#[tokio::test(start_paused = true)]
async fn children_that_nobody_else_holds_live_on() {
    let workers = permanent().await;
    for _ in 0..3 {
        drop(workers.start_child(job("a")).await.unwrap());
    }
    settle().await;
    assert_eq!(workers.count_children().await.unwrap().active, 3);
}

#[tokio::test(start_paused = true)]
async fn restarts_that_fail_pause_ever_longer_and_never_begin_anew() {
    let flags = DynamicFlags::new(Intensity::NEVER);
    let (shortest, longest) = (Duration::from_secs(1), Duration::from_secs(8));
    let workers = workers(flags.backoff(Backoff::new(shortest, longest))).await;
    let mut begins = vec![Begin::Fail; 10];
    begins[0] = Begin::Up;
    begins[9] = Begin::Up;
    let child = workers.start_child(job("a").begins(&begins)).await.unwrap();
    let _ = child.crash().await;
    let began = tokio::time::Instant::now();
    assert_eq!(child.add(1).timeout(Duration::MAX).await, Ok(1));
    // 1, 2, 4 and six times 8 seconds, of each of which up to a half may be taken off.
    let pauses = began.elapsed();
    assert!((27..=56).contains(&pauses.as_secs()), "{pauses:?}");
}
