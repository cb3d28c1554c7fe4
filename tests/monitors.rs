//! Monitors: PRC-012 to PRC-016, and PRC-021, which says when a `Down` comes.

mod process_support;

use otp::prelude::*;
use otp::{Start, spawn, spawn_monitor, whereis};
use process_support::{gone, idle, inside};

/// Watches others and remembers all that comes, in order.
#[gen_server]
struct Watcher {
    seen: Vec<Seen>,
}

#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Down(Down),
    Number(u32),
}

#[gen_server]
impl Watcher {
    #[init]
    fn new() -> Self {
        Watcher { seen: Vec::new() }
    }

    #[call]
    fn watch(&mut self, cx: &mut Context<Self>, other: Pid) -> MonitorRef {
        self.seen.reserve(1);
        cx.monitor(other)
    }

    #[call]
    fn unwatch(&mut self, cx: &mut Context<Self>, monitor: MonitorRef) -> usize {
        cx.demonitor(monitor);
        self.seen.len()
    }

    #[call]
    fn seen(&mut self) -> Vec<Seen> {
        std::mem::take(&mut self.seen)
    }

    #[info]
    fn on_down(&mut self, down: Down) {
        self.seen.push(Seen::Down(down));
    }

    #[info]
    fn on_number(&mut self, number: u32) {
        self.seen.push(Seen::Number(number));
    }
}

#[gen_server(name = "monitors-holder")]
struct Holder {
    uses: u32,
}

#[gen_server]
impl Holder {
    #[init]
    fn new() -> Self {
        Holder { uses: 0 }
    }

    #[call]
    fn uses(&mut self) -> u32 {
        self.uses += 1;
        self.uses
    }
}

fn down(reference: MonitorRef, pid: Pid, reason: ExitReason) -> Down {
    Down {
        reference,
        pid,
        reason,
    }
}

/// PRC-012: each monitor call gives one `Down` of its own, with its own ref.
#[tokio::test]
async fn prc_012_each_monitor_gives_one_down() {
    let watcher = Watcher::start().await.unwrap();
    let other = idle();
    let first = watcher.watch(other).await.unwrap();
    let second = watcher.watch(other).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(other.info().unwrap().monitors, 2);
    other.exit(ExitReason::error("over"));
    other.monitor().await;
    let mut seen = watcher.seen().await.unwrap();
    seen.sort_by_key(|seen| matches!(seen, Seen::Down(down) if down.reference == second));
    let over = ExitReason::error("over");
    assert_eq!(
        seen,
        [
            Seen::Down(down(first, other, over.clone())),
            Seen::Down(down(second, other, over)),
        ]
    );
    assert_eq!(watcher.seen().await, Ok(vec![]));
}

/// PRC-012: outside a process a monitor is a future of the same, and it is there from the spawn on.
#[tokio::test]
async fn prc_012_a_monitor_outside_a_process_is_a_future() {
    let (pid, end) = spawn_monitor(|_me| async { ExitReason::error("at once") });
    let reference = end.reference();
    assert_eq!(
        end.await,
        down(reference, pid, ExitReason::error("at once"))
    );
}

/// PRC-012: a process that ends while it is being watched tells its end or that it is gone, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_012_no_end_is_missed() {
    for _ in 0..1000 {
        let pid = spawn(|_me| async { ExitReason::Shutdown });
        let reason = pid.monitor().await.reason;
        assert!(matches!(reason, ExitReason::Shutdown | ExitReason::NoProc));
    }
}

/// PRC-013: a process that is gone is told of at once, in a process and outside.
#[tokio::test]
async fn prc_013_a_monitor_of_the_dead_gives_noproc() {
    let dead = gone().await;
    let watcher = Watcher::start().await.unwrap();
    let reference = watcher.watch(dead).await.unwrap();
    let noproc = down(reference, dead, ExitReason::NoProc);
    assert_eq!(watcher.seen().await, Ok(vec![Seen::Down(noproc)]));

    let outside = dead.monitor();
    let reference = outside.reference();
    assert_eq!(outside.await, down(reference, dead, ExitReason::NoProc));
}

/// PRC-013, adapted: a name is a type here, and one that nobody holds leads to nobody to watch.
#[tokio::test]
async fn prc_013_an_unknown_name_leads_nowhere() {
    #[gen_server(name = "monitors-never-started")]
    struct Absent {
        uses: u32,
    }
    #[gen_server]
    impl Absent {
        #[init]
        fn new() -> Self {
            Absent { uses: 0 }
        }
        #[call]
        fn uses(&mut self) -> u32 {
            self.uses += 1;
            self.uses
        }
    }
    assert!(Absent::whereis().is_none());
    assert!(whereis::<Watcher>().is_none(), "it has no name at all");
    let absent = Absent::start().await.unwrap();
    assert_eq!(absent.uses().await, Ok(1));
    assert_eq!(Absent::whereis(), Some(absent));
}

/// PRC-014: a `Down` in the mailbox goes with its monitor, that of another stays.
#[tokio::test]
async fn prc_014_demonitor_takes_back_a_down_that_waits() {
    let (other, kept, seen) = inside(|mut me| async move {
        let other = idle();
        let dropped = me.monitor(other);
        let kept = me.monitor(other);
        other.exit(ExitReason::error("over"));
        other.monitor().await;
        me.demonitor(dropped);
        let mut seen = Vec::new();
        while let Some(down) = me.try_receive::<Down>() {
            seen.push(down);
        }
        (other, kept, seen)
    })
    .await;
    assert_eq!(seen, [down(kept, other, ExitReason::error("over"))]);
}

