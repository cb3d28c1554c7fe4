//! Calls: answers, ends, timeouts, delayed replies. Conformance GS-016 to GS-030.

use std::sync::Arc;
use std::time::Duration;

use futures::poll;
use otp::prelude::*;
use otp::spawn_monitor;
use tokio::sync::{Notify, oneshot};

#[gen_server]
struct Desk {
    log: Vec<u32>,
    waiting: Vec<ReplyTo<u32>>,
}

#[gen_server]
impl Desk {
    #[init]
    fn new() -> Self {
        Desk {
            log: Vec::new(),
            waiting: Vec::new(),
        }
    }

    #[call]
    fn note(&mut self, n: u32) -> u32 {
        self.log.push(n);
        n
    }

    #[call]
    async fn note_when(&mut self, gate: Arc<Notify>, n: u32) -> u32 {
        gate.notified().await;
        self.log.push(n);
        n
    }

    #[call]
    fn log(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.log)
    }

    /// Answered by `answer`, or never.
    #[call]
    fn later(&mut self, reply: ReplyTo<u32>) {
        self.waiting.push(reply);
    }

    #[call]
    fn answer(&mut self, n: u32) -> usize {
        let count = self.waiting.len();
        self.waiting.drain(..).for_each(|reply| reply.send(n));
        count
    }

    #[call]
    fn answered_by(&mut self, reply: ReplyTo<u32>, other: oneshot::Sender<ReplyTo<u32>>) {
        self.log.push(0);
        let _ = other.send(reply);
    }

    #[call]
    fn forget(&mut self, reply: ReplyTo<u32>) {
        self.log.push(0);
        drop(reply);
    }

    #[call]
    fn forget_all(&mut self) -> usize {
        std::mem::take(&mut self.waiting).len()
    }

    #[call]
    fn awaited(&mut self) -> Vec<bool> {
        self.waiting.iter().map(ReplyTo::is_awaited).collect()
    }

    #[call]
    fn last(&mut self, reason: ExitReason, cx: &mut Context<Self>) -> usize {
        cx.stop(reason);
        self.log.len()
    }

    #[call]
    async fn last_async(&mut self, reason: ExitReason, cx: &mut Context<Self>) -> usize {
        cx.stop(reason);
        tokio::task::yield_now().await;
        self.log.len()
    }

    #[call]
    fn stop_without_answer(
        &mut self,
        reply: ReplyTo<u32>,
        reason: ExitReason,
        cx: &mut Context<Self>,
    ) {
        self.waiting.push(reply);
        cx.stop(reason);
    }

    #[call]
    fn crash(&mut self, word: &'static str) -> usize {
        assert!(word.is_empty(), "crash: {word}");
        self.log.len()
    }

    #[call]
    async fn crash_async(&mut self, word: &'static str) -> usize {
        tokio::task::yield_now().await;
        assert!(word.is_empty(), "crash: {word}");
        self.log.len()
    }
}

