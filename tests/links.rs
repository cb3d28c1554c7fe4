//! Links and trapped exits: PRC-002 to PRC-005, PRC-009.

mod process_support;

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use otp::prelude::*;
use otp::{Process, spawn, spawn_link};
use process_support::{gone, idle, inside, linked_with};

/// Traps exits and remembers them.
#[gen_server]
struct Trapper {
    exits: Vec<Exit>,
    terminated: Arc<AtomicUsize>,
}

#[gen_server]
impl Trapper {
    #[init]
    fn new(cx: &mut Context<Self>, trap: bool, terminated: Arc<AtomicUsize>) -> Self {
        cx.trap_exit(trap);
        Trapper {
            exits: Vec::new(),
            terminated,
        }
    }

    #[call]
    fn tie(&mut self, cx: &mut Context<Self>, other: Pid) -> usize {
        cx.link(other);
        self.exits.len()
    }

    #[call]
    fn untie(&mut self, cx: &mut Context<Self>, other: Pid) -> usize {
        cx.unlink(other);
        self.exits.len()
    }

    #[call]
    fn exits(&mut self) -> Vec<Exit> {
        std::mem::take(&mut self.exits)
    }

    #[info]
    fn on_exit(&mut self, exit: Exit) {
        self.exits.push(exit);
    }

    #[terminate]
    fn bye(&mut self, _reason: &ExitReason) {
        self.terminated.fetch_add(1, Ordering::SeqCst);
    }
}

async fn trapper() -> TrapperRef {
    Trapper::start(true, Arc::default()).await.unwrap()
}

fn exit(pid: Pid, reason: ExitReason) -> Exit {
    Exit { pid, reason }
}

async fn trap_and_link(me: &mut Process, other: Pid) -> Exit {
    me.trap_exit(true);
    me.link(other);
    me.receive::<Exit>().await
}

/// PRC-002: both ends have the link, whoever made it.
#[tokio::test]
async fn prc_002_a_link_is_two_way() {
    let server = trapper().await;
    let first = idle();
    server.tie(first).await.unwrap();
    assert_eq!(first.links(), [server.pid()]);
    assert_eq!(server.info().links, [first]);

    // The end that did not ask for the link is told as the other would be.
    let second = linked_with(server.pid()).await;
    second.exit(ExitReason::error("second"));
    second.monitor().await;
    let end = exit(second, ExitReason::error("second"));
    assert_eq!(server.exits().await, Ok(vec![end]));
    assert!(first.is_alive());
}

/// PRC-002: a second `link` adds nothing, so one `unlink` removes it all.
#[tokio::test]
async fn prc_002_linking_twice_is_one_link() {
    let server = trapper().await;
    let other = idle();
    server.tie(other).await.unwrap();
    server.tie(other).await.unwrap();
    assert_eq!(other.links(), [server.pid()]);
    server.untie(other).await.unwrap();
    assert_eq!(other.links(), []);
    other.exit(ExitReason::Shutdown);
    other.monitor().await;
    assert_eq!(server.exits().await, Ok(vec![]));

    let twice = idle();
    server.tie(twice).await.unwrap();
    server.tie(twice).await.unwrap();
    twice.exit(ExitReason::Shutdown);
    twice.monitor().await;
    let once = vec![exit(twice, ExitReason::Shutdown)];
    assert_eq!(server.exits().await, Ok(once));
}

/// PRC-002: an exit that waits in the mailbox already goes with the link.
#[tokio::test]
async fn prc_002_unlink_takes_back_an_exit_that_waits() {
    let (taken_back, later) = inside(|mut me| async move {
        me.trap_exit(true);
        let other = idle();
        me.link(other);
        other.exit(ExitReason::error("unheard"));
        other.monitor().await;
        me.unlink(other);
        let taken_back = me.try_receive::<Exit>();
        // The link can be made anew afterwards.
        let later = trap_and_link(&mut me, other).await;
        (taken_back, later)
    })
    .await;
    assert_eq!(taken_back, None);
    assert_eq!(later.reason, ExitReason::NoProc);
}

/// PRC-002: not even of an end that happens while the link is removed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_002_after_unlink_nothing_comes() {
    for _ in 0..500 {
        let exit = inside(|mut me| async move {
            me.trap_exit(true);
            let other = idle();
            me.link(other);
            tokio::spawn(async move { other.exit(ExitReason::error("late")) });
            me.unlink(other);
            other.monitor().await;
            me.try_receive::<Exit>()
        })
        .await;
        assert_eq!(exit, None);
    }
}

/// PRC-003: the reason goes from link to link as it is.
#[tokio::test]
async fn prc_003_a_bad_end_goes_on_with_the_same_reason() {
    let first = idle();
    let second = linked_with(first).await;
    let third = linked_with(second).await;
    let ends = [first, second, third].map(Pid::monitor);
    first.exit(ExitReason::error("contagious"));
    for end in ends {
        assert_eq!(end.await.reason, ExitReason::error("contagious"));
    }
}

/// PRC-003: a panic is such a reason, with its message and place; so is an orderly `Shutdown`.
#[tokio::test]
async fn prc_003_a_panic_and_a_shutdown_go_on_too() {
    let (go, panics) = tokio::sync::oneshot::channel::<()>();
    let first = spawn(move |_me| async move {
        let _ = panics.await;
        panic!("contagious panic");
    });
    let second = linked_with(first).await;
    let ends = (first.monitor(), second.monitor());
    go.send(()).unwrap();
    let reason = ends.0.await.reason;
    assert!(
        matches!(&reason, ExitReason::Panic { message, .. } if &**message == "contagious panic")
    );
    assert_eq!(ends.1.await.reason, reason);

    let third = idle();
    let end = linked_with(third).await.monitor();
    third.exit(ExitReason::Shutdown);
    assert_eq!(end.await.reason, ExitReason::Shutdown);
}

