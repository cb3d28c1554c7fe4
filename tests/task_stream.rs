//! Streams of tasks: order, concurrency, errors in their places, the processes of items. TSK-032 to 034,
//! 039, 040, 042 to 046, 053, 055.

mod process_support;

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures::{StreamExt, poll, stream};
use otp::prelude::*;
use otp::{
    NotAProcess, StartChildError, TaskFlags, TaskSupervisor, TaskSupervisorRef, link, self_pid,
    spawn_monitor,
};
use process_support::{gone, inside};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

async fn after(seconds: u32) -> u32 {
    sleep(SECOND * seconds).await;
    seconds
}

async fn jobs(flags: TaskFlags) -> TaskSupervisorRef {
    TaskSupervisor::start_with("jobs", flags).await.unwrap()
}

async fn running(jobs: &TaskSupervisorRef) -> usize {
    jobs.count_children().await.unwrap().active
}

#[tokio::test(start_paused = true)]
async fn tsk_032_the_answers_come_in_the_order_of_the_items() {
    let begin = Instant::now();
    let answers = Task::stream([3, 1, 2, 0], after).max_concurrency(4);
    let answers: Vec<_> = answers.collect().await;
    assert_eq!(answers, [Ok(3), Ok(1), Ok(2), Ok(0)]);
    assert_eq!(begin.elapsed(), SECOND * 3);
}

#[tokio::test(start_paused = true)]
async fn tsk_033_without_order_they_come_as_they_are_there() {
    let answers = Task::stream([3, 1, 2, 0], after).max_concurrency(4);
    let answers: Vec<_> = answers.ordered(false).collect().await;
    assert_eq!(answers, [Ok(0), Ok(1), Ok(2), Ok(3)]);
}

