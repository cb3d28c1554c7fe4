//! Streams of tasks that end early: timeouts, a consumer that stops or ends. TSK-035 to 038, 041, 056.

mod process_support;

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use futures::{StreamExt, poll};
use otp::prelude::*;
use otp::{OnTimeout, TaskSupervisor, TaskSupervisorRef, spawn};
use process_support::inside;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

async fn after(seconds: u32) -> u32 {
    sleep(SECOND * seconds).await;
    seconds
}

async fn jobs() -> TaskSupervisorRef {
    TaskSupervisor::start("jobs").await.unwrap()
}

async fn running(jobs: &TaskSupervisorRef) -> usize {
    jobs.count_children().await.unwrap().active
}

/// Lets what was killed end.
async fn settle() {
    sleep(Duration::from_millis(1)).await;
}

#[tokio::test(start_paused = true)]
async fn tsk_035_each_item_has_its_own_time_from_its_own_beginning() {
    let begin = Instant::now();
    let answers = Task::stream([4, 4, 4], after).max_concurrency(1);
    assert_eq!(answers.collect::<Vec<_>>().await, [Ok(4), Ok(4), Ok(4)]);
    assert_eq!(begin.elapsed(), SECOND * 12);

    let mut answers = Task::stream([6], after);
    assert_eq!(answers.next().await, Some(Err(TaskError::Timeout)));
    assert_eq!(begin.elapsed(), SECOND * 17);

    let answers = Task::stream([6], after).timeout(Duration::MAX);
    assert_eq!(answers.collect::<Vec<_>>().await, [Ok(6)]);
}

#[tokio::test(start_paused = true)]
async fn tsk_036_a_timeout_fails_the_stream_and_kills_its_tasks() {
    let jobs = jobs().await;
    let answers = jobs.stream([1, 9, 2, 8], after).max_concurrency(4);
    let mut answers = answers.timeout(SECOND * 3);
    assert_eq!(answers.next().await, Some(Ok(1)));
    assert_eq!(answers.next().await, Some(Err(TaskError::Timeout)));
    assert_eq!(running(&jobs).await, 0);
    assert_eq!(answers.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn tsk_037_tsk_038_killed_items_keep_their_places() {
    let jobs = jobs().await;
    let answers = jobs.stream([9, 1, 8, 2], after).max_concurrency(4);
    let answers = answers.timeout(SECOND * 3).on_timeout(OnTimeout::Kill);
    let late = Err(TaskError::Timeout);
    let all: Vec<_> = answers.collect().await;
    assert_eq!(all, [late.clone(), Ok(1), late, Ok(2)]);
    assert_eq!(running(&jobs).await, 0);
}

#[tokio::test(start_paused = true)]
async fn the_input_of_a_killed_item_comes_with_its_error() {
    let answers = Task::stream([9, 1], after).max_concurrency(2);
    let answers = answers.timeout(SECOND * 3).on_timeout(OnTimeout::Kill);
    let all: Vec<_> = answers.with_input().collect().await;
    let failed = all[0].as_ref().unwrap_err();
    assert_eq!((failed.input, &failed.error), (9, &TaskError::Timeout));

    let answers = Task::stream([9, 8], after)
        .max_concurrency(2)
        .timeout(SECOND);
    let all: Vec<_> = answers.with_input().collect().await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].as_ref().unwrap_err().input, 9);
}

#[tokio::test(start_paused = true)]
async fn a_late_item_that_is_linked_is_killed_without_its_consumer() {
    let (all, exit) = inside(|mut me| async move {
        me.trap_exit(true);
        let answers = Task::stream([9, 1], after).max_concurrency(2).linked();
        let answers = answers.timeout(SECOND * 3).on_timeout(OnTimeout::Kill);
        (answers.collect::<Vec<_>>().await, me.try_receive::<Exit>())
    })
    .await;
    assert_eq!((all, exit), (vec![Err(TaskError::Timeout), Ok(1)], None));
}

