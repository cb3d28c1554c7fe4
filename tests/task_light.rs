//! A free task is a process as soon as anybody can tell: who asks finds one, and the same. TSK-004.

mod process_support;

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use otp::prelude::*;
use otp::{Shutdown, callers, self_pid};
use process_support::inside;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// Says that it was dropped.
struct Flag(Arc<AtomicBool>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn flag() -> (Flag, Arc<AtomicBool>) {
    let raised = Arc::new(AtomicBool::new(false));
    (Flag(Arc::clone(&raised)), raised)
}

#[tokio::test(start_paused = true)]
async fn a_task_asked_for_its_pid_before_it_runs_is_that_process() {
    let task = Task::spawn(async { self_pid() });
    let pid = task.pid();
    assert_eq!(pid, task.pid());
    assert!(pid.is_alive());
    assert_eq!(task.await, Ok(Some(pid)));
    assert!(!pid.is_alive());
}

#[tokio::test(start_paused = true)]
async fn code_that_asks_which_process_it_is_becomes_that_process() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let task = Task::spawn(async move {
        tell.send(self_pid()).unwrap();
        pending::<()>().await;
    });
    assert_eq!(told.await, Ok(Some(task.pid())));
    assert!(task.pid().is_alive());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_pid_asked_for_in_the_middle_of_the_first_poll_is_that_of_the_code() {
    let (begun, wait_for_begin) = mpsc::channel();
    let (go_on, wait) = mpsc::channel();
    let task = Task::spawn(async move {
        begun.send(()).unwrap();
        wait.recv().unwrap();
        self_pid()
    });
    wait_for_begin.recv().unwrap();
    let pid = task.pid();
    assert!(pid.is_alive());
    go_on.send(()).unwrap();
    assert_eq!(task.await, Ok(Some(pid)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_that_is_asked_for_while_it_makes_its_value_has_its_value() {
    let (begun, wait_for_begin) = mpsc::channel();
    let (go_on, wait) = mpsc::channel();
    let task = Task::spawn(async move {
        begun.send(()).unwrap();
        wait.recv().unwrap();
        7
    });
    wait_for_begin.recv().unwrap();
    let end = task.pid().monitor();
    go_on.send(()).unwrap();
    assert_eq!(task.await, Ok(7));
    assert_eq!(end.await.reason, ExitReason::Normal);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_over_without_a_process_has_the_pid_of_nobody() {
    let mut task = Task::spawn(async { 1 });
    assert_eq!((&mut task).await, Ok(1));
    let pid = task.pid();
    assert_eq!(pid, task.pid());
    assert!(!pid.is_alive());
    assert_eq!(pid.monitor().await.reason, ExitReason::NoProc);
    let again = task.await;
    assert_eq!(again, Err(TaskError::Down(ExitReason::NoProc)));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_shut_down_before_it_runs_never_does() {
    for (how, reason) in [
        (Shutdown::BrutalKill, ExitReason::Killed),
        (Shutdown::After(SECOND), ExitReason::Shutdown),
        (Shutdown::Infinity, ExitReason::Shutdown),
    ] {
        let ran = Arc::new(AtomicBool::new(false));
        let (held, dropped) = flag();
        let run = Arc::clone(&ran);
        let task = Task::spawn(async move {
            let _held = held;
            run.store(true, Ordering::Relaxed);
        });
        let end = task.pid().monitor();
        assert_eq!(task.shutdown(how).await, Ok(None));
        assert_eq!(end.await.reason, reason);
        assert!(!ran.load(Ordering::Relaxed));
        assert!(dropped.load(Ordering::Relaxed));
    }
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_of_a_task_that_is_over_gives_its_value() {
    let task = Task::spawn(async { 5 });
    sleep(SECOND).await;
    assert_eq!(task.shutdown(Shutdown::BrutalKill).await, Ok(Some(5)));
}

#[tokio::test(start_paused = true)]
async fn a_kill_in_the_first_poll_ends_it_at_the_first_await() {
    let (held, dropped) = flag();
    let after = Arc::new(AtomicBool::new(false));
    let went_on = Arc::clone(&after);
    let task = Task::spawn(async move {
        let _held = held;
        self_pid().unwrap().exit(ExitReason::Kill);
        tokio::task::yield_now().await;
        went_on.store(true, Ordering::Relaxed);
    });
    assert_eq!(task.await, Err(TaskError::Down(ExitReason::Killed)));
    assert!(dropped.load(Ordering::Relaxed));
    assert!(!after.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_goes_on_as_a_process_and_is_killed_as_one() {
    let (held, dropped) = flag();
    let task = Task::spawn(async move {
        let _held = held;
        sleep(SECOND).await;
        pending::<()>().await;
    });
    sleep(SECOND * 2).await;
    let info = task.pid().info().unwrap();
    assert_eq!(info.pid, task.pid());
    task.pid().exit(ExitReason::Kill);
    assert_eq!(task.await, Err(TaskError::Down(ExitReason::Killed)));
    assert!(dropped.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_the_first_poll_is_the_same_as_a_later_one() {
    async fn broken(waits: bool) {
        if waits {
            sleep(SECOND).await;
        }
        panic!("it broke");
    }
    let (held, dropped) = flag();
    let first = Task::spawn(async move {
        let _held = held;
        broken(false).await;
    });
    let first = first.await;
    assert!(dropped.load(Ordering::Relaxed));
    let Err(TaskError::Down(ExitReason::Panic { message, location })) = &first else {
        panic!("{first:?}");
    };
    assert_eq!(&**message, "it broke");
    assert!(location.contains("task_light.rs"), "{location}");
    assert_eq!(Task::spawn(broken(true)).await, first);
}

#[tokio::test(start_paused = true)]
async fn a_link_made_in_the_first_poll_holds() {
    let task = Task::spawn(async {
        let part = Task::spawn_linked(async {
            sleep(SECOND).await;
            panic!("a part broke");
        });
        let part: Result<(), TaskError> = part.await;
        part
    });
    let end = task.await;
    let Err(TaskError::Down(reason)) = end else {
        panic!("{end:?}");
    };
    assert!(reason.to_string().contains("a part broke"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn tsk_004_it_knows_who_started_it() {
    let (starter, known) = inside(|me| async move {
        let known = Task::spawn(async { (callers(), self_pid()) }).await;
        (me.pid(), known.unwrap())
    })
    .await;
    assert_eq!(known.0, [starter]);
    assert_ne!(known.1, Some(starter));
}

#[test]
fn a_runtime_that_is_gone_before_the_task_runs_is_its_end() {
    for asked in [false, true] {
        let (held, dropped) = flag();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let task = {
            let _in_runtime = runtime.enter();
            Task::spawn(async move {
                let _held = held;
                pending::<()>().await;
            })
        };
        let pid = asked.then(|| task.pid());
        drop(runtime);
        assert!(dropped.load(Ordering::Relaxed));
        let other = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let end = other.block_on(task);
        assert_eq!(end, Err(TaskError::Down(ExitReason::RuntimeGone)));
        assert!(pid.is_none_or(|pid| !pid.is_alive()));
    }
}