#[tokio::test(start_paused = true)]
async fn tsk_034_no_more_run_and_are_taken_than_there_may_be() {
    let (taken, busy, most) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    let all = Arc::new((taken, busy, most));
    let (source, work) = (Arc::clone(&all), Arc::clone(&all));
    let items = (0..9).inspect(move |_| {
        source.0.fetch_add(1, Ordering::Relaxed);
    });
    let answers = Task::stream(items, move |n| {
        let all = Arc::clone(&work);
        async move {
            let busy = all.1.fetch_add(1, Ordering::Relaxed) + 1;
            all.2.fetch_max(busy, Ordering::Relaxed);
            sleep(SECOND).await;
            all.1.fetch_sub(1, Ordering::Relaxed);
            n
        }
    });
    let mut answers = answers.max_concurrency(3);
    assert_eq!(
        all.0.load(Ordering::Relaxed),
        0,
        "nothing before the first poll"
    );
    assert_eq!(answers.next().await, Some(Ok(0)));
    // Three were taken, one was answered; nothing runs ahead of who does not ask.
    sleep(SECOND * 10).await;
    assert_eq!(all.0.load(Ordering::Relaxed), 3);
    let rest: Vec<_> = answers.collect().await;
    assert_eq!(rest.len(), 8);
    assert_eq!(all.2.load(Ordering::Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn items_of_a_stream_are_taken_as_they_come() {
    let source = stream::iter([1, 2, 3]).then(|n| async move {
        sleep(SECOND).await;
        n
    });
    let answers = Task::stream_of(source, |n| async move { n * 2 });
    let answers: Vec<_> = answers.collect().await;
    assert_eq!(answers, [Ok(2), Ok(4), Ok(6)]);
    let none: Vec<Result<u32, TaskError>> = Task::stream([], after).collect().await;
    assert_eq!(none, []);
}

#[tokio::test(start_paused = true)]
async fn tsk_034_as_many_run_as_there_are_cores_unless_it_says_otherwise() {
    let jobs = jobs(TaskFlags::new()).await;
    let mut answers = pin!(jobs.stream(0..1000, |_| pending::<u8>()));
    assert!(poll!(answers.next()).is_pending());
    let cores = std::thread::available_parallelism().unwrap().get();
    assert_eq!(running(&jobs).await, cores);
}

#[tokio::test(start_paused = true)]
async fn tsk_039_an_end_stands_in_the_place_of_its_item() {
    let answers = Task::stream(0..4_u32, |n| async move {
        match n {
            1 => panic!("on demand"),
            2 => {
                self_pid().unwrap().exit(ExitReason::error("enough"));
                pending().await
            }
            n => n,
        }
    });
    let answers: Vec<_> = answers.max_concurrency(2).collect().await;
    assert_eq!(answers[0], Ok(0));
    let Err(TaskError::Down(ExitReason::Panic { message, .. })) = &answers[1] else {
        panic!("{:?}", answers[1]);
    };
    assert_eq!(&**message, "on demand");
    assert_eq!(
        answers[2],
        Err(TaskError::Down(ExitReason::error("enough")))
    );
    assert_eq!(answers[3], Ok(3));
}

#[tokio::test(start_paused = true)]
async fn tsk_039_a_crash_of_a_linked_item_is_a_crash_of_the_consumer() {
    let (_, end) = spawn_monitor(|_me| async {
        let answers = Task::stream([1], |_| async { panic!("both") }).linked();
        let _: Vec<Result<(), _>> = answers.collect().await;
    });
    assert!(matches!(end.await.reason, ExitReason::Panic { .. }));

    let (answers, exit) = inside(|mut me| async move {
        me.trap_exit(true);
        let answers = Task::stream([1, 2], |n| async move {
            tokio::task::yield_now().await;
            assert_ne!(n, 1, "one");
            n
        });
        let answers: Vec<_> = answers.linked().collect().await;
        (answers, me.receive::<Exit>().await.reason)
    })
    .await;
    assert_eq!(answers, [Err(TaskError::Down(exit)), Ok(2)]);

    let mut nobody = Task::stream([1], after).linked();
    assert_eq!(
        nobody.next().await,
        Some(Err(TaskError::NotAProcess(NotAProcess)))
    );
    assert_eq!(nobody.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn tsk_040_the_input_comes_with_the_error() {
    let answers = Task::stream(
        ["8", "x"],
        |text| async move { text.parse::<u32>().unwrap() },
    );
    let answers: Vec<_> = answers.with_input().collect().await;
    assert_eq!(answers[0], Ok(8));
    let failed = answers[1].as_ref().unwrap_err();
    assert_eq!(failed.input, "x");
    assert!(matches!(
        failed.error,
        TaskError::Down(ExitReason::Panic { .. })
    ));
    assert!(failed.to_string().contains("panic at"), "{failed}");
}

#[tokio::test(start_paused = true)]
async fn tsk_042_the_tasks_belong_to_the_consumer() {
    let answers = Task::stream([0], |_| async {
        let me = self_pid().unwrap();
        (me, me.info().unwrap().started_by)
    });
    let (consumer, (item, starter)) = inside(|me| async move {
        let answers: Vec<_> = answers.collect().await;
        (me.pid(), answers[0].clone().unwrap())
    })
    .await;
    assert_eq!(starter, Some(consumer));
    assert_ne!(item, consumer);
}

#[tokio::test(start_paused = true)]
async fn tsk_043_streams_in_each_other_and_side_by_side() {
    let left = Task::stream([2, 1], after).max_concurrency(2);
    let right = Task::stream([1, 2], after).max_concurrency(2);
    let both: Vec<_> = left.zip(right).collect().await;
    assert_eq!(both, [(Ok(2), Ok(1)), (Ok(1), Ok(2))]);

    let sums = Task::stream([3_u32, 4], |n| async move {
        let inner = Task::stream(0..n, |n| async move { n });
        inner
            .fold(0, |sum, n| async move { sum + n.unwrap() })
            .await
    });
    assert_eq!(sums.collect::<Vec<_>>().await, [Ok(3), Ok(6)]);
}

/// Says so when it is dropped.
struct Cleaned(Arc<AtomicUsize>);

impl Drop for Cleaned {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn tsk_044_what_a_source_holds_is_dropped_with_it() {
    let cleaned = Arc::new(AtomicUsize::new(0));
    let hold = Cleaned(Arc::clone(&cleaned));
    let source = [1, 2, 3].into_iter().take_while(move |n| {
        let _ = &hold;
        *n < 2
    });
    let mut answers = Task::stream(source, after);
    assert_eq!(answers.next().await, Some(Ok(1)));
    assert_eq!(answers.next().await, None);
    // At its end, not only when the stream is dropped.
    assert_eq!(cleaned.load(Ordering::Relaxed), 1);

    let hold = Cleaned(Arc::clone(&cleaned));
    let source = (0..).map(move |_| {
        let _ = &hold;
        0
    });
    let mut answers = Task::stream(source, after);
    assert_eq!(answers.next().await, Some(Ok(0)));
    drop(answers);
    assert_eq!(cleaned.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn tsk_045_no_concurrency_is_refused() {
    let mut answers = Task::stream([1, 2], after).max_concurrency(0);
    let refused = TaskError::NotStarted(StartChildError::MaxChildren);
    assert_eq!(answers.next().await, Some(Err(refused)));
    assert_eq!(answers.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn tsk_046_forged_messages_mean_nothing_to_a_stream() {
    let (answers, forged) = inside(|mut me| async move {
        let other = gone().await;
        let reference = me.monitor(other);
        let forged = Down {
            reference,
            pid: other,
            reason: ExitReason::error("forged"),
        };
        me.pid().send(forged).unwrap();
        let answers: Vec<_> = Task::stream([1, 2], after).collect().await;
        (answers, me.receive::<Down>().await.pid == other)
    })
    .await;
    assert_eq!(answers, [Ok(1), Ok(2)]);
    assert!(forged);
}

#[tokio::test(start_paused = true)]
async fn tsk_053_a_full_supervisor_ends_the_stream_and_leaves_nothing() {
    let jobs = jobs(TaskFlags::new().max_children(2)).await;
    let mut answers = jobs.stream([8, 9, 10], after).max_concurrency(3);
    let refused = TaskError::NotStarted(StartChildError::MaxChildren);
    assert_eq!(answers.next().await, Some(Err(refused)));
    assert_eq!(running(&jobs).await, 0);
    assert_eq!(answers.next().await, None);

    let answers = jobs.stream([1, 2], after);
    jobs.stop().await.unwrap();
    let answers: Vec<_> = answers.collect().await;
    assert!(
        matches!(answers[..], [Err(TaskError::NotStarted(_))]),
        "{answers:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn tsk_055_the_tasks_are_children_of_the_supervisor() {
    let jobs = jobs(TaskFlags::new()).await;
    let mut answers = pin!(jobs.stream([3, 4], after).max_concurrency(2));
    assert!(poll!(answers.next()).is_pending());
    let children = jobs.which_children().await.unwrap();
    assert_eq!(children.len(), 2);
    assert!(children[0].type_name.contains("after"), "{children:?}");
    assert_eq!(answers.next().await, Some(Ok(3)));
    assert_eq!(answers.next().await, Some(Ok(4)));
    assert_eq!(running(&jobs).await, 0);

    let crashes = jobs.stream([1], |_| async { panic!("on demand") });
    let crashes: Vec<Result<(), _>> = crashes.collect().await;
    assert!(matches!(crashes[0], Err(TaskError::Down(_))));
    assert!(jobs.is_alive());
}

#[tokio::test(start_paused = true)]
async fn an_item_that_asks_who_it_is_is_a_process_of_its_own() {
    let answers = Task::stream(0..4, |_| async { self_pid() });
    let mut pids: Vec<_> = answers.map(|answer| answer.unwrap()).collect().await;
    assert!(pids.iter().all(Option::is_some));
    pids.dedup();
    assert_eq!(pids.len(), 4);

    // What it is linked with goes with it.
    let (other, end) = spawn_monitor(|_me| pending::<()>());
    let answers = Task::stream([0], move |_| async move {
        link(other).unwrap();
        assert_eq!(other.info().unwrap().links, [self_pid().unwrap()]);
        panic!("both");
    });
    let _: Vec<Result<(), _>> = answers.collect().await;
    assert!(matches!(end.await.reason, ExitReason::Panic { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_panic_outside_of_the_future_is_the_items_too() {
    let answers = Task::stream([0, 1], |n| {
        assert_ne!(n, 0, "before its future");
        async move { n }
    });
    let answers: Vec<_> = answers.collect().await;
    assert!(matches!(answers[0], Err(TaskError::Down(_))));
    assert_eq!(answers[1], Ok(1));
}

#[tokio::test]
async fn answers_that_are_all_there_let_others_run() {
    let beside = tokio::spawn(async {});
    let mut answers = Task::stream(0..10_000, |n| async move { n });
    while let Some(answer) = answers.next().await {
        answer.unwrap();
        if beside.is_finished() {
            return;
        }
    }
    panic!("nothing ran beside the stream");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_items_run_in_parallel() {
    // The first may be begun by the consumer; each of the others needs another to go on.
    let gate = Arc::new(std::sync::Barrier::new(2));
    let answers = Task::stream(0..5, move |n| {
        let gate = Arc::clone(&gate);
        async move {
            if n == 0 {
                std::thread::sleep(Duration::from_millis(20));
            } else {
                tokio::task::block_in_place(|| gate.wait());
            }
            n
        }
    });
    let answers: Vec<_> = answers.max_concurrency(2).collect().await;
    assert_eq!(answers, [Ok(0), Ok(1), Ok(2), Ok(3), Ok(4)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_items_of_all_kinds_are_all_answered() {
    let jobs = jobs(TaskFlags::new()).await;
    let answers = jobs.stream(0..20_000_u64, |n| async move {
        match n % 5 {
            0 => tokio::task::yield_now().await,
            1 => assert!(self_pid().is_some()),
            2 if n % 1000 == 2 => panic!("now and then"),
            _ => {}
        }
        n
    });
    let mut answers = pin!(answers.max_concurrency(64).with_input());
    let mut next = 0;
    while let Poll::Ready(Some(answer)) = Poll::Ready(answers.next().await) {
        assert_eq!(answer.unwrap_or_else(|failed| failed.input), next);
        next += 1;
    }
    assert_eq!(next, 20_000);
    assert_eq!(running(&jobs).await, 0);
}
