//! Callers that run the server themselves: what they gain, and what they never pay for.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::{Duration, Instant};

use otp::prelude::*;

/// How long the slow handler holds its thread.
const BUSY: Duration = Duration::from_millis(200);

fn spin(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        std::hint::spin_loop();
    }
}

macro_rules! server {
    ($name:ident, $donate:ident) => {
        #[gen_server(donate = $donate)]
        struct $name {
            count: u32,
        }

        #[gen_server]
        impl $name {
            #[init]
            fn new() -> Self {
                $name { count: 0 }
            }

            #[call]
            fn add(&mut self, n: u32) -> u32 {
                self.count += n;
                self.count
            }

            #[cast]
            fn note(&mut self) {
                self.count += 1;
            }

            #[call]
            fn busy(&mut self, time: Duration) -> u32 {
                spin(time);
                self.count
            }

            #[call]
            async fn busy_async(&mut self, time: Duration) -> u32 {
                spin(time);
                self.count
            }

            /// The task that runs this, if any.
            #[call]
            fn task(&mut self) -> Option<tokio::task::Id> {
                self.count += 1;
                tokio::task::try_id()
            }

            #[call]
            async fn task_async(&mut self) -> Option<tokio::task::Id> {
                self.count += 1;
                tokio::task::try_id()
            }

            /// Sends itself `n` casts before it answers.
            #[call]
            fn note_myself(&mut self, n: u32, cx: &mut Context<Self>) -> u32 {
                for _ in 0..n {
                    let _ = cx.me().note().try_send();
                }
                self.count
            }

            #[call]
            async fn note_myself_async(&mut self, n: u32, cx: &mut Context<Self>) -> u32 {
                for _ in 0..n {
                    let _ = cx.me().note().try_send();
                }
                self.count
            }
        }
    };
}

server!(Lent, auto);
server!(Own, never);

/// Polls once, and gives the answer if there is one already.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer),
        Poll::Pending => None,
    }
}