fn down(reason: &ExitReason) -> CallError {
    CallError::Down(reason.clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_016_a_server_that_dies_before_it_answers_never_leaves_the_caller_waiting() {
    let reason = ExitReason::error("gone");
    for round in 0..500_u32 {
        let desk = Desk::start().await.unwrap();
        let there = desk.clone();
        let ending = tokio::spawn(async move {
            match round % 3 {
                0 => there.exit(ExitReason::Kill),
                // A stop would wait for the handler that waits for ever.
                1 => there.exit(ExitReason::error("gone")),
                _ if round % 4 == 3 => there.exit(ExitReason::error("gone")),
                _ => drop(there.stop_with(ExitReason::error("gone")).await),
            }
        });
        let call = async {
            match round % 4 {
                0 => desk.note(1).timeout(Duration::MAX).await,
                1 => desk.later().timeout(Duration::MAX).await,
                2 => desk.later().send_request().await,
                _ => {
                    desk.note_when(Arc::default(), 1)
                        .timeout(Duration::MAX)
                        .await
                }
            }
        };
        let answer = tokio::time::timeout(Duration::from_secs(20), call)
            .await
            .expect("not left waiting");
        match &answer {
            Ok(1) if round % 4 == 0 => {}
            Err(CallError::Down(ExitReason::Killed)) if round % 3 == 0 => {}
            Err(CallError::Down(why)) if *why == reason => {}
            _ => panic!("round {round}: {answer:?}"),
        }
        ending.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn gs_017_a_call_to_a_server_that_has_ended_fails_at_once() {
    let desk = Desk::start().await.unwrap();
    desk.stop().await.unwrap();
    let began = tokio::time::Instant::now();
    assert_eq!(desk.note(1).await, Err(down(&ExitReason::Normal)));
    assert_eq!(desk.later().await, Err(down(&ExitReason::Normal)));
    assert_eq!(
        desk.note_when(Arc::default(), 1).await,
        Err(down(&ExitReason::Normal))
    );
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn gs_018_calls_that_wait_when_the_server_ends_get_its_reason() {
    let reason = ExitReason::error("gone");
    for (signal, seen) in [
        (reason.clone(), reason),
        (ExitReason::Kill, ExitReason::Killed),
    ] {
        let desk = Desk::start().await.unwrap();
        let held = desk.later().send_request();
        let mut running = Box::pin(async { desk.note_when(Arc::default(), 1).await });
        assert!(poll!(&mut running).is_pending());
        let queued = desk.note(2).send_request();
        desk.exit(signal);
        assert_eq!(held.await, Err(down(&seen)), "its ReplyTo was kept");
        assert_eq!(running.await, Err(down(&seen)), "its handler was running");
        assert_eq!(queued.await, Err(down(&seen)), "it was queued");
    }
}

#[tokio::test]
async fn gs_018_a_reply_to_that_outlives_its_server_ends_the_call_with_the_server() {
    let desk = Desk::start().await.unwrap();
    let (give, given) = oneshot::channel();
    let call = desk.answered_by(give).send_request();
    let reply = given.await.unwrap();
    desk.stop_with(ExitReason::Shutdown).await.unwrap();
    assert_eq!(call.await, Err(down(&ExitReason::Shutdown)));
    assert!(!reply.is_awaited());
    reply.send(1);
}

#[tokio::test(start_paused = true)]
async fn gs_019_a_call_times_out_after_five_seconds_and_is_still_handled() {
    let desk = Desk::start().await.unwrap();
    let gate = Arc::new(Notify::new());
    let began = tokio::time::Instant::now();
    assert_eq!(
        desk.note_when(gate.clone(), 1).await,
        Err(CallError::Timeout)
    );
    assert_eq!(began.elapsed().as_secs(), 5);
    let began = tokio::time::Instant::now();
    let queued = desk.note(2).timeout(Duration::from_millis(100)).await;
    assert_eq!(queued, Err(CallError::Timeout));
    assert_eq!(began.elapsed().as_millis(), 100);
    gate.notify_one();
    assert_eq!(desk.log().await, Ok(vec![1, 2]));
}

#[tokio::test(start_paused = true)]
async fn gs_019_a_call_may_wait_for_ever() {
    let desk = Desk::start().await.unwrap();
    let mut call = Box::pin(async { desk.later().timeout(Duration::MAX).await });
    let year = Duration::from_secs(365 * 24 * 3600);
    assert!(tokio::time::timeout(year, &mut call).await.is_err());
    assert_eq!(desk.answer(3).await, Ok(1));
    assert_eq!(call.await, Ok(3));
}

#[gen_server(call_timeout = 250ms)]
struct Hasty {
    waiting: Vec<ReplyTo<()>>,
}

#[gen_server]
impl Hasty {
    #[init]
    fn new() -> Self {
        Hasty {
            waiting: Vec::new(),
        }
    }

    #[call]
    fn never(&mut self, reply: ReplyTo<()>) {
        self.waiting.push(reply);
    }
}

#[tokio::test(start_paused = true)]
async fn gs_019_a_server_may_declare_another_timeout() {
    let hasty = Hasty::start().await.unwrap();
    let began = tokio::time::Instant::now();
    assert_eq!(hasty.never().await, Err(CallError::Timeout));
    assert_eq!(began.elapsed().as_millis(), 250);
}

#[tokio::test(start_paused = true)]
async fn gs_020_an_answer_after_the_timeout_never_answers_a_later_call() {
    let (_, end) = spawn_monitor(|mut me| async move {
        let desk = Desk::start().await.unwrap();
        let short = Duration::from_millis(10);
        assert_eq!(desk.later().timeout(short).await, Err(CallError::Timeout));
        assert_eq!(desk.awaited().await, Ok(vec![false]));
        let mut second = Box::pin(async { desk.later().await });
        assert!(poll!(&mut second).is_pending());
        assert_eq!(desk.awaited().await, Ok(vec![false, true]));
        assert_eq!(desk.answer(9).await, Ok(2));
        assert_eq!(second.await, Ok(9));
        assert_eq!(desk.note(1).await, Ok(1));
        assert!(me.try_receive::<u32>().is_none());
        assert_eq!(me.pid().info().unwrap().mailbox_len, 0);
    });
    assert_eq!(end.await.reason, ExitReason::Normal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_020_answers_that_race_with_their_timeout_reach_their_own_call_or_nobody() {
    let desk = Desk::start().await.unwrap();
    let there = desk.clone();
    let answering = tokio::spawn(async move {
        for n in 0_u32.. {
            if there.answer(n).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
    });
    for n in 0..2000 {
        let early = desk.later().timeout(Duration::ZERO).await;
        assert!(
            matches!(early, Ok(_) | Err(CallError::Timeout)),
            "{early:?}"
        );
        assert_eq!(desk.note(n).await, Ok(n));
    }
    desk.stop().await.unwrap();
    answering.await.unwrap();
}

#[tokio::test]
async fn gs_022_a_delayed_reply_may_come_from_a_later_message_a_task_or_a_thread() {
    let desk = Desk::start().await.unwrap();
    let mut call = Box::pin(async { desk.later().await });
    assert!(poll!(&mut call).is_pending());
    assert_eq!(desk.note(1).await, Ok(1), "the server goes on");
    assert_eq!(desk.answer(5).await, Ok(1));
    assert_eq!(call.await, Ok(5));

    let (give, given) = oneshot::channel();
    tokio::spawn(async move { given.await.map(|reply: ReplyTo<u32>| reply.send(6)) });
    assert_eq!(desk.answered_by(give).await, Ok(6));

    let (give, given) = oneshot::channel();
    std::thread::spawn(move || {
        given
            .blocking_recv()
            .map(|reply: ReplyTo<u32>| reply.send(7))
    });
    assert_eq!(desk.answered_by(give).await, Ok(7));
}

#[tokio::test]
async fn gs_023_an_answer_to_a_caller_that_is_gone_has_no_effect() {
    let desk = Desk::start().await.unwrap();
    let mut call = Box::pin(async { desk.later().await });
    assert!(poll!(&mut call).is_pending());
    drop(call);
    drop(desk.later().send_request());
    assert_eq!(desk.awaited().await, Ok(vec![false, false]));
    assert_eq!(desk.answer(5).await, Ok(2));
    assert_eq!(desk.note(1).await, Ok(1));
}

#[tokio::test]
async fn gs_025_a_handler_that_stops_its_server_still_answers() {
    for suspended in [false, true] {
        let desk = Desk::start().await.unwrap();
        let (direct, end) = (desk.clone(), desk.monitor());
        if suspended {
            // So that the call has to be queued.
            desk.sys().suspend().await.unwrap();
        }
        let call = tokio::spawn(async move { direct.last(ExitReason::Shutdown).await });
        tokio::task::yield_now().await;
        if suspended {
            desk.sys().resume().await.unwrap();
        }
        assert_eq!(call.await.unwrap(), Ok(0));
        assert_eq!(end.await.reason, ExitReason::Shutdown);

        let desk = Desk::start().await.unwrap();
        assert_eq!(desk.last_async(ExitReason::Shutdown).await, Ok(0));
        assert_eq!(desk.monitor().await.pid, desk.pid());
        assert_eq!(desk.note(1).await, Err(down(&ExitReason::Shutdown)));
    }
}

#[tokio::test]
async fn gs_026_a_stop_without_an_answer_is_the_error_of_the_call() {
    for reason in [
        ExitReason::Shutdown,
        ExitReason::shutdown_with("why"),
        ExitReason::error("bad"),
    ] {
        let desk = Desk::start().await.unwrap();
        let answer = desk.stop_without_answer(reason.clone()).await;
        assert_eq!(answer, Err(down(&reason)));
    }
}

#[tokio::test]
async fn gs_027_a_reply_to_that_is_dropped_wakes_the_caller() {
    let desk = Desk::start().await.unwrap();
    assert_eq!(desk.forget().await, Err(CallError::NoReply));
    let waiting = desk.later().send_request();
    assert_eq!(desk.forget_all().await, Ok(1));
    assert_eq!(waiting.await, Err(CallError::NoReply));
    let (give, given) = oneshot::channel();
    tokio::spawn(async move { drop(given.await) });
    assert_eq!(desk.answered_by(give).await, Err(CallError::NoReply));
    assert_eq!(desk.note(1).await, Ok(1));
}

#[tokio::test]
async fn gs_030_a_panic_ends_the_server_alone_and_the_caller_gets_it() {
    let other = Desk::start().await.unwrap();
    for suspended in [false, true] {
        let desk = Desk::start().await.unwrap();
        let end = desk.monitor();
        let there = desk.clone();
        if suspended {
            desk.sys().suspend().await.unwrap();
        }
        let call = tokio::spawn(async move {
            if suspended {
                there.crash_async("now").await
            } else {
                there.crash("now").await
            }
        });
        tokio::task::yield_now().await;
        if suspended {
            desk.sys().resume().await.unwrap();
        }
        let error = call.await.unwrap().unwrap_err();
        let CallError::Down(reason) = &error else {
            panic!("{error}");
        };
        let ExitReason::Panic { message, location } = reason else {
            panic!("{reason}");
        };
        assert_eq!(&**message, "crash: now");
        assert!(location.contains("gen_server_call.rs"), "{location}");
        assert_eq!(&end.await.reason, reason);
        assert_eq!(desk.note(1).await, Err(error));
        assert_eq!(other.note(1).await, Ok(1));
    }
}

#[tokio::test]
async fn gs_030_a_panic_in_a_server_does_not_end_the_process_that_called_it() {
    let (_, end) = spawn_monitor(|_| async move {
        let desk = Desk::start().await.unwrap();
        assert!(desk.crash("now").await.is_err());
        let desk = Desk::start().await.unwrap();
        assert!(desk.crash_async("now").await.is_err());
        ExitReason::shutdown_with("alive to the end")
    });
    assert_eq!(
        end.await.reason,
        ExitReason::shutdown_with("alive to the end")
    );
}

#[tokio::test]
async fn a_call_shows_its_server_and_its_handler_whatever_kind_that_is() {
    let desk = Desk::start().await.unwrap();
    let server = format!("{desk:?}");
    let shown = |handler| format!("Call {{ server: {server}, handler: \"{handler}\", .. }}");
    assert_eq!(format!("{:?}", desk.note(1)), shown("note"));
    assert_eq!(
        format!("{:?}", desk.note_when(Arc::default(), 1)),
        shown("note_when")
    );
}