/// PRC-014: nor does one come later, and the watched process forgets its watcher.
#[tokio::test]
async fn prc_014_after_demonitor_no_down_comes() {
    let watcher = Watcher::start().await.unwrap();
    let other = idle();
    let reference = watcher.watch(other).await.unwrap();
    watcher.unwatch(reference).await.unwrap();
    assert_eq!(other.info().unwrap().monitors, 0);
    other.exit(ExitReason::Shutdown);
    other.monitor().await;
    assert_eq!(watcher.seen().await, Ok(vec![]));
}

/// PRC-014: also when the end and the `demonitor` meet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_014_demonitor_wins_against_an_end_in_the_same_moment() {
    for _ in 0..500 {
        let seen = inside(|mut me| async move {
            let other = idle();
            let reference = me.monitor(other);
            tokio::spawn(async move { other.exit(ExitReason::Shutdown) });
            me.demonitor(reference);
            other.monitor().await;
            me.try_receive::<Down>()
        })
        .await;
        assert_eq!(seen, None);
    }
}

/// PRC-014: a monitor outside a process ends when it is dropped.
#[tokio::test]
async fn prc_014_a_dropped_monitor_is_gone() {
    let other = idle();
    let monitor = other.monitor();
    assert_eq!(other.info().unwrap().monitors, 1);
    drop(monitor);
    assert_eq!(other.info().unwrap().monitors, 0);
}

/// PRC-015: the watcher's end, however bad, is nothing to the watched.
#[tokio::test]
async fn prc_015_the_watchers_end_has_no_effect() {
    let other = idle();
    let (one, end) = spawn_monitor(move |mut me| async move {
        me.monitor(other);
        me.receive::<&str>().await;
        panic!("the watcher ends");
    });
    one.send("end").unwrap();
    assert!(matches!(end.await.reason, ExitReason::Panic { .. }));
    assert!(other.is_alive());
    assert_eq!(other.info().unwrap().monitors, 0);
}

/// PRC-016: in a server's mailbox the `Down` is behind all that the process has sent it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_016_the_down_comes_after_the_messages() {
    for _ in 0..500 {
        let watcher = Watcher::start().await.unwrap();
        let to = watcher.pid();
        let other = spawn(move |mut me| async move {
            me.receive::<&str>().await;
            for number in 0..5_u32 {
                to.send(number).unwrap();
            }
        });
        let reference = watcher.watch(other).await.unwrap();
        let end = other.monitor();
        other.send("go").unwrap();
        end.await;
        // Both monitors are told before the process has wholly ended, in no order.
        let mut seen = watcher.seen().await.unwrap();
        while !matches!(seen.last(), Some(Seen::Down(_))) {
            tokio::task::yield_now().await;
            seen.extend(watcher.seen().await.unwrap());
        }
        let mut expected: Vec<Seen> = (0..5).map(Seen::Number).collect();
        expected.push(Seen::Down(down(reference, other, ExitReason::Normal)));
        assert_eq!(seen, expected);
    }
}

/// PRC-016: a plain process that has got the `Down` has got the messages before it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_016_a_process_has_the_messages_when_it_has_the_down() {
    for _ in 0..500 {
        let words = inside(|mut me| async move {
            let to = me.pid();
            let other = spawn(move |mut me| async move {
                me.receive::<()>().await;
                to.send("last words").unwrap();
            });
            me.monitor(other);
            other.send(()).unwrap();
            me.receive::<Down>().await;
            me.try_receive::<&str>()
        })
        .await;
        assert_eq!(words, Some("last words"));
    }
}

/// PRC-021: who has the `Down` can start the next holder of the name at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_021_the_name_is_free_when_the_down_comes() {
    for round in 0..1000 {
        let (holder, end) = Holder::start_monitor().await.unwrap();
        match round % 3 {
            0 => holder.exit(ExitReason::Kill),
            1 => holder.exit(ExitReason::error("over")),
            _ => drop(holder.stop().await),
        }
        end.await;
        assert!(Holder::whereis().is_none());
    }
    // The same for a `Down` and an `Exit` that come as messages.
    for _ in 0..500 {
        let found = inside(|mut me| async move {
            me.trap_exit(true);
            let holder = Start::<Holder>::new(()).link().await.unwrap();
            me.monitor(holder.pid());
            holder.exit(ExitReason::Kill);
            me.receive::<Down>().await;
            let after_down = Holder::whereis().is_some();
            let next = Holder::start().await.unwrap();
            me.receive::<Exit>().await;
            next.stop().await.unwrap();
            after_down
        })
        .await;
        assert!(!found);
    }
    // Whoever has only the `Exit` finds it free too.
    for _ in 0..500 {
        let found = inside(|mut me| async move {
            me.trap_exit(true);
            let holder = Start::<Holder>::new(()).link().await.unwrap();
            holder.exit(ExitReason::Kill);
            me.receive::<Exit>().await;
            Holder::whereis().is_some()
        })
        .await;
        assert!(!found);
    }
    let last = Holder::start().await.unwrap();
    assert_eq!(last.uses().await, Ok(1));
}