/// PRC-003: a server that does not trap ends so too, without its `terminate`.
#[tokio::test]
async fn prc_003_a_server_ends_with_its_links() {
    let terminated = Arc::new(AtomicUsize::new(0));
    let server = Trapper::start(false, Arc::clone(&terminated))
        .await
        .unwrap();
    let other = idle();
    server.tie(other).await.unwrap();
    let end = server.monitor();
    other.exit(ExitReason::error("contagious"));
    assert_eq!(end.await.reason, ExitReason::error("contagious"));
    assert_eq!(terminated.load(Ordering::SeqCst), 0);
    assert_eq!(
        server.exits().await,
        Err(CallError::Down(ExitReason::error("contagious")))
    );
}

/// PRC-004: a normal end is no news for a process that does not trap, and the link is gone.
#[tokio::test]
async fn prc_004_a_normal_end_ends_nobody_else() {
    let server = Trapper::start(false, Arc::default()).await.unwrap();
    let (other, end) = otp::spawn_monitor(|mut me| async move {
        me.receive::<&str>().await;
    });
    server.tie(other).await.unwrap();
    other.send("end").unwrap();
    assert_eq!(end.await.reason, ExitReason::Normal);
    assert_eq!(server.exits().await, Ok(vec![]));
    assert_eq!(server.info().links, []);
    assert!(server.is_alive());
}

/// PRC-005: all ends come as messages to a server that traps, the normal one and a panic among them.
#[tokio::test]
async fn prc_005_a_trapping_server_gets_exits_as_messages() {
    let server = trapper().await;
    let reasons = [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with("deploy"),
        ExitReason::error("no disk"),
    ];
    for reason in reasons {
        let end = reason.clone();
        let (other, down) = otp::spawn_monitor(|mut me| async move {
            me.receive::<&str>().await;
            end
        });
        server.tie(other).await.unwrap();
        other.send("end").unwrap();
        down.await;
        assert_eq!(server.exits().await, Ok(vec![exit(other, reason)]));
    }
    let (other, down) = otp::spawn_monitor(|mut me| async move {
        me.receive::<&str>().await;
        panic!("trapped panic");
    });
    server.tie(other).await.unwrap();
    other.send("end").unwrap();
    let reason = down.await.reason;
    assert_eq!(server.exits().await, Ok(vec![exit(other, reason)]));
}

/// PRC-005: a plain process gets them too, and has them in the order of the ends.
#[tokio::test]
async fn prc_005_a_trapping_process_receives_exits() {
    let (linked, exits) = inside(|mut me| async move {
        me.trap_exit(true);
        let mut linked = Vec::new();
        for reason in [ExitReason::Normal, ExitReason::error("bad")] {
            linked.push((
                spawn_link(|_me| async { reason }).unwrap(),
                me.receive::<Exit>().await,
            ));
        }
        linked.into_iter().unzip::<Pid, Exit, Vec<_>, Vec<_>>()
    })
    .await;
    assert_eq!(
        exits,
        [
            exit(linked[0], ExitReason::Normal),
            exit(linked[1], ExitReason::error("bad")),
        ]
    );
}

/// PRC-005: the end of the process that spawned it is a message as any other to a plain process.
#[tokio::test]
async fn prc_005_a_trapping_process_survives_its_parent() {
    for reason in [ExitReason::Normal, ExitReason::error("parent")] {
        let (tell, told) = tokio::sync::oneshot::channel();
        let end = reason.clone();
        let parent = spawn(move |mut me| async move {
            let (ready, traps) = tokio::sync::oneshot::channel();
            spawn_link(move |mut me| async move {
                me.trap_exit(true);
                let _ = ready.send(());
                let _ = tell.send(me.receive::<Exit>().await);
            })
            .unwrap();
            traps.await.unwrap();
            me.receive::<&str>().await;
            end
        });
        parent.send("end").unwrap();
        let seen = told.await.expect("the child outlives its parent");
        assert_eq!(seen, exit(parent, reason));
    }
}

/// PRC-009: the exit of a process that is gone comes at once, to a plain process and to a server.
#[tokio::test]
async fn prc_009_a_link_to_the_dead_is_an_exit_with_noproc() {
    let dead = gone().await;
    let seen = inside(move |mut me| async move { trap_and_link(&mut me, dead).await }).await;
    assert_eq!(seen, exit(dead, ExitReason::NoProc));

    let server = trapper().await;
    server.tie(dead).await.unwrap();
    let seen = server.exits().await;
    assert_eq!(seen, Ok(vec![exit(dead, ExitReason::NoProc)]));
    assert_eq!(server.info().links, []);
}

/// PRC-009: a caller that does not trap ends with that reason.
#[tokio::test]
async fn prc_009_a_link_to_the_dead_ends_who_does_not_trap() {
    let dead = gone().await;
    let (_, end) = otp::spawn_monitor(move |mut me| async move {
        me.link(dead);
        pending::<()>().await;
    });
    assert_eq!(end.await.reason, ExitReason::NoProc);
}

/// Links need two processes.
#[tokio::test]
async fn prc_002_outside_a_process_there_is_nothing_to_link() {
    assert_eq!(otp::link(idle()), Err(otp::NotAProcess));
    assert_eq!(spawn_link(|_me| async {}).unwrap_err(), otp::NotAProcess);
}
