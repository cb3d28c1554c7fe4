//! Dynamic supervisors: how all children end together.

mod traced;

#[path = "dynamic/worker.rs"]
mod worker;

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use otp::prelude::*;
use otp::{ChildTerms, DynamicFlags, DynamicSupervisor, Intensity, Restart, Shutdown};
use tokio::time::Instant;
use worker::{Bye, Log, Worker, flags, job, killing, permanent, settle, workers};

const SECOND: Duration = Duration::from_secs(1);

/// The lines about ends that were not asked for, of one supervisor.
fn shutdown_errors(supervisor: &str) -> Vec<String> {
    let supervisor = format!("supervisor=\"{supervisor}\"");
    traced::lines_with(&[&supervisor, "shutdown_error"])
}

/// Stops it; how long that took.
async fn stop(workers: &worker::Workers) -> Duration {
    let began = Instant::now();
    let end = workers.monitor();
    workers.stop_with(ExitReason::Shutdown).await.unwrap();
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    began.elapsed()
}

// DYN-026, DYN-027, DYN-029, SUP-089
#[tokio::test(start_paused = true)]
async fn all_are_stopped_at_once_each_in_its_own_way() {
    let log = Log::default();
    let workers = permanent().await;
    let cases = [
        ("quick", Bye::Quick, Shutdown::After(SECOND)),
        ("slow", Bye::After(3 * SECOND), Shutdown::After(4 * SECOND)),
        ("late", Bye::Never, Shutdown::After(2 * SECOND)),
        ("later", Bye::Never, Shutdown::After(7 * SECOND)),
        ("killed", Bye::Quick, Shutdown::BrutalKill),
        ("patient", Bye::After(9 * SECOND), Shutdown::Infinity),
    ];
    let mut ends = Vec::new();
    for (name, bye, shutdown) in cases {
        let terms = ChildTerms::new().shutdown(shutdown);
        let child = workers.start_child_with(job(name).bye(bye).log(&log), terms);
        let child = child.await.unwrap();
        let end = child.monitor();
        ends.push(tokio::spawn(async move {
            let down = end.await;
            (name, down.reason, Instant::now())
        }));
    }
    settle().await;
    let began = Instant::now();
    let took = stop(&workers).await;
    assert!(took >= 9 * SECOND && took < 10 * SECOND, "{took:?}");
    let expected = [
        ("quick", ExitReason::Shutdown, 0),
        ("slow", ExitReason::Shutdown, 3),
        ("late", ExitReason::Killed, 2),
        ("later", ExitReason::Killed, 7),
        ("killed", ExitReason::Killed, 0),
        ("patient", ExitReason::Shutdown, 9),
    ];
    for (end, (name, reason, seconds)) in ends.into_iter().zip(expected) {
        let end = end.await.unwrap();
        assert_eq!((end.0, end.1), (name, reason));
        assert_eq!((end.2 - began).as_secs(), seconds, "{name}");
    }
    let log: Vec<_> = log.lock().unwrap().iter().map(|note| note.0).collect();
    assert_eq!(log, ["quick", "slow", "patient"]);
}

// SUP-089
#[tokio::test(start_paused = true)]
async fn the_time_of_many_is_the_time_of_one() {
    let workers = workers(flags().shutdown(Shutdown::After(2 * SECOND))).await;
    for at in 0..1000 {
        let bye = if at % 2 == 0 {
            Bye::Never
        } else {
            Bye::After(SECOND)
        };
        workers.start_child(job("a").bye(bye)).await.unwrap();
    }
    let took = stop(&workers).await;
    assert!(took >= 2 * SECOND && took < 3 * SECOND, "{took:?}");
}

// SUP-090
#[tokio::test(start_paused = true)]
async fn all_are_killed_at_once() {
    let log = Log::default();
    let workers = killing().await;
    let mut ends = Vec::new();
    for _ in 0..1000 {
        let child = workers.start_child(job("a").bye(Bye::Never).log(&log));
        ends.push(child.await.unwrap().monitor());
    }
    let took = stop(&workers).await;
    assert!(took < SECOND, "{took:?}");
    for end in ends {
        assert_eq!(end.await.reason, ExitReason::Killed);
    }
    assert!(log.lock().unwrap().is_empty());
}

// DYN-028, DYN-029, SUP-091
#[tokio::test(start_paused = true)]
async fn other_ends_are_told_once_for_each_reason() {
    traced::listen(tracing::Level::INFO);
    let flags = flags().shutdown(Shutdown::After(SECOND));
    let start = DynamicSupervisor::<Worker>::start("told", flags);
    let workers = start.await.unwrap();
    for at in 0..30 {
        let bye = match at % 3 {
            0 => Bye::Panic,
            1 => Bye::Never,
            _ => Bye::Quick,
        };
        workers.start_child(job("a").bye(bye)).await.unwrap();
    }
    stop(&workers).await;
    let lines = shutdown_errors("told");
    assert_eq!(lines.len(), 2, "{lines:?}");
    let one = |word: &str| lines.iter().find(|line| line.contains(word)).unwrap();
    assert!(one("bye on purpose").contains("children=10"), "{lines:?}");
    assert!(one("killed").contains("children=10"), "{lines:?}");
}

// DYN-028
#[tokio::test(start_paused = true)]
async fn an_end_of_its_own_is_told_of_a_permanent_child_only() {
    traced::listen(tracing::Level::INFO);
    for (name, restart, told) in [
        ("stays", Restart::Permanent, 1),
        ("goes", Restart::Transient, 0),
    ] {
        let flags = DynamicFlags::new(Intensity::NEVER).restart(restart);
        let start = DynamicSupervisor::<Worker>::start(name, flags);
        let workers = start.await.unwrap();
        let child = workers.start_child(job("a")).await.unwrap();
        let end = child.monitor();
        child.end_slowly(ExitReason::Normal).await.unwrap();
        settle().await;
        stop(&workers).await;
        assert_eq!(end.await.reason, ExitReason::Normal);
        assert_eq!(shutdown_errors(name).len(), told, "{name}");
    }
}

