//! Children of a dynamic supervisor give back all they took, whatever became of them; and what costs
//! little stays cheap with many of them.

mod allocated;

use std::sync::atomic::Ordering;
use std::time::Duration;

use allocated::LIVE;
use otp::prelude::*;
use otp::{DynamicFlags, DynamicRef, DynamicSupervisor, Intensity, Restart};

#[gen_server]
struct Session {
    payload: Vec<u8>,
}

#[gen_server]
impl Session {
    #[init]
    fn new(user: u64, name: String) -> Result<Self, String> {
        if user == 13 {
            return Err(name);
        }
        Ok(Session {
            payload: name.into_bytes(),
        })
    }

    #[call]
    fn end(&mut self, reason: ExitReason, cx: &mut Context<Self>) {
        self.payload.clear();
        cx.stop(reason);
    }
}

async fn settled() -> isize {
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    LIVE.load(Ordering::SeqCst)
}

async fn started(restart: Restart) -> DynamicRef<Session> {
    let flags = DynamicFlags::new(Intensity::NEVER).restart(restart);
    let start = DynamicSupervisor::<Session>::start("sessions", flags);
    start.await.unwrap()
}

/// Starts `count` children that live at the same time, and ends them in one way or another.
async fn churn(sessions: &DynamicRef<Session>, count: u64) {
    let mut children = Vec::new();
    for user in 0..count {
        let child = sessions.start_child((user, format!("user {user}"))).await;
        if user == 13 {
            child.unwrap_err();
            continue;
        }
        children.push(child.unwrap());
    }
    for (at, child) in children.into_iter().enumerate() {
        match at % 4 {
            // Restarted, if it may be.
            0 => child.exit(ExitReason::Kill),
            1 => child.end(ExitReason::Normal).await.unwrap(),
            2 => sessions.terminate_child(child.pid()).await.unwrap(),
            // Left for the end of all.
            _ => {}
        }
    }
    settled().await;
}

const ALL: [Restart; 3] = [Restart::Permanent, Restart::Transient, Restart::Temporary];

/// The life of one supervisor of ten thousand children.
async fn come_and_go(restart: Restart) {
    let sessions = started(restart).await;
    churn(&sessions, 10_000).await;
    if restart == Restart::Permanent {
        // Killed, it takes its children with it.
        sessions.exit(ExitReason::Kill);
        tokio::time::sleep(Duration::from_millis(10)).await;
    } else {
        sessions.stop().await.unwrap();
    }
}

/// One test: others in this program would allocate beside it.
#[test]
fn ten_thousand_children_leave_nothing_behind() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        // What is made once and kept: the process table's places, hooks, the timer wheel.
        for restart in ALL {
            come_and_go(restart).await;
        }
        let before = settled().await;
        for restart in ALL {
            come_and_go(restart).await;
            let after = settled().await;
            assert!(
                after - before < 16_384,
                "{restart:?}: {} bytes were not given back",
                after - before
            );
        }

        // One that lives on keeps nothing of those that have come and gone, but room for as many.
        let sessions = started(Restart::Temporary).await;
        let mut room = 0;
        for round in 0..6 {
            for user in 100..10_100_u64 {
                if user % 50 == 0 {
                    // Queues keep the room that they once needed.
                    tokio::task::yield_now().await;
                }
                let child = sessions.start_child((user, String::new())).await.unwrap();
                if round % 2 > 0 {
                    sessions.terminate_child(child.pid()).await.unwrap();
                } else {
                    child.end(ExitReason::Normal).await.unwrap();
                }
            }
            settled().await;
            assert_eq!(sessions.count_children().await.unwrap().specs, 0);
            let after = settled().await;
            if round < 2 {
                room = after;
            }
            assert!(
                after - room < 65_536,
                "{} bytes were not given back",
                after - room
            );
        }
        sessions.stop().await.unwrap();
    });
}
