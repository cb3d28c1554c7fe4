//! Tasks: how they are started, awaited, waited for in time, shut down, ignored. TSK-001 to 005, 007 to
//! 011, 019 to 021, 025 to 031.

mod process_support;

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildSpec, Flags, Intensity, Job, NotAProcess, Restart, Shutdown, Start, Strategy, Supervisor,
    SupervisorRef, callers, self_pid, spawn, spawn_monitor, trap_exit,
};
use process_support::inside;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

fn down<T>(reason: ExitReason) -> Result<T, TaskError> {
    Err(TaskError::Down(reason))
}

#[tokio::test(start_paused = true)]
async fn tsk_001_a_linked_task_is_tied_to_its_caller_and_watched() {
    let (caller, task, info) = inside(|me| async move {
        let task = Task::spawn_linked(pending::<()>());
        (me.pid(), task.pid(), task.pid().info().unwrap())
    })
    .await;
    assert_eq!(info.pid, task);
    assert_eq!(info.links, [caller]);
    assert_eq!(info.started_by, Some(caller));
    assert_eq!(info.monitors, 1);
}

#[tokio::test(start_paused = true)]
async fn a_linked_task_needs_a_process() {
    let task = Task::spawn_linked(async { 1 });
    assert_eq!(task.await, Err(TaskError::NotAProcess(NotAProcess)));
    assert_eq!(Task::start_linked(async {}), Err(NotAProcess));
}

#[tokio::test(start_paused = true)]
async fn tsk_002_start_gives_a_pid_with_or_without_a_link() {
    let pid = Task::start(async { sleep(SECOND).await });
    assert_eq!(pid.info().unwrap().links, []);
    assert_eq!(pid.monitor().await.reason, ExitReason::Normal);

    let (caller, end) = spawn_monitor(|_me| async {
        Task::start_linked(async { Err::<(), _>("no disk") }).unwrap();
        pending::<()>().await;
    });
    let end = end.await;
    assert_eq!(
        (end.pid, end.reason),
        (caller, ExitReason::error("no disk"))
    );
}

async fn supervised(
    spec: ChildSpec<Start<Job<impl Future<Output = ()> + Send + 'static>>>,
) -> (SupervisorRef, Pid) {
    let flags = Flags::new(Strategy::OneForOne, Intensity::new(3, SECOND * 5));
    let start = Supervisor::start("Feeds", flags, |children| {
        let feed = children.add(spec);
        (children.supervisor(), feed)
    });
    let (feeds, feed) = start.await.unwrap();
    (feeds, feed.pid())
}

