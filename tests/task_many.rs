//! Waiting for many tasks together: TSK-015 to 018, 022 to 024.

use std::future::pending;
use std::time::Duration;

use otp::prelude::*;
use otp::{Unready, YieldMany, await_many, yield_many};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// Answers its number of seconds after as many.
fn after(seconds: u32) -> Task<u32> {
    Task::spawn(async move {
        sleep(SECOND * seconds).await;
        seconds
    })
}

fn enough() -> TaskError {
    TaskError::Down(ExitReason::error("enough"))
}

#[tokio::test(start_paused = true)]
async fn tsk_015_the_values_come_in_the_order_of_the_tasks() {
    let values = await_many([3, 1, 2].map(after), SECOND * 5).await;
    assert_eq!(values, Ok(vec![3, 1, 2]));
}

#[tokio::test(start_paused = true)]
async fn tsk_016_the_time_is_for_all_together() {
    let begin = Instant::now();
    let values = await_many([1, 2, 9].map(after), SECOND * 3).await;
    assert_eq!(values, Err(TaskError::Timeout));
    assert_eq!(begin.elapsed(), SECOND * 3);
}

#[tokio::test(start_paused = true)]
async fn tsk_017_no_tasks_are_no_wait() {
    let none: [Task<u32>; 0] = [];
    assert_eq!(await_many(none, SECOND).await, Ok(vec![]));
    assert_eq!(
        yield_many::<u32>(&mut [], YieldMany::within(SECOND)).await,
        []
    );
}

#[tokio::test(start_paused = true)]
async fn tsk_018_the_first_end_without_a_value_ends_the_wait() {
    let begin = Instant::now();
    let other = after(9);
    let pid = other.pid();
    let broken = Task::spawn(async {
        sleep(SECOND).await;
        panic!("on demand")
    });
    let error = await_many([other, broken], SECOND * 20).await.unwrap_err();
    assert!(matches!(error, TaskError::Down(ExitReason::Panic { .. })));
    assert_eq!(begin.elapsed(), SECOND);
    // The others go on.
    assert_eq!(pid.monitor().await.reason, ExitReason::Normal);
    assert_eq!(begin.elapsed(), SECOND * 9);
}

#[tokio::test(start_paused = true)]
async fn tsk_022_yield_many_has_an_entry_for_each() {
    let mut tasks = [after(1), after(9), Task::spawn(pending())];
    tasks[2].pid().exit(ExitReason::error("enough"));
    let wait = YieldMany::within(SECOND * 2);
    let results = yield_many(&mut tasks, wait).await;
    assert_eq!(results, [Some(Ok(1)), None, Some(Err(enough()))]);
    // What was not there can be asked again.
    let [_, late, _] = tasks;
    assert_eq!(late.await, Ok(9));
}

#[tokio::test(start_paused = true)]
async fn tsk_023_those_that_are_late_go_on_or_are_ignored_or_dead() {
    let wait = YieldMany::within(SECOND);
    let mut tasks = [after(2)];
    assert_eq!(
        yield_many(&mut tasks, wait.unready(Unready::Ignore)).await,
        [None]
    );
    let pid = tasks[0].pid();
    assert_eq!(pid.monitor().await.reason, ExitReason::Normal);
    // Its value is gone.
    let [ignored] = tasks;
    assert_eq!(ignored.await, Err(TaskError::Down(ExitReason::Normal)));

    let mut tasks = [after(2), Task::spawn(async { 7 })];
    let results = yield_many(&mut tasks, wait.unready(Unready::Kill)).await;
    assert_eq!(results, [None, Some(Ok(7))]);
    assert!(tasks[0].pid().info().is_none());
}

#[tokio::test(start_paused = true)]
async fn tsk_024_a_limit_ends_the_wait_and_spares_the_others() {
    let begin = Instant::now();
    let wait = YieldMany::within(SECOND * 5).unready(Unready::Kill);
    let mut tasks = [after(1), after(2), after(3)];
    let results = yield_many(&mut tasks, wait.limit(2)).await;
    assert_eq!(results, [Some(Ok(1)), Some(Ok(2)), None]);
    assert_eq!(begin.elapsed(), SECOND * 2);
    let [_, _, last] = tasks;
    assert_eq!(last.await, Ok(3));

    // More than there are is all; too few in time is a timeout.
    let mut tasks = [after(1)];
    assert_eq!(yield_many(&mut tasks, wait.limit(4)).await, [Some(Ok(1))]);
    let mut tasks = [after(1), after(9)];
    assert_eq!(
        yield_many(&mut tasks, wait.limit(2)).await,
        [Some(Ok(1)), None]
    );
    assert!(tasks[1].pid().info().is_none());
}
