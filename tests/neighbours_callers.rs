//! Bad neighbours: callers that give up at any point, floods, and many threads that block.

mod neighbours;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::poll;
use otp::prelude::*;
use otp::test::run_until_idle;
use tokio::task::yield_now;

use neighbours::{multi_thread, on_both};

/// Notes what it has begun and what it has finished.
#[gen_server(mailbox = 2)]
struct Desk {
    begun: u64,
    finished: u64,
    parked: Vec<ReplyTo<u64>>,
}

#[gen_server]
impl Desk {
    #[init]
    async fn new(turns: u32) -> Self {
        for _ in 0..turns {
            yield_now().await;
        }
        Desk {
            begun: 0,
            finished: 0,
            parked: Vec::new(),
        }
    }

    #[call]
    async fn work(&mut self, turns: u32) -> u64 {
        self.begun += 1;
        for _ in 0..turns {
            yield_now().await;
        }
        self.finished += 1;
        self.finished
    }

    #[call]
    fn later(&mut self, reply: ReplyTo<u64>) {
        self.begun += 1;
        self.parked.push(reply);
    }

    #[cast]
    async fn note(&mut self, turns: u32) {
        self.begun += 1;
        for _ in 0..turns {
            yield_now().await;
        }
        self.finished += 1;
    }

    /// Begun, finished; what was parked is answered.
    #[call]
    fn settle(&mut self) -> (u64, u64) {
        for reply in self.parked.drain(..) {
            reply.send(0);
            self.finished += 1;
        }
        (self.begun, self.finished)
    }
}

/// Polls `work` so often, with a turn for all others between, and drops it. Whether it was done.
async fn give_up_after(polls: u32, work: impl Future) -> bool {
    let mut work = pin!(work);
    for _ in 0..polls {
        if poll!(&mut work).is_ready() {
            return true;
        }
        yield_now().await;
    }
    false
}

/// More polls than any of the calls needs.
const POLLS: u32 = 24;

#[tokio::test]
async fn a_caller_that_gives_up_at_any_point_leaves_the_server_whole() {
    let desk = Desk::start(0).await.unwrap();
    let mut done = 0;
    for polls in 0..POLLS {
        for full in [false, true] {
            let before = desk.settle().await.unwrap();
            // What waits before it: one that runs, two that fill the mailbox.
            let ahead: Vec<_> = (0..if full { 3 } else { 0 })
                .map(|_| desk.work(2).send_request())
                .collect();
            done += u64::from(give_up_after(polls, desk.work(3)).await);
            done += u64::from(give_up_after(polls, desk.note(3)).await);
            done += u64::from(give_up_after(polls, desk.later()).await);
            for answer in ahead {
                answer.await.unwrap();
            }
            run_until_idle().await;
            let after = desk.settle().await.unwrap();
            assert_eq!(
                after.0, after.1,
                "a handler was dropped half-way: {polls} polls"
            );
            let (ahead, handled) = (if full { 3 } else { 0 }, after.0 - before.0);
            assert!(
                (ahead..=ahead + 3).contains(&handled),
                "{polls} polls: {handled}"
            );
            assert_eq!(desk.info().mailbox_len, 0);
        }
    }
    assert!(done > 0, "some were not given up");
    desk.stop().await.unwrap();
}

#[tokio::test]
async fn a_start_that_is_given_up_at_any_point_leaves_no_process() {
    let mut done = 0;
    for polls in 0..POLLS {
        done += u32::from(give_up_after(polls, Desk::start(6)).await);
        run_until_idle().await;
        let left = otp_processes("Desk");
        assert_eq!(left, 0, "{polls} polls");
    }
    assert!(done > 0 && done < POLLS);
}

#[tokio::test]
async fn a_stop_that_is_given_up_after_its_first_poll_stops_all_the_same() {
    for polls in 1..POLLS {
        let desk = Desk::start(0).await.unwrap();
        let running = desk.work(5).send_request();
        give_up_after(polls, desk.stop()).await;
        run_until_idle().await;
        assert!(!desk.is_alive(), "{polls} polls");
        drop(running);
    }
}

#[tokio::test]
async fn a_start_of_a_child_that_is_given_up_starts_it_or_does_not() {
    supervisor! {
        Desks() {
            strategy: one_for_one,
            intensity: 3 per 5s,
            all: dynamic<Desk> { intensity: 3 per 5s },
        }
    }
    let desks = Desks::start().await.unwrap();
    for polls in 0..POLLS {
        give_up_after(polls, desks.all().start_child(4)).await;
        run_until_idle().await;
        let count = desks.all().count_children().await.unwrap();
        assert_eq!(count.active, count.specs, "{polls} polls");
        assert_eq!(count.active, otp_processes("Desk"));
    }
    assert!(otp_processes("Desk") > 0);
    desks.stop().await.unwrap();
    assert_eq!(otp_processes("Desk"), 0);
}

/// Processes of a type on this runtime.
fn otp_processes(type_name: &str) -> usize {
    let all = otp::test::processes_here();
    all.iter()
        .filter(|info| info.type_name == type_name)
        .count()
}

#[gen_server(mailbox = 16)]
struct Sink {
    count: u64,
}

#[gen_server]
impl Sink {
    #[init]
    fn new() -> Self {
        Sink { count: 0 }
    }

    #[cast]
    async fn drop_in(&mut self) {
        self.count += 1;
        yield_now().await;
    }

    #[call]
    fn count(&mut self) -> u64 {
        self.count
    }
}

#[test]
fn a_flood_is_held_back_by_the_mailbox_and_loses_nothing() {
    on_both(|| async {
        let sink = Sink::start().await.unwrap();
        let mut floods = Vec::new();
        for _ in 0..8 {
            let sink = sink.clone();
            floods.push(tokio::spawn(async move {
                for _ in 0..2000 {
                    sink.drop_in().await.unwrap();
                    assert!(sink.info().mailbox_len <= 16);
                }
            }));
        }
        for flood in floods {
            flood.await.unwrap();
        }
        assert_eq!(sink.count().await, Ok(16_000));
    });
}

#[test]
fn a_flood_holds_up_neither_a_stop_nor_other_servers() {
    on_both(|| async {
        let (sink, other) = (Sink::start().await.unwrap(), Sink::start().await.unwrap());
        let sent = Arc::new(AtomicU64::new(0));
        let mut floods = Vec::new();
        for _ in 0..8 {
            let (sink, sent) = (sink.clone(), sent.clone());
            floods.push(tokio::spawn(async move {
                while sink.is_alive() {
                    sink.drop_in().await.unwrap();
                    sent.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        while sent.load(Ordering::Relaxed) < 1000 {
            assert_eq!(other.count().await, Ok(0));
            yield_now().await;
        }
        // It does not wait its turn behind what waits, or comes.
        sink.stop().await.unwrap();
        for flood in floods {
            flood.await.unwrap();
        }
        assert_eq!(other.count().await, Ok(0));
    });
}

#[test]
fn many_threads_that_block_are_all_answered() {
    let home = multi_thread(2);
    let sink = home.block_on(async { Sink::start().await.unwrap() });
    let threads: Vec<_> = (0..32)
        .map(|_| {
            let sink = sink.clone();
            std::thread::spawn(move || {
                for _ in 0..100 {
                    sink.drop_in().blocking().unwrap();
                    sink.count().timeout(Duration::MAX).blocking().unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(sink.count().blocking(), Ok(3200));
}
