//! Casts, infos, receive timeouts, continues, timers. Conformance GS-042 to GS-050.

use std::sync::Arc;
use std::time::Duration;

use futures::poll;
use otp::StreamEnd;
use otp::prelude::*;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

type Log = mpsc::UnboundedSender<String>;

/// What happened so far.
fn words(log: &mut mpsc::UnboundedReceiver<String>) -> Vec<String> {
    std::iter::from_fn(|| log.try_recv().ok()).collect()
}

#[gen_server]
struct Desk {
    log: Log,
    gate: Arc<Notify>,
}

impl Desk {
    fn note(&self, word: impl Into<String>) {
        let _ = self.log.send(word.into());
    }
}

#[gen_server]
impl Desk {
    #[init]
    fn new(log: Log, timeout: Option<Duration>, cx: &mut Context<Self>) -> Self {
        if let Some(timeout) = timeout {
            cx.receive_timeout(timeout);
        }
        Desk {
            log,
            gate: Arc::default(),
        }
    }

    #[cast]
    fn say(&mut self, word: &'static str) {
        self.note(word);
    }

    #[call]
    fn ask(&mut self, word: &'static str) -> &'static str {
        self.note(word);
        word
    }

    #[cast]
    fn say_and_time_out(&mut self, word: &'static str, after: Duration, cx: &mut Context<Self>) {
        self.note(word);
        cx.receive_timeout(after);
    }

    /// Sends itself a message first, if it is to.
    #[call]
    fn time_out(
        &mut self,
        after: Duration,
        to_itself: Option<&'static str>,
        cx: &mut Context<Self>,
    ) {
        if let Some(word) = to_itself {
            let _ = cx.me().say(word).try_send();
        }
        self.note("asked");
        cx.receive_timeout(after);
    }

    #[cast]
    fn end(&mut self, reason: ExitReason, cx: &mut Context<Self>) {
        self.note("end");
        cx.stop(reason);
    }

    #[cast(continue = then)]
    fn say_and_continue(&mut self, cx: &mut Context<Self>) {
        let _ = cx.me().say("to itself").try_send();
        let _ = cx.pid().send(7_u32);
        self.note("cast");
    }

    #[call(continue = then)]
    fn ask_and_continue(&mut self) -> &'static str {
        self.note("call");
        "answer"
    }

    #[info(continue = then)]
    fn on_flag(&mut self, flag: bool) {
        self.note(format!("info {flag}"));
    }

    #[handle_continue]
    fn then(&mut self) {
        self.note("continue");
    }

    #[call]
    fn ask_and_go_on(&mut self, cx: &mut Context<Self>) -> Arc<Notify> {
        cx.continue_with(DeskContinue::AtGate);
        self.gate.clone()
    }

    #[handle_continue]
    async fn at_gate(&mut self) {
        self.gate.notified().await;
        self.note("through the gate");
    }

    #[cast]
    fn countdown(&mut self, from: u32, cx: &mut Context<Self>) {
        self.note("countdown");
        let _ = cx.me().say("after the countdown").try_send();
        cx.continue_with(DeskContinue::Count { n: from });
    }

    #[handle_continue]
    fn count(&mut self, n: u32, cx: &mut Context<Self>) {
        self.note(n.to_string());
        match n {
            0 => {}
            // Several steps at once.
            4 => {
                cx.continue_with(DeskContinue::Then);
                cx.continue_with(DeskContinue::Count { n: 3 });
            }
            _ => cx.continue_with(DeskContinue::Count { n: n - 1 }),
        }
    }

    #[cast(continue = stop_then)]
    fn continue_and_end(&mut self, cx: &mut Context<Self>) {
        self.note("cast");
        let _ = cx.me().say("never").try_send();
    }

    #[handle_continue]
    fn stop_then(&mut self, cx: &mut Context<Self>) {
        self.note("stop");
        cx.stop(ExitReason::shutdown_with("in a continue"));
    }

    #[info]
    fn on_number(&mut self, n: u32) {
        self.note(format!("number {n}"));
    }

    #[info]
    fn on_timeout(&mut self, _timeout: Timeout) {
        self.note("timeout");
    }

    #[info]
    fn on_item(&mut self, item: char) {
        self.note(item);
    }

    #[info]
    fn on_end(&mut self, _end: StreamEnd) {
        self.note("stream end");
    }

    #[call]
    fn attach(&mut self, items: &'static str, cx: &mut Context<Self>) {
        cx.attach(futures::stream::iter(items.chars()));
        self.note("attached");
    }

