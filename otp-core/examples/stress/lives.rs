//! One server's life: clients of all kinds around it, and an end that the dice choose.

use std::time::Duration;

use otp_core::{CallError, Down, Exit, ExitReason, Pid, ServerRef, Start};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::client::{Dice, Known, call, client, client_outside};
use super::tally::{CALLS, LIVES, MONITORS, TIES, Token, in_time, wrong};
use super::worker::{ADD, BOOKS, PANIC, Worker};

/// A server from its start to its end.
pub async fn life(seed: u64) {
    let mut dice = Dice::new(seed);
    let started = in_time("a start", Start::<Worker>::new(dice.roll(3) == 0)).await;
    let Some(Ok(worker)) = started else {
        return wrong("a server did not start");
    };
    LIVES.begin();
    let monitors: Vec<_> = (0..3)
        .map(|_| {
            MONITORS.begin();
            worker.monitor()
        })
        .collect();
    let tied = tie(worker.pid());
    let mut clients = JoinSet::new();
    for n in 0..4 {
        clients.spawn(client(worker.clone(), seed.wrapping_mul(5) + n, 40));
    }
    let outside = worker.clone();
    clients.spawn_blocking(move || client_outside(&outside, 20));
    for _ in 0..dice.roll(30) {
        tokio::task::yield_now().await;
    }
    let expected = match dice.roll(6) {
        0 => {
            let killed = worker.clone();
            std::thread::spawn(move || killed.exit(ExitReason::Kill));
            drop(worker);
            Expected::One(ExitReason::Killed)
        }
        1 => {
            let stopped = in_time("a stop", worker.stop_with(ExitReason::Shutdown)).await;
            if stopped.is_some_and(|stopped| stopped.is_err()) {
                wrong("a stop was refused");
            }
            Expected::One(ExitReason::Shutdown)
        }
        2 => {
            let _ = in_time("the last cast", worker.cast(&PANIC, ())).await;
            drop(worker);
            Expected::Panic
        }
        3 => {
            // Two at once: the end is that of one of them.
            let other = worker.clone();
            let stop = tokio::spawn(async move { other.stop_with(ExitReason::Shutdown).await });
            worker.exit(ExitReason::Kill);
            drop(worker);
            let _ = in_time("a stop beside a kill", stop).await;
            Expected::Either(ExitReason::Shutdown, ExitReason::Killed)
        }
        4 => {
            let known = gather(&mut clients).await;
            check_books(&worker, known).await;
            drop(worker);
            Expected::One(ExitReason::Normal)
        }
        _ => {
            drop(worker);
            Expected::One(ExitReason::Normal)
        }
    };
    gather(&mut clients).await;
    for monitor in monitors {
        if let Some(down) = in_time("a monitor", monitor).await {
            MONITORS.end();
            expected.check(&down.reason);
        }
    }
    match in_time("a process that was tied", tied).await {
        // It may have come too late to see how.
        Some(Ok(down)) if down.reason != ExitReason::NoProc => expected.check(&down.reason),
        Some(Ok(_)) | None => {}
        Some(Err(_)) => wrong("a process that was tied is gone"),
    }
    LIVES.end();
}

enum Expected {
    One(ExitReason),
    Either(ExitReason, ExitReason),
    Panic,
}

impl Expected {
    fn check(&self, reason: &ExitReason) {
        let fits = match self {
            Self::One(expected) => reason == expected,
            Self::Either(first, second) => reason == first || reason == second,
            Self::Panic => matches!(reason, ExitReason::Panic { .. }),
        };
        if !fits {
            wrong(&format!("ended with {reason}"));
        }
    }
}

/// A process that is linked with `other` and monitors it; it ends when it has learned of the end by both,
/// and that by each once.
fn tie(other: Pid) -> oneshot::Receiver<Down> {
    let (sender, receiver) = oneshot::channel();
    TIES.begin();
    TIES.begin();
    otp_core::spawn(move |mut me| async move {
        me.trap_exit(true);
        me.monitor(other);
        me.link(other);
        let exit: Exit = me.receive().await;
        TIES.end();
        let down: Down = me.receive().await;
        TIES.end();
        if exit.pid != other || down.pid != other {
            wrong("a signal of a stranger");
        }
        tokio::task::yield_now().await;
        if me.try_receive::<Exit>().is_some() || me.try_receive::<Down>().is_some() {
            wrong("a signal came twice");
        }
        let _ = sender.send(down);
    });
    receiver
}

async fn gather(clients: &mut JoinSet<Known>) -> Known {
    let mut all = Known::default();
    while let Some(Some(client)) = in_time("a client", clients.join_next()).await {
        match client {
            Ok(known) => {
                all.surely += known.surely;
                all.maybe += known.maybe;
            }
            Err(error) => wrong(&format!("a client failed: {error}")),
        }
    }
    all
}

/// Of a server that has lived through it all: what its clients know is what it has done.
async fn check_books(worker: &ServerRef<Worker>, known: Known) {
    // Timers of up to 2 ms.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let Some(Ok(books)) = call(worker.call(&BOOKS, ())).await else {
        return wrong("a server that nobody ended is gone");
    };
    if books.handled < known.surely || books.handled > known.surely + known.maybe {
        wrong(&format!(
            "{} handled, of {} and {} more at the most",
            books.handled, known.surely, known.maybe
        ));
    }
    if books.fired + books.cancelled > books.set {
        wrong(&format!("timers went off twice: {books:?}"));
    }
}

/// Servers whose runtime goes while they are called from outside: every call ends.
pub fn runtime_that_goes(seed: u64) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .expect("a runtime");
    let workers: Vec<_> = runtime.block_on(async {
        let mut workers = Vec::new();
        for _ in 0..4 {
            workers.extend(Start::<Worker>::new(false).await);
        }
        workers
    });
    let callers: Vec<_> = workers
        .into_iter()
        .map(|worker| {
            std::thread::spawn(move || {
                for _ in 0..200 {
                    CALLS.begin();
                    let answer = worker.call(&ADD, Token::new(1)).blocking();
                    CALLS.end();
                    match answer {
                        Ok(_) | Err(CallError::Down(_)) => {}
                        Err(other) => wrong(&format!("its runtime gone, a call ends with {other}")),
                    }
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_micros(Dice::new(seed).roll(3000)));
    runtime.shutdown_background();
    for caller in callers {
        if caller.join().is_err() {
            wrong("a caller panicked");
        }
    }
}
