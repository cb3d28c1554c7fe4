//! A tree under fire: children are killed, stopped in place, begun again, and given up with their
//! supervisor, while others call them by refs that stay.

use std::time::{Duration, Instant};

use otp_core::{
    ChildSpec, ExitReason, Flags, Intensity, ServerRef, Start, Strategy, Supervisor, SupervisorRef,
};

use super::client::{Dice, call, client};
use super::tally::{RESTARTS, Token, in_time, wrong};
use super::worker::{ADD, Worker};

const CHILDREN: [&str; 4] = ["a", "b", "c", "d"];

/// Trees, one after another, until `end`.
pub async fn trees(seed: u64, end: Instant) {
    let mut dice = Dice::new(seed);
    while Instant::now() < end {
        let strategy = [
            Strategy::OneForOne,
            Strategy::OneForAll,
            Strategy::RestForOne,
        ][usize::try_from(dice.roll(3)).expect("below 3")];
        let flags = Flags::new(strategy, Intensity::NEVER);
        let start = Supervisor::start("Stress", flags, |children| {
            let workers: Vec<ServerRef<Worker>> = CHILDREN
                .map(|id| children.add(ChildSpec::new(id, || Start::<Worker>::new(false))))
                .into();
            (children.supervisor(), workers)
        });
        let Some(Ok((supervisor, workers))) = in_time("a tree's start", start).await else {
            return wrong("a tree did not start");
        };
        let mut clients = tokio::task::JoinSet::new();
        for worker in &workers {
            for _ in 0..2 {
                clients.spawn(client(worker.clone(), dice.roll(u64::MAX), 200));
            }
        }
        for _ in 0..40 {
            fire(&supervisor, &workers, &mut dice).await;
        }
        while in_time("a client of a tree", clients.join_next())
            .await
            .flatten()
            .is_some()
        {}
        for worker in &workers {
            RESTARTS.begin();
            if in_time("a child's answer", answers(worker)).await.is_some() {
                RESTARTS.end();
            }
        }
        // Its children go with it; their refs are dropped beside that, or are still there.
        let stop = supervisor.stop();
        drop(supervisor);
        if dice.roll(2) == 0 {
            drop(workers);
        }
        if !matches!(in_time("a tree's stop", stop).await, Some(Ok(()))) {
            wrong("a tree did not stop");
        }
    }
}

/// Calls a child until it answers: a call that is there when it is killed ends with the reason, and the
/// last kill may be on its way.
async fn answers(worker: &ServerRef<Worker>) {
    while !matches!(call(worker.call(&ADD, Token::new(1))).await, Some(Ok(_))) {
        tokio::task::yield_now().await;
    }
}

/// Ends one child, this way or that; it is there again afterwards.
async fn fire(supervisor: &SupervisorRef, workers: &[ServerRef<Worker>], dice: &mut Dice) {
    let index = usize::try_from(dice.roll(4)).expect("below 4");
    let worker = workers[index].clone();
    match dice.roll(4) {
        0 => {
            let killer = std::thread::spawn(move || worker.exit(ExitReason::Kill));
            tokio::task::yield_now().await;
            if killer.join().is_err() {
                wrong("a killer panicked");
            }
        }
        1 => worker.exit(ExitReason::error("fire")),
        2 => {
            let _ = in_time("a child's stop", worker.stop()).await;
        }
        _ => {
            let id = CHILDREN[index];
            let _ = in_time("a terminate", supervisor.terminate_child(id)).await;
            // Messages meanwhile end with the reason, those after it are handled.
            let _ = worker.cast(&super::worker::BUMP, Token::new(1)).try_send();
            // Another of the strategy's group may have brought it back already.
            let _ = in_time("a restart", supervisor.restart_child(id)).await;
        }
    }
    tokio::time::sleep(Duration::from_micros(dice.roll(500))).await;
}