    #[call]
    fn set_timers(&mut self, cx: &mut Context<Self>) {
        self.note("timers");
        cx.send_after(SECOND, 1_u32);
        cx.send_interval(SECOND * 2, 2_u32);
        let cancelled = cx.send_after(SECOND, 3_u32);
        assert_eq!(cancelled.cancel(), Some(SECOND));
    }

    #[terminate]
    fn bye(&mut self, reason: &ExitReason) {
        self.note(format!("terminate {reason}"));
    }
}

#[tokio::test]
async fn gs_042_a_cast_to_a_server_that_has_ended_is_no_error() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    desk.stop().await.unwrap();
    assert_eq!(desk.say("a").await, Ok(()));
    assert_eq!(desk.say("b").try_send(), Ok(()));
    assert_eq!(desk.send(1_u32), Ok(()));
    assert_eq!(desk.pid().send(1_u32), Ok(()));
    assert_eq!(desk.recipient::<u32>().send(1), Ok(()));
    assert_eq!(words(&mut seen), ["terminate normal"]);
}

#[tokio::test]
async fn gs_042_a_cast_does_not_wait_for_the_handler() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    let gate = desk.ask_and_go_on().await.unwrap();
    let mut cast = Box::pin(async { desk.say("a").await });
    assert!(poll!(&mut cast).is_ready());
    gate.notify_one();
    desk.ask("b").await.unwrap();
    assert_eq!(words(&mut seen), ["through the gate", "a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn gs_043_a_cast_may_go_on_set_a_timeout_continue_or_stop() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    let end = desk.monitor();
    desk.say("on").await.unwrap();
    desk.say_and_time_out("timed", SECOND).await.unwrap();
    tokio::time::sleep(SECOND * 2).await;
    desk.countdown(1).await.unwrap();
    tokio::time::sleep(SECOND).await;
    desk.end(ExitReason::shutdown_with("cast")).await.unwrap();
    assert_eq!(end.await.reason, ExitReason::shutdown_with("cast"));
    let expected = [
        "on",
        "timed",
        "timeout",
        "countdown",
        "1",
        "0",
        "after the countdown",
        "end",
        "terminate shutdown: cast",
    ];
    assert_eq!(words(&mut seen), expected);
}

#[tokio::test]
async fn gs_044_plain_messages_reach_their_handler_and_others_are_dropped() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    desk.pid().send(1_u32).unwrap();
    desk.send(true).unwrap();
    desk.recipient().send(2_u32).unwrap();
    desk.pid().send("no handler for text").unwrap();
    assert_eq!(desk.ask("on").await, Ok("on"));
    assert_eq!(
        words(&mut seen),
        ["number 1", "info true", "continue", "number 2", "on"]
    );
}

#[tokio::test(start_paused = true)]
async fn gs_045_a_receive_timeout_comes_once_and_only_if_no_message_comes() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, Some(SECOND)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(999)).await;
    assert_eq!(words(&mut seen), [""; 0]);
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert_eq!(words(&mut seen), ["timeout"], "asked for by init");
    tokio::time::sleep(SECOND * 10).await;
    assert_eq!(words(&mut seen), [""; 0], "once");

    desk.time_out(SECOND, None).await.unwrap();
    tokio::time::sleep(SECOND / 2).await;
    desk.say("cancels").await.unwrap();
    tokio::time::sleep(SECOND * 10).await;
    assert_eq!(words(&mut seen), ["asked", "cancels"]);

    desk.time_out(SECOND, None).await.unwrap();
    tokio::time::sleep(SECOND / 2).await;
    desk.ask("cancels").await.unwrap();
    tokio::time::sleep(SECOND * 10).await;
    assert_eq!(
        words(&mut seen),
        ["asked", "cancels"],
        "a call is a message"
    );

    desk.time_out(SECOND, None).await.unwrap();
    tokio::time::sleep(SECOND / 2).await;
    desk.time_out(SECOND, None).await.unwrap();
    tokio::time::sleep(SECOND * 3 / 4).await;
    assert_eq!(
        words(&mut seen),
        ["asked", "asked"],
        "asked for anew: a new time"
    );
    tokio::time::sleep(SECOND / 2).await;
    assert_eq!(words(&mut seen), ["timeout"]);
}

#[tokio::test(start_paused = true)]
async fn gs_046_a_timeout_of_zero_yields_to_a_message_that_waits() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    desk.time_out(Duration::ZERO, Some("to itself"))
        .await
        .unwrap();
    desk.ask("on").await.unwrap();
    tokio::time::sleep(SECOND).await;
    assert_eq!(words(&mut seen), ["asked", "to itself", "on"]);

    desk.time_out(Duration::ZERO, None).await.unwrap();
    let asked = Instant::now();
    assert_eq!(seen.recv().await.unwrap(), "asked");
    assert_eq!(seen.recv().await.unwrap(), "timeout");
    assert!(asked.elapsed() < SECOND / 10, "at once");
}