/// Whether `round` holds at least once in many: a thread that loses its processor in a handler makes
/// that handler a slow one.
async fn holds(round: impl AsyncFn() -> bool) -> bool {
    for _ in 0..100 {
        if round().await {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn a_caller_that_finds_the_server_idle_is_answered_in_place() {
    let in_place = holds(async || {
        let lent = Lent::start().await.unwrap();
        at_once(lent.add(1)) == Some(Ok(1))
            && at_once(lent.note()) == Some(Ok(()))
            && at_once(lent.add(1)) == Some(Ok(3))
    });
    assert!(in_place.await);
    let in_the_caller = holds(async || {
        let lent = Lent::start().await.unwrap();
        let caller = tokio::spawn(async move {
            let here = tokio::task::try_id();
            assert!(here.is_some());
            lent.task().await == Ok(here) && lent.task_async().await == Ok(here)
        });
        caller.await.unwrap()
    });
    assert!(in_the_caller.await);
}

#[tokio::test]
async fn donate_never_has_each_message_run_by_a_task_of_the_server() {
    let own = Own::start().await.unwrap();
    assert_eq!(at_once(own.add(1)), None);
    assert_eq!(own.add(1).await, Ok(2));
    let there = own.clone();
    let caller = tokio::spawn(async move {
        let here = tokio::task::try_id();
        (here, there.task().await, there.task_async().await)
    });
    let (here, task, task_async) = caller.await.unwrap();
    for task in [task, task_async] {
        assert!(
            !matches!(task, Ok(id) if id == here),
            "{task:?} is the caller"
        );
    }
}

#[tokio::test]
async fn a_caller_is_never_held_by_the_messages_of_others() {
    let direct = holds(async || {
        let lent = Lent::start().await.unwrap();
        let in_place = at_once(lent.note_myself(1000)) == Some(Ok(0));
        // Otherwise the server's own task has the call still before it.
        let waiting = if in_place { 1000 } else { 1 };
        assert_eq!(lent.sys().statistics().waiting, waiting);
        assert_eq!(at_once(lent.add(0)), None, "it stands in line for its own");
        in_place
    });
    assert!(direct.await);
    let by_message = holds(async || {
        let lent = Lent::start().await.unwrap();
        let in_place = at_once(lent.note_myself_async(1000)) == Some(Ok(0));
        let waiting = if in_place { 1000 } else { 1 };
        assert_eq!(lent.sys().statistics().waiting, waiting);
        assert_eq!(at_once(lent.add(0)), None, "it stands in line for its own");
        in_place
    });
    assert!(by_message.await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_runs_long_does_not_hold_its_callers_from_the_second_call_on() {
    let short = Duration::from_millis(10);
    for asynchronous in [false, true] {
        let lent = Lent::start().await.unwrap();
        // A task of its own, for a donor on a worker's thread.
        let caller = tokio::spawn(async move {
            for round in 0..4 {
                let began = Instant::now();
                let answer = if asynchronous {
                    lent.busy_async(BUSY).timeout(short).await
                } else {
                    lent.busy(BUSY).timeout(short).await
                };
                let took = began.elapsed();
                if round > 0 {
                    assert_eq!(answer, Err(CallError::Timeout));
                    assert!(took < BUSY * 3 / 4, "held for {took:?}");
                }
                // One worker is busy until this is answered; the other drives the timers.
                assert_eq!(lent.add(0).await, Ok(0));
            }
        });
        caller.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn donate_never_does_not_hold_even_the_first_caller() {
    let own = Own::start().await.unwrap();
    let task = tokio::spawn(async move {
        let began = Instant::now();
        let late = own.busy(BUSY).timeout(Duration::from_millis(10)).await;
        (late, began.elapsed())
    });
    let (late, took) = task.await.unwrap();
    assert_eq!(late, Err(CallError::Timeout));
    assert!(took < BUSY * 3 / 4, "held for {took:?}");
}

#[tokio::test]
async fn a_server_whose_handlers_are_short_again_is_donated_to_again() {
    let lent = Lent::start().await.unwrap();
    lent.busy(Duration::from_millis(5)).await.unwrap();
    assert_eq!(at_once(lent.add(0)), None);
    let mut in_place = false;
    for _ in 0..1000 {
        in_place = at_once(lent.add(0)).is_some();
        if in_place {
            break;
        }
        lent.add(0).await.unwrap();
    }
    assert!(in_place);
}

#[tokio::test]
async fn a_loop_of_calls_that_are_all_answered_in_place_lets_other_tasks_run() {
    for asynchronous in [false, true] {
        let lent = Lent::start().await.unwrap();
        let ran = Arc::new(AtomicBool::new(false));
        let there = ran.clone();
        tokio::spawn(async move { there.store(true, Ordering::Relaxed) });
        let mut calls = 0_u32;
        while !ran.load(Ordering::Relaxed) {
            if asynchronous {
                lent.task_async().await.unwrap();
            } else {
                lent.add(1).await.unwrap();
            }
            calls += 1;
            assert!(calls < 1_000_000, "no other task ran");
        }
    }
}

#[tokio::test]
async fn a_donation_does_not_spend_the_budget_of_its_caller() {
    let lent = Spender::start().await.unwrap();
    // Tokio gives a task 128 units between two yields.
    let task = tokio::spawn(async move {
        tokio::task::yield_now().await;
        let spent = lent.spend(100).await.unwrap();
        assert_eq!(spent, 100);
        tokio::task::coop::has_budget_remaining() && units_left() > 100
    });
    assert!(task.await.unwrap());
}

/// How much of its budget this task has left.
fn units_left() -> u32 {
    let mut cx = TaskContext::from_waker(Waker::noop());
    let mut units = 0;
    while let Poll::Ready(unit) = tokio::task::coop::poll_proceed(&mut cx) {
        unit.made_progress();
        units += 1;
        if units > 1000 {
            break;
        }
    }
    units
}

#[gen_server]
struct Spender {
    spent: u32,
}

#[gen_server]
impl Spender {
    #[init]
    fn new() -> Self {
        Spender { spent: 0 }
    }

    #[call]
    async fn spend(&mut self, units: u32) -> u32 {
        for _ in 0..units {
            std::future::poll_fn(|cx| {
                tokio::task::coop::poll_proceed(cx).map(|unit| unit.made_progress())
            })
            .await;
            self.spent += 1;
        }
        self.spent
    }
}

#[gen_server]
struct Deep {
    next: Option<DeepRef>,
}

#[gen_server]
impl Deep {
    #[init]
    fn new(next: Option<DeepRef>) -> Self {
        Deep { next }
    }

    #[call]
    async fn depth(&mut self) -> Result<u32, CallError> {
        match &self.next {
            Some(next) => Ok(1 + next.depth().await??),
            None => Ok(0),
        }
    }
}

#[tokio::test]
async fn a_long_chain_of_servers_that_call_each_other_does_not_use_up_the_stack() {
    let mut first = Deep::start(None).await.unwrap();
    for _ in 0..10_000 {
        first = Deep::start(Some(first)).await.unwrap();
    }
    assert_eq!(first.depth().await, Ok(Ok(10_000)));
}

thread_local! {
    static MARK: Cell<u32> = const { Cell::new(0) };
}

#[gen_server]
struct Local {
    seen: Vec<u32>,
}

#[gen_server]
impl Local {
    #[init]
    fn new() -> Self {
        Local { seen: Vec::new() }
    }

    #[call]
    fn mark(&mut self) -> u32 {
        self.seen.push(MARK.get());
        MARK.get()
    }
}

#[test]
fn a_caller_on_another_runtime_does_not_run_the_server_itself() {
    let build = || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap()
    };
    let (home, other) = (build(), build());
    let local = home.block_on(async { Local::start().await.unwrap() });
    MARK.set(7);
    assert_eq!(home.block_on(async { local.mark().await }), Ok(7));
    assert_eq!(other.block_on(async { local.mark().await }), Ok(0));
}

#[tokio::test]
async fn a_caller_that_gives_up_leaves_the_handler_to_the_server() {
    let lent = Patient::start().await.unwrap();
    let gate = Arc::new(tokio::sync::Notify::new());
    assert_eq!(at_once(lent.wait(gate.clone())), None);
    gate.notify_one();
    assert_eq!(lent.waited().await, Ok(1));
}

#[gen_server]
struct Patient {
    waited: u32,
}

#[gen_server]
impl Patient {
    #[init]
    fn new() -> Self {
        Patient { waited: 0 }
    }

    #[call]
    async fn wait(&mut self, gate: Arc<tokio::sync::Notify>) {
        gate.notified().await;
        self.waited += 1;
    }

    #[call]
    fn waited(&mut self) -> u32 {
        self.waited
    }
}