#[tokio::test(start_paused = true)]
async fn tsk_041_stopping_early_kills_the_tasks_and_leaves_nothing() {
    let jobs = jobs().await;
    for linked in [false, true] {
        let jobs = jobs.clone();
        let (links, exit, down) = inside(move |mut me| async move {
            me.trap_exit(true);
            let answers = jobs.stream([1, 60, 60], after).max_concurrency(3);
            let answers = answers.timeout(Duration::MAX);
            let answers = if linked { answers.linked() } else { answers };
            let first: Vec<_> = answers.take(1).collect().await;
            assert_eq!(first, [Ok(1)]);
            settle().await;
            assert_eq!(running(&jobs).await, 0);
            let links = me.pid().info().unwrap().links;
            (links, me.try_receive::<Exit>(), me.try_receive::<Down>())
        })
        .await;
        assert_eq!((links, down), (vec![], None));
        assert_eq!(exit, None, "linked: {linked}");
    }
}

#[tokio::test(start_paused = true)]
async fn close_waits_for_the_ends_of_the_tasks() {
    let jobs = jobs().await;
    let mut answers = jobs.stream([60, 60], after).max_concurrency(2);
    assert!(poll!(answers.next()).is_pending());
    assert_eq!(running(&jobs).await, 2);
    answers.close().await;
    assert_eq!(running(&jobs).await, 0);
    // One that was never polled has nothing to close.
    jobs.stream([60], after).close().await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_loses_nothing() {
    let mut answers = pin!(Task::stream([2, 1], after).max_concurrency(2));
    assert!(tokio::time::timeout(SECOND, answers.next()).await.is_err());
    assert_eq!(answers.next().await, Some(Ok(2)));
    assert_eq!(answers.next().await, Some(Ok(1)));
}

/// Consumes a stream of one endless item under `jobs`; what ends the consumer, and then the item's reason.
async fn item_after(jobs: &TaskSupervisorRef, linked: bool, end: ExitReason) -> Option<ExitReason> {
    let its = jobs.clone();
    let consumer = spawn(move |_me| async move {
        let answers = its.stream([0], |_| pending::<()>()).timeout(Duration::MAX);
        let answers = if linked { answers.linked() } else { answers };
        let _ = answers.collect::<Vec<_>>().await;
    });
    tokio::task::yield_now().await;
    let child = jobs.which_children().await.unwrap().pop().unwrap();
    let mut end_of_item = child.pid.unwrap().monitor();
    consumer.exit(end);
    let waited = tokio::time::timeout(SECOND, &mut end_of_item).await;
    child.pid.unwrap().exit(ExitReason::Kill);
    waited.ok().map(|down| down.reason)
}

#[tokio::test(start_paused = true)]
async fn tsk_056_items_end_with_their_consumer_or_belong_to_their_supervisor() {
    let jobs = jobs().await;
    for (end, seen) in [
        (ExitReason::Kill, ExitReason::Killed),
        (ExitReason::error("lost"), ExitReason::error("lost")),
        (ExitReason::Shutdown, ExitReason::Shutdown),
    ] {
        assert_eq!(item_after(&jobs, true, end.clone()).await, Some(seen));
        assert_eq!(item_after(&jobs, false, end).await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn tsk_056_without_a_supervisor_items_end_with_their_consumer() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    let consumer = spawn(move |_me| async move {
        let answers = Task::stream([0], move |_| {
            let tell = tell.take();
            async move {
                tell.unwrap().send(otp::self_pid().unwrap()).unwrap();
                pending::<()>().await;
            }
        });
        let _ = answers.timeout(Duration::MAX).collect::<Vec<_>>().await;
    });
    let item = told.await.unwrap();
    let end = item.monitor();
    consumer.exit(ExitReason::Shutdown);
    assert_eq!(end.await.reason, ExitReason::Killed);
}
