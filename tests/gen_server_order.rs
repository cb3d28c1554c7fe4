//! The order in which things are handled, and what it costs. Conformance GS-028, GS-029, GS-048.

use std::time::{Duration, Instant};

use otp::prelude::*;
use otp::spawn_monitor;
use tokio::sync::mpsc;

#[gen_server]
struct Desk {
    log: Vec<u32>,
}

#[gen_server]
impl Desk {
    #[init]
    fn new() -> Self {
        Desk { log: Vec::new() }
    }

    #[call]
    fn note(&mut self, n: u32) -> u32 {
        self.log.push(n);
        n
    }

    #[cast]
    fn cast_note(&mut self, n: u32) {
        self.log.push(n);
    }

    #[info]
    fn on_note(&mut self, n: u32) {
        self.log.push(n);
    }

    #[call]
    fn log(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.log)
    }
}

#[tokio::test]
async fn gs_028_calls_casts_and_plain_messages_of_one_sender_are_handled_in_order() {
    let desk = Desk::start().await.unwrap();
    for suspended in [false, true] {
        if suspended {
            desk.sys().suspend().await.unwrap();
        }
        for n in (0..100).step_by(5) {
            desk.cast_note(n).await.unwrap();
            desk.cast_note(n + 1).try_send().unwrap();
            desk.pid().send(n + 2).unwrap();
            let call = desk.note(n + 3).send_request();
            desk.send(n + 4).unwrap();
            if !suspended {
                call.await.unwrap();
            }
        }
        desk.sys().resume().await.unwrap();
        assert_eq!(desk.log().await, Ok((0..100).collect()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_028_each_of_many_senders_has_its_messages_handled_in_order() {
    let desk = Desk::start().await.unwrap();
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..4_u32 {
        let desk = desk.clone();
        senders.spawn(async move {
            let of = |n: u32| sender << 16 | n;
            for n in (0..2000).step_by(4) {
                desk.cast_note(of(n)).await.unwrap();
                desk.note(of(n + 1)).await.unwrap();
                while desk.pid().send(of(n + 2)).is_err() {
                    tokio::task::yield_now().await;
                }
                desk.note(of(n + 3)).send_request().await.unwrap();
            }
        });
    }
    senders.join_all().await;
    let log = desk.log().await.unwrap();
    for sender in 0..4 {
        let own: Vec<u32> = log
            .iter()
            .filter(|n| *n >> 16 == sender)
            .map(|n| n & 0xffff)
            .collect();
        assert_eq!(own, (0..2000).collect::<Vec<u32>>());
    }
}

#[tokio::test]
async fn gs_029_a_call_does_not_cost_more_with_a_long_mailbox_of_the_caller() {
    let (pid, end) = spawn_monitor(|mut me| async move {
        let desk = Desk::start().await.unwrap();
        let time = async || {
            let mut best = Duration::MAX;
            for _ in 0..5 {
                let began = Instant::now();
                for n in 0..200 {
                    desk.note(n).await.unwrap();
                    desk.note(n).send_request().await.unwrap();
                }
                best = best.min(began.elapsed());
                desk.log().await.unwrap();
            }
            best
        };
        let empty = time().await;
        for n in 0..200_000_u64 {
            me.pid().send(n).unwrap();
        }
        let full = time().await;
        assert_eq!(me.try_receive::<u64>(), Some(0));
        // A call that looked through the mailbox would take hundreds of times as long.
        assert!(
            full < empty * 20 + Duration::from_millis(20),
            "{full:?} after {empty:?}"
        );
    });
    assert_eq!(end.await.reason, ExitReason::Normal);
    assert!(!pid.is_alive());
}

#[gen_server]
struct Loader {
    log: mpsc::UnboundedSender<&'static str>,
}

#[gen_server]
impl Loader {
    #[init(continue = load)]
    fn new(log: mpsc::UnboundedSender<&'static str>) -> Self {
        let _ = log.send("init");
        Loader { log }
    }

    #[handle_continue]
    async fn load(&mut self) {
        tokio::task::yield_now().await;
        let _ = self.log.send("loaded");
    }

    #[cast]
    fn note(&mut self, word: &'static str) {
        let _ = self.log.send(word);
        self.log.is_closed();
    }
}

#[tokio::test]
async fn gs_048_a_continue_of_init_runs_after_start_and_before_the_first_message() {
    let (log, mut words) = mpsc::unbounded_channel();
    let loader = Loader::start(log.clone()).await.unwrap();
    log.send("started").unwrap();
    loader.note("message").await.unwrap();
    for word in ["init", "started", "loaded", "message"] {
        assert_eq!(words.recv().await, Some(word));
    }
}
