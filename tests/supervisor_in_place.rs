//! Idle children end, and begin again, on their supervisor's own stack: what must not differ by that.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use otp::prelude::*;
use otp::{ChildSpec, Flags, Intensity, Strategy, Supervisor, SupervisorRef};

/// How a child says goodbye.
#[derive(Clone, Copy)]
enum Bye {
    AtOnce,
    /// Holds its thread for so long.
    Holds(Duration),
    /// Asks for another reason, and ends at once or later.
    Asks {
        later: bool,
    },
}

#[gen_server]
struct Child {
    bye: Bye,
    ended: Arc<AtomicUsize>,
}

#[gen_server]
impl Child {
    #[init]
    fn new(bye: Bye, ended: Arc<AtomicUsize>) -> Self {
        Child { bye, ended }
    }

    #[call]
    fn link_to(&mut self, other: Pid, cx: &mut Context<Self>) {
        self.ended.load(Ordering::Relaxed);
        cx.link(other);
    }

    #[terminate]
    async fn goodbye(&mut self, cx: &mut Context<Self>) {
        match self.bye {
            Bye::AtOnce => {}
            Bye::Holds(time) => {
                let began = Instant::now();
                while began.elapsed() < time {
                    std::hint::spin_loop();
                }
            }
            Bye::Asks { later } => {
                cx.stop(ExitReason::error("another"));
                if later {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
        self.ended.fetch_add(1, Ordering::Relaxed);
    }
}

async fn group(
    strategy: Strategy,
    children: usize,
    bye: Bye,
) -> (SupervisorRef, Vec<ChildRef>, Arc<AtomicUsize>) {
    let ended = Arc::new(AtomicUsize::new(0));
    let flags = Flags::new(strategy, Intensity::NEVER);
    let count = Arc::clone(&ended);
    let (supervisor, children) = Supervisor::start("Group", flags, move |list| {
        let child = |place| {
            let ended = Arc::clone(&count);
            list.add(ChildSpec::new(place, move || {
                Child::start(bye, Arc::clone(&ended))
            }))
        };
        let children = (0..children).map(child).collect();
        (list.supervisor(), children)
    })
    .await
    .unwrap();
    (supervisor, children, ended)
}

/// Waits until all children have a pid that is none of `old`.
async fn new_pids(children: &[ChildRef], old: &HashSet<Pid>) -> Vec<Pid> {
    loop {
        let pids: Vec<Pid> = children.iter().map(|child| child.pid()).collect();
        let up = children.iter().all(|child| child.is_alive());
        if up && pids.iter().all(|pid| !old.contains(pid)) {
            return pids;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn no_pid_comes_twice_and_an_old_one_finds_nobody() {
    let (supervisor, children, _) = group(Strategy::OneForAll, 3, Bye::AtOnce).await;
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let pids = new_pids(&children, &seen).await;
        seen.extend(&pids);
        children[1].exit(ExitReason::Kill);
    }
    let last = new_pids(&children, &seen).await;
    assert_eq!(seen.len(), 300);
    assert!(seen.iter().all(|pid| !pid.is_alive()));
    assert!(last.iter().all(|pid| pid.is_alive()));
    supervisor.stop().await.unwrap();
    assert!(last.iter().all(|pid| !pid.is_alive()));
}

#[tokio::test]
async fn a_long_row_of_children_lets_others_have_their_turn() {
    let holds = Bye::Holds(Duration::from_millis(1));
    let (supervisor, _, ended) = group(Strategy::OneForOne, 40, holds).await;
    let stop = tokio::spawn(async move { supervisor.stop().await });
    let mut turns = HashSet::new();
    while !stop.is_finished() {
        turns.insert(ended.load(Ordering::Relaxed));
        tokio::task::yield_now().await;
    }
    stop.await.unwrap().unwrap();
    assert_eq!(ended.load(Ordering::Relaxed), 40);
    let between = turns.iter().filter(|ended| (1..40).contains(*ended));
    assert!(between.count() >= 3, "{turns:?}");
}

#[tokio::test(start_paused = true)]
async fn terminate_cannot_change_the_reason_for_which_it_runs() {
    for later in [false, true] {
        let (supervisor, children, ended) =
            group(Strategy::OneForOne, 1, Bye::Asks { later }).await;
        let end = children[0].monitor();
        supervisor.terminate_child(0_usize).await.unwrap();
        assert_eq!(end.await.reason, ExitReason::Shutdown);
        assert_eq!(ended.load(Ordering::Relaxed), 1);
        supervisor.stop().await.unwrap();
    }
}

#[tokio::test]
async fn whom_a_child_is_linked_with_beside_its_supervisor_is_told() {
    let (supervisor, children, _) = group(Strategy::OneForOne, 1, Bye::AtOnce).await;
    let (pid, end) = otp::spawn_monitor(|mut me| async move {
        me.trap_exit(true);
        me.receive::<Exit>().await.reason
    });
    children[0].link_to(pid).await.unwrap();
    supervisor.terminate_child(0_usize).await.unwrap();
    // It answers with the reason of the exit that it got.
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    assert!(supervisor.is_alive());
    supervisor.stop().await.unwrap();
}
