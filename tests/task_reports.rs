//! What is traced of a task that crashed. TSK-057.

mod traced;

use futures::StreamExt;
use otp::prelude::*;
use otp::{Shutdown, TaskSupervisor, spawn};

/// The lines of warnings and errors in which this text is.
fn lines(text: &str) -> Vec<String> {
    let mut lines = traced::lines_with(&[text]);
    lines.retain(|line| line.contains("ERROR") || line.contains("WARN"));
    lines
}

async fn broken_import() {
    std::future::ready(()).await;
    panic!("the import broke");
}

#[tokio::test]
async fn tsk_057_a_crash_is_reported_once() {
    traced::listen(tracing::Level::INFO);
    let jobs = TaskSupervisor::start("imports").await.unwrap();
    let (tell, told) = tokio::sync::oneshot::channel();
    let caller = spawn(|_me| async move {
        let task = jobs.spawn(broken_import());
        let pid = task.pid();
        let _ = task.await;
        // Whatever the supervisor has to say, it has said it after this.
        jobs.count_children().await.unwrap();
        tell.send(pid).unwrap();
    });
    let pid = told.await.unwrap();
    let said = lines("the import broke");
    assert_eq!(said.len(), 1, "{said:#?}");
    for part in [
        format!("pid={pid}"),
        format!("starter={caller}"),
        "supervisor=\"imports\"".to_owned(),
        "function=\"task_reports::broken_import\"".to_owned(),
    ] {
        assert!(said[0].contains(&part), "no {part} in {}", said[0]);
    }
}

#[tokio::test]
async fn a_crash_of_an_item_is_reported_once() {
    traced::listen(tracing::Level::INFO);
    let answers = Task::stream([1], |_| async { panic!("the item broke") });
    let _: Vec<Result<(), _>> = answers.collect().await;
    assert_eq!(lines("the item broke").len(), 1);
}

#[tokio::test]
async fn a_crash_that_nobody_waits_for_is_reported_once() {
    traced::listen(tracing::Level::INFO);
    let pid = Task::start(async { Err::<(), _>("the disk is full") });
    pid.monitor().await;
    assert_eq!(lines("the disk is full").len(), 1);
}

#[tokio::test]
async fn what_was_killed_is_no_crash() {
    traced::listen(tracing::Level::INFO);
    let task = Task::spawn(std::future::pending::<()>());
    let pid = task.pid();
    task.shutdown(Shutdown::BrutalKill).await.unwrap();
    assert_eq!(lines(&format!("pid={pid} ")), Vec::<String>::new());
}