#[tokio::test(start_paused = true)]
async fn tsk_003_a_task_is_a_child_and_temporary_by_default() {
    let (feeds, task) = supervised(Task::child("feed", || sleep(SECOND))).await;
    let children = feeds.which_children().await.unwrap();
    assert_eq!(children[0].pid, Some(task));
    assert_eq!(task.monitor().await.reason, ExitReason::Normal);
    assert_eq!(feeds.which_children().await.unwrap(), []);

    let (feeds, task) = supervised(Task::child("feed", pending::<()>)).await;
    let end = task.monitor();
    feeds.stop().await.unwrap();
    assert_eq!(end.await.reason, ExitReason::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn tsk_051_a_task_is_started_again_with_the_same_function() {
    let flags = Flags::new(Strategy::OneForOne, Intensity::new(3, SECOND * 5));
    let feeds = Supervisor::start("Feeds", flags, |children| children.supervisor());
    let feeds = feeds.await.unwrap();
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let spec = Task::child("feed", move || {
        let tell = tell.clone();
        async move {
            tell.send(self_pid().unwrap()).unwrap();
            sleep(SECOND).await;
            Err::<(), _>("lost")
        }
    });
    // Also at run time.
    let spec = spec.restart(Restart::Transient);
    let feed = feeds.start_child(spec).await.unwrap();
    let first = told.recv().await.unwrap();
    let second = told.recv().await.unwrap();
    assert_ne!(first, second);
    assert_eq!(feed.pid(), second);
    feeds.stop().await.unwrap();

    // A permanent one is started again after a good end, too.
    let feeds = Supervisor::start("Feeds", flags, |children| children.supervisor());
    let feeds = feeds.await.unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let spec = Task::child("feed", move || {
        count.fetch_add(1, Ordering::Relaxed);
        sleep(SECOND * 10)
    });
    feeds
        .start_child(spec.restart(Restart::Permanent))
        .await
        .unwrap();
    sleep(SECOND * 25).await;
    assert_eq!(runs.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn tsk_004_the_callers_are_known_and_are_no_supervisors() {
    let (outer, middle, seen) = inside(|me| async move {
        assert_eq!(callers(), []);
        let task = Task::spawn(async {
            let inner = Task::spawn(async { callers() });
            (self_pid().unwrap(), inner.await.unwrap())
        });
        let (middle, seen) = task.await.unwrap();
        (me.pid(), middle, seen)
    })
    .await;
    assert_eq!(seen, [middle, outer]);

    // A child's starter is its supervisor, which is no caller.
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    let spec = Task::child("feed", move || {
        let tell = tell.take();
        async move { tell.unwrap().send(callers()).unwrap() }
    });
    let (_feeds, _) = supervised(spec).await;
    assert_eq!(told.await.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn tsk_005_who_has_the_value_finds_the_task_ended() {
    let task = Task::spawn(async { 7 });
    let pid = task.pid();
    let end = pid.monitor();
    assert_eq!(task.await, Ok(7));
    assert!(pid.info().is_none());
    assert_eq!(end.await.reason, ExitReason::Normal);
}

#[tokio::test(start_paused = true)]
async fn tsk_007_a_value_leaves_no_link_and_no_message() {
    let (links, exit, down) = inside(|mut me| async move {
        me.trap_exit(true);
        let task = Task::spawn_linked(async { 1 });
        assert_eq!(task.await, Ok(1));
        let links = me.pid().info().unwrap().links;
        (links, me.try_receive::<Exit>(), me.try_receive::<Down>())
    })
    .await;
    assert_eq!((links, exit, down), (vec![], None, None));
}

#[tokio::test(start_paused = true)]
async fn tsk_008_tsk_009_after_a_timeout_the_task_goes_on_and_its_value_is_dropped_with_the_handle()
{
    let freed = Arc::new(());
    let value = Arc::clone(&freed);
    let mut task = Task::spawn(async move {
        sleep(SECOND * 2).await;
        value
    });
    let pid = task.pid();
    assert_eq!(task.timeout(SECOND).await, Err(TaskError::Timeout));
    let end = pid.monitor();
    drop(task);
    assert_eq!(end.await.reason, ExitReason::Normal);
    assert_eq!(Arc::strong_count(&freed), 1);
}

#[tokio::test(start_paused = true)]
async fn tsk_010_a_clean_end_without_a_value_is_no_hang() {
    let task = Task::spawn(pending::<u8>());
    let reason = ExitReason::shutdown_with("no more");
    task.pid().exit(reason.clone());
    assert_eq!(task.await, down(reason));
}

#[tokio::test(start_paused = true)]
async fn tsk_011_a_panic_is_a_value_with_its_place() {
    let task = Task::spawn(async { panic!("on demand") });
    let Err(TaskError::Down(ExitReason::Panic { message, location })) = task.await else {
        panic!("expected a panic as a value");
    };
    assert_eq!(&*message, "on demand");
    assert!(location.contains("task.rs"), "{location}");
}

#[tokio::test(start_paused = true)]
async fn tsk_011_a_crash_of_a_linked_task_is_a_crash_of_its_caller() {
    let (_, end) = spawn_monitor(|_me| async {
        let task = Task::spawn_linked(async { panic!("both") });
        let _: Result<(), _> = task.await;
    });
    let reason = end.await.reason;
    assert!(matches!(reason, ExitReason::Panic { .. }), "{reason}");

    // Who traps exits lives, and has the exit beside the error.
    let (error, exit) = inside(|mut me| async move {
        me.trap_exit(true);
        let task = Task::spawn_linked(async { panic!("one") });
        let error: Result<(), _> = task.await;
        (error, me.receive::<Exit>().await.reason)
    })
    .await;
    assert_eq!(error, down(exit));
}

#[tokio::test(start_paused = true)]
async fn a_linked_task_ends_with_its_caller_and_any_other_does_not() {
    let (tell, told) = tokio::sync::oneshot::channel();
    let caller = spawn(|_me| async move {
        let linked = Task::spawn_linked(pending::<()>());
        let alone = Task::spawn(pending::<()>());
        tell.send((linked.pid(), alone.pid())).unwrap();
        pending::<()>().await;
    });
    let (linked, alone) = told.await.unwrap();
    let end = linked.monitor();
    caller.exit(ExitReason::error("enough"));
    assert_eq!(end.await.reason, ExitReason::error("enough"));
    assert!(alone.info().is_some());
}

#[tokio::test(start_paused = true)]
async fn tsk_019_messages_stay_where_they_are() {
    let (first, second) = inside(|mut me| async move {
        me.pid().send("before").unwrap();
        let task = Task::spawn(async { 1 });
        me.pid().send("after").unwrap();
        assert_eq!(task.await, Ok(1));
        (me.receive::<&str>().await, me.receive::<&str>().await)
    })
    .await;
    assert_eq!((first, second), ("before", "after"));
}

#[tokio::test(start_paused = true)]
async fn tsk_020_yield_for_gives_nothing_a_value_or_the_end() {
    let mut task = Task::spawn(async {
        sleep(SECOND * 2).await;
        5
    });
    assert_eq!(task.yield_for(SECOND).await, None);
    assert_eq!(task.yield_for(SECOND * 2).await, Some(Ok(5)));
    assert_eq!(task.yield_for(SECOND).await, Some(down(ExitReason::NoProc)));

    let mut task = Task::spawn(pending::<u8>());
    task.pid().exit(ExitReason::error("enough"));
    let end = task.yield_for(SECOND).await;
    assert_eq!(end, Some(down(ExitReason::error("enough"))));
}

#[tokio::test(start_paused = true)]
async fn tsk_021_tsk_025_a_value_that_is_there_wins() {
    let mut task = Task::spawn(async { 5 });
    task.pid().monitor().await;
    assert_eq!(task.yield_for(Duration::ZERO).await, Some(Ok(5)));

    let task = Task::spawn(async { 5 });
    task.pid().monitor().await;
    assert_eq!(task.shutdown(Shutdown::BrutalKill).await, Ok(Some(5)));
}

#[tokio::test(start_paused = true)]
async fn tsk_026_tsk_029_shutdown_says_how_it_ended() {
    let after = Shutdown::After(SECOND);
    assert_eq!(Task::spawn(pending::<u8>()).shutdown(after).await, Ok(None));

    let task = Task::spawn(pending::<u8>());
    task.pid().exit(ExitReason::error("before"));
    let end = task.shutdown(after).await;
    assert_eq!(end, down(ExitReason::error("before")));

    let mut task = Task::spawn(async { 1 });
    assert_eq!((&mut task).await, Ok(1));
    assert_eq!(task.shutdown(after).await, down(ExitReason::NoProc));
}

#[tokio::test(start_paused = true)]
async fn tsk_027_shutdown_kills_after_its_time_and_infinity_never() {
    let begin = Instant::now();
    let stubborn = || {
        Task::spawn(async {
            trap_exit(true).unwrap();
            sleep(SECOND * 60).await;
            "done"
        })
    };
    let task = stubborn();
    tokio::task::yield_now().await;
    let end = task.shutdown(Shutdown::After(SECOND)).await;
    assert_eq!(end, down(ExitReason::Killed));
    assert_eq!(begin.elapsed(), SECOND);

    let task = stubborn();
    tokio::task::yield_now().await;
    assert_eq!(task.shutdown(Shutdown::Infinity).await, Ok(Some("done")));
}

#[tokio::test(start_paused = true)]
async fn tsk_028_brutal_kill_gives_nothing_or_the_end_before_it() {
    let task = Task::spawn(pending::<u8>());
    assert_eq!(task.shutdown(Shutdown::BrutalKill).await, Ok(None));

    let task = Task::spawn(pending::<u8>());
    task.pid().exit(ExitReason::Shutdown);
    task.pid().monitor().await;
    let end = task.shutdown(Shutdown::BrutalKill).await;
    assert_eq!(end, down(ExitReason::Shutdown));
}

#[tokio::test(start_paused = true)]
async fn tsk_030_shutdown_leaves_no_message() {
    let left = inside(|mut me| async move {
        let task = Task::spawn(pending::<u8>());
        assert_eq!(task.shutdown(Shutdown::BrutalKill).await, Ok(None));
        me.try_receive::<Down>()
    })
    .await;
    assert_eq!(left, None);
}

#[tokio::test(start_paused = true)]
async fn tsk_031_ignore_gives_what_is_there_and_lets_the_task_go_on() {
    let done = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&done);
    let task = Task::spawn(async move {
        sleep(SECOND).await;
        set.store(true, Ordering::Relaxed);
    });
    let pid = task.pid();
    assert_eq!(task.ignore(), None);
    pid.monitor().await;
    assert!(done.load(Ordering::Relaxed));

    let task = Task::spawn(async { 5 });
    task.pid().monitor().await;
    assert_eq!(task.ignore(), Some(Ok(5)));

    let task = Task::spawn(pending::<u8>());
    task.pid().exit(ExitReason::error("enough"));
    task.pid().monitor().await;
    assert_eq!(task.ignore(), Some(down(ExitReason::error("enough"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocking_work_is_a_process_with_its_panics_as_values() {
    let task = Task::spawn_blocking(|| (1..=10_u64).product::<u64>());
    assert!(task.pid().info().is_some());
    assert_eq!(task.await, Ok(3_628_800));

    let task = Task::spawn_blocking(|| -> u8 { panic!("too much") });
    let Err(TaskError::Down(ExitReason::Panic { message, .. })) = task.await else {
        panic!("expected a panic as a value");
    };
    assert_eq!(&*message, "too much");

    // The process ends although the thread cannot be stopped.
    let (release, held) = std::sync::mpsc::channel::<()>();
    let task = Task::spawn_blocking(move || held.recv().is_ok());
    assert_eq!(task.shutdown(Shutdown::BrutalKill).await, Ok(None));
    drop(release);
}