// DYN-026: a child that is in the middle of something is asked after it, and holds up no other.
#[tokio::test(start_paused = true)]
async fn one_that_is_busy_holds_up_nobody() {
    let log = Log::default();
    let workers = permanent().await;
    let busy = workers.start_child(job("busy").log(&log)).await.unwrap();
    for _ in 0..10 {
        workers.start_child(job("idle").log(&log)).await.unwrap();
    }
    busy.end_slowly(ExitReason::Shutdown).await.unwrap();
    settle().await;
    let took = stop(&workers).await;
    assert!(took < SECOND, "{took:?}");
    let log = log.lock().unwrap();
    assert!(log[..10].iter().all(|note| note.0 == "idle"), "{log:?}");
    assert_eq!(log[10].0, "busy");
}

#[tokio::test(start_paused = true)]
async fn a_stop_tells_the_refs_of_children() {
    let workers = permanent().await;
    let child = workers.start_child(job("a")).await.unwrap();
    stop(&workers).await;
    assert_eq!(
        child.add(1).await,
        Err(CallError::Down(ExitReason::Shutdown))
    );
}

#[tokio::test(start_paused = true)]
async fn children_of_one_that_is_killed_are_killed() {
    let workers = permanent().await;
    let mut ends = Vec::new();
    for _ in 0..10 {
        // Held by nobody else: they must not end for want of a handle.
        let child = workers.start_child(job("a")).await.unwrap();
        ends.push(child.monitor());
    }
    workers.exit(ExitReason::Kill);
    for end in ends {
        assert_eq!(end.await.reason, ExitReason::Killed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_child_that_asks_its_supervisor_while_it_ends_is_refused() {
    #[gen_server]
    struct Asker {
        above: Arc<OnceLock<otp::DynamicRef<Asker, ()>>>,
        answer: Arc<Mutex<Option<CallError>>>,
    }

    #[gen_server]
    impl Asker {
        #[init]
        fn new(
            above: Arc<OnceLock<otp::DynamicRef<Asker, ()>>>,
            answer: Arc<Mutex<Option<CallError>>>,
        ) -> Self {
            Asker { above, answer }
        }

        #[call]
        fn asked(&mut self) -> bool {
            self.answer.lock().unwrap().is_some()
        }

        #[terminate]
        async fn bye(&mut self) {
            if let Some(above) = self.above.get() {
                *self.answer.lock().unwrap() = above.count_children().await.err();
            }
        }
    }

    let above = Arc::new(OnceLock::new());
    let answer = Arc::new(Mutex::new(None));
    let given = (Arc::clone(&above), Arc::clone(&answer));
    let flags = flags().shutdown(Shutdown::Infinity);
    let start = DynamicSupervisor::<Asker, ()>::start_with("asked", flags, move |()| {
        Asker::start(Arc::clone(&given.0), Arc::clone(&given.1))
    });
    let askers = start.await.unwrap();
    let child = askers.start_child(());
    assert_eq!(child.await.unwrap().asked().await, Ok(false));
    let _ = above.set(askers.clone());
    askers.stop().await.unwrap();
    let answer = answer.lock().unwrap().clone();
    assert!(
        matches!(answer, Some(CallError::Deadlock(_) | CallError::Down(_))),
        "{answer:?}"
    );
}

// SUP-093, DYN-031
#[test]
fn the_cost_of_a_child_does_not_depend_on_their_number() {
    /// A round of starts, ends and stops of `count` children.
    async fn round(count: u32) -> Duration {
        let flags = DynamicFlags::new(Intensity::NEVER).restart(Restart::Temporary);
        let workers = workers(flags).await;
        let given = job("a");
        let began = std::time::Instant::now();
        let mut children = Vec::new();
        for _ in 0..count {
            children.push(workers.start_child(given.clone()).await.unwrap());
        }
        for child in &children[..count as usize / 3] {
            child.end(ExitReason::Normal).await.unwrap();
        }
        for child in &children[count as usize / 3..count as usize * 2 / 3] {
            workers.terminate_child(child.pid()).await.unwrap();
        }
        let left = workers.count_children().await.unwrap().active;
        assert!(left >= count as usize / 3);
        workers.stop().await.unwrap();
        began.elapsed()
    }
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        round(1000).await;
        let few = round(2000).await;
        let many = round(40_000).await;
        // Twenty times as many: a list that is gone through for each would make it four hundred.
        assert!(many < few * 100, "{few:?} {many:?}");
    });
}

/// Both ways to stop a child leave it tied to its supervisor until it has ended.
#[tokio::test(start_paused = true)]
async fn a_supervisor_that_is_killed_takes_a_child_with_it_that_it_is_stopping() {
    for all in [false, true] {
        let workers = permanent().await;
        let stubborn = job("stubborn").bye(Bye::Never);
        let forever = ChildTerms::new().shutdown(Shutdown::Infinity);
        let child = workers.start_child_with(stubborn, forever).await.unwrap();
        let end = child.monitor();
        let (asked, pid) = (workers.clone(), child.pid());
        tokio::spawn(async move {
            if all {
                let _ = asked.stop().await;
            } else {
                let _ = asked.terminate_child(pid).await;
            }
        });
        settle().await;
        assert!(child.is_alive());
        workers.exit(ExitReason::Kill);
        let reason = tokio::time::timeout(SECOND, end).await.unwrap().reason;
        assert_eq!(reason, ExitReason::Killed, "stopping all: {all}");
    }
}
