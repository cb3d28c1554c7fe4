//! The report of a task that panics before it is a process. By itself: while somebody listens, tasks are
//! processes from the beginning. TSK-057.

mod traced;

use otp::prelude::*;

async fn broken() {
    std::future::ready(()).await;
    panic!("the import broke");
}

/// The report of one crash, without its time and without what is the task's own.
fn report(pid: Pid) -> String {
    let said = traced::take();
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("ERROR")).collect();
    assert_eq!(lines.len(), 1, "{said}");
    let pid = format!("pid={pid}");
    assert!(lines[0].contains(&pid), "{said}");
    lines[0].replace(&pid, "pid=..")
}

#[tokio::test(start_paused = true)]
async fn tsk_057_a_panic_in_the_first_poll_is_reported_as_that_of_any_task() {
    let mut light = Task::spawn(broken());
    tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .with_max_level(tracing::Level::INFO)
        .with_writer(|| traced::Writer)
        .init();
    let end = (&mut light).await;
    assert!(
        matches!(&end, Err(TaskError::Down(ExitReason::Panic { .. }))),
        "{end:?}"
    );
    let first = report(light.pid());

    let mut heavy = Task::spawn(broken());
    assert_eq!((&mut heavy).await, end);
    let strip = |line: String| line.split_once("task ended").unwrap().1.to_owned();
    assert_eq!(strip(first), strip(report(heavy.pid())));
}