#[tokio::test]
async fn gs_047_a_continue_runs_before_any_message_even_those_to_itself() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    for suspended in [false, true] {
        if suspended {
            desk.sys().suspend().await.unwrap();
        }
        let cast = desk.say_and_continue().try_send();
        let say = desk.say("queued").try_send();
        assert_eq!((cast, say), (Ok(()), Ok(())));
        desk.sys().resume().await.unwrap();
        let mut all = Vec::new();
        while all.len() < 5 {
            all.push(seen.recv().await.unwrap());
        }
        assert_eq!(all, ["cast", "continue", "queued", "to itself", "number 7"]);
    }
    // Not queued, if the server is idle and quick.
    desk.say_and_continue().await.unwrap();
    let mut all = Vec::new();
    while all.len() < 4 {
        all.push(seen.recv().await.unwrap());
    }
    assert_eq!(all, ["cast", "continue", "to itself", "number 7"]);
}

#[tokio::test]
async fn gs_049_a_continue_may_ask_for_others_which_run_next() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    desk.countdown(5).await.unwrap();
    let mut all = Vec::new();
    while all.len() < 9 {
        all.push(seen.recv().await.unwrap());
    }
    let expected = [
        "countdown",
        "5",
        "4",
        "continue",
        "3",
        "2",
        "1",
        "0",
        "after the countdown",
    ];
    assert_eq!(all, expected);
}

#[tokio::test]
async fn gs_049_a_continue_may_stop_the_server() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    let end = desk.monitor();
    desk.continue_and_end().await.unwrap();
    assert_eq!(end.await.reason, ExitReason::shutdown_with("in a continue"));
    assert_eq!(
        words(&mut seen),
        ["cast", "stop", "terminate shutdown: in a continue"]
    );
}

#[tokio::test]
async fn gs_050_the_caller_has_its_answer_before_the_continue_runs() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    // The continue cannot end before the caller has what opens the gate.
    let gate = desk.ask_and_go_on().await.unwrap();
    assert_eq!(words(&mut seen), [""; 0]);
    gate.notify_one();
    assert_eq!(desk.ask("on").await, Ok("on"));
    assert_eq!(words(&mut seen), ["through the gate", "on"]);
    assert_eq!(desk.ask_and_continue().await, Ok("answer"));
    assert_eq!(desk.ask("on").await, Ok("on"));
    assert_eq!(words(&mut seen), ["call", "continue", "on"]);
    let queued = desk.ask_and_go_on().send_request();
    let next = desk.ask("on").send_request();
    queued.await.unwrap().notify_one();
    assert_eq!(next.await, Ok("on"));
    assert_eq!(words(&mut seen), ["through the gate", "on"]);
}

#[tokio::test(start_paused = true)]
async fn timers_of_a_server_come_as_messages_and_end_with_it() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    desk.set_timers().await.unwrap();
    tokio::time::sleep(SECOND * 4 + SECOND / 2).await;
    assert_eq!(
        words(&mut seen),
        ["timers", "number 1", "number 2", "number 2"]
    );
    desk.stop().await.unwrap();
    tokio::time::sleep(SECOND * 10).await;
    assert_eq!(words(&mut seen), ["terminate normal"]);
}

#[tokio::test]
async fn a_stream_comes_as_messages_in_order_and_then_its_end() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let desk = Desk::start(log, None).await.unwrap();
    desk.attach("abc").await.unwrap();
    let mut all = Vec::new();
    while all.len() < 5 {
        all.push(seen.recv().await.unwrap());
    }
    assert_eq!(all, ["attached", "a", "b", "c", "stream end"]);
    assert!(desk.is_alive());
}

#[gen_server]
struct Clock {
    log: Log,
    ticks: u32,
}

#[gen_server]
impl Clock {
    #[init]
    fn new(log: Log) -> Self {
        Clock { log, ticks: 0 }
    }

    #[every(2s)]
    fn tick(&mut self) {
        self.ticks += 1;
        let _ = self.log.send(format!("tick {}", self.ticks));
    }

    #[after(3s)]
    fn warm(&mut self) {
        let _ = self.log.send("warm".to_owned());
    }
}

#[tokio::test(start_paused = true)]
async fn every_and_after_run_by_the_clock() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let clock = Clock::start(log).await.unwrap();
    tokio::time::sleep(SECOND * 6 + SECOND / 2).await;
    assert_eq!(words(&mut seen), ["tick 1", "warm", "tick 2", "tick 3"]);
    clock.stop().await.unwrap();
    tokio::time::sleep(SECOND * 10).await;
    assert_eq!(words(&mut seen), [""; 0]);
}
