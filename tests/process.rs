//! The process base: ends and exit signals (PRC-001, 006 to 008, 010, 011) and messages (017 to 019).
//! Links, monitors, names and starts, and timers have files of their own.

mod process_support;

use std::future::pending;
use std::sync::Arc;

use otp::prelude::*;
use otp::{spawn, spawn_link, spawn_monitor};
use process_support::{gone, idle, inside, linked_with};

/// Remembers what it is told, in order.
#[gen_server]
struct Log {
    entries: Vec<u32>,
}

#[gen_server]
impl Log {
    #[init]
    fn new(cx: &mut Context<Self>, trap: bool) -> Self {
        cx.trap_exit(trap);
        Log {
            entries: Vec::new(),
        }
    }

    #[cast]
    fn note(&mut self, entry: u32) {
        self.entries.push(entry);
    }

    #[call]
    fn ask(&mut self, entry: u32) -> usize {
        self.entries.push(entry);
        self.entries.len()
    }

    #[call]
    async fn ask_slowly(&mut self, entry: u32) -> usize {
        tokio::task::yield_now().await;
        self.entries.push(entry);
        self.entries.len()
    }

    #[call]
    fn entries(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.entries)
    }

    #[call]
    fn end(&mut self, cx: &mut Context<Self>, reason: ExitReason) -> usize {
        cx.stop(reason);
        self.entries.len()
    }

    #[call]
    fn break_down(&mut self) -> usize {
        self.entries.clear();
        panic!("broke down");
    }

    #[info]
    fn on_entry(&mut self, entry: u32) {
        self.entries.push(entry);
    }

    #[info]
    fn on_exit(&mut self, exit: Exit) {
        assert_ne!(exit.reason, ExitReason::Killed, "nobody is killed here");
        self.entries.push(1000);
    }
}

async fn log() -> LogRef {
    Log::start(false).await.unwrap()
}

fn panicked(reason: &ExitReason, text: &str) -> bool {
    matches!(reason, ExitReason::Panic { message, location }
        if &**message == text && location.contains("process.rs"))
}

/// PRC-001: each way to end gives a process its one reason.
#[tokio::test]
async fn prc_001_every_end_has_its_reason() {
    let end = spawn_monitor(|_me| async {}).1;
    assert_eq!(end.await.reason, ExitReason::Normal);
    let end = spawn_monitor(|_me| async { ExitReason::Shutdown }).1;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    let end = spawn_monitor(|_me| async { Err::<(), _>("no disk") }).1;
    assert_eq!(end.await.reason, ExitReason::error("no disk"));
    let end = spawn_monitor(|_me| async { panic!("on purpose") }).1;
    assert!(panicked(&end.await.reason, "on purpose"));

    let (pid, end) = spawn_monitor(|_me| pending::<()>());
    pid.exit(ExitReason::error("asked"));
    assert_eq!(end.await.reason, ExitReason::error("asked"));
}

/// PRC-001: the same for servers; callers and monitors learn the same reason.
#[tokio::test]
async fn prc_001_a_server_has_one_reason_for_all() {
    let server = log().await;
    let ends = (server.monitor(), server.monitor());
    let reason = ExitReason::error("done for");
    assert_eq!(server.end(reason.clone()).await, Ok(0));
    assert_eq!(ends.0.await.reason, reason);
    assert_eq!(ends.1.await.reason, reason);
    assert_eq!(server.entries().await, Err(CallError::Down(reason)));

    let server = log().await;
    let end = server.monitor();
    server
        .stop_with(ExitReason::shutdown_with("deploy"))
        .await
        .unwrap();
    assert_eq!(end.await.reason, ExitReason::shutdown_with("deploy"));
}

/// PRC-001: of two signals the first one is the reason, and nothing changes it later.
#[tokio::test]
async fn prc_001_the_first_reason_counts() {
    let (pid, end) = spawn_monitor(|_me| pending::<()>());
    pid.exit(ExitReason::error("first"));
    pid.exit(ExitReason::error("second"));
    pid.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::error("first"));
}

/// PRC-006: `normal` from somebody else does nothing, to a process or to a server.
#[tokio::test]
async fn prc_006_a_normal_exit_signal_is_ignored() {
    let pid = idle();
    let server = log().await;
    pid.exit(ExitReason::Normal);
    server.exit(ExitReason::Normal);
    let (one, other) = (pid, server.pid());
    inside(move |_me| async move {
        one.exit(ExitReason::Normal);
        other.exit(ExitReason::Normal);
    })
    .await;
    assert_eq!(server.ask_slowly(1).await, Ok(1));
    tokio::task::yield_now().await;
    assert!(pid.is_alive());
}

/// PRC-007: the killed one does not see the signal, and ends with `killed`.
#[tokio::test]
async fn prc_007_kill_cannot_be_trapped() {
    let (pid, end) = spawn_monitor(|mut me| async move {
        me.trap_exit(true);
        me.receive::<Exit>().await;
    });
    pid.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Killed);

    let server = Log::start(true).await.unwrap();
    let end = server.monitor();
    server.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert_eq!(
        server.ask(1).await,
        Err(CallError::Down(ExitReason::Killed))
    );
}

/// PRC-007: its links get `killed`, which ends those that do not trap, and which others do trap.
#[tokio::test]
async fn prc_007_killed_goes_on_to_links_and_can_be_trapped() {
    let (victim, trapped) = inside(|mut me| async move {
        me.trap_exit(true);
        let victim = spawn_link(|_me| pending::<()>()).unwrap();
        victim.exit(ExitReason::Kill);
        (victim, me.receive::<Exit>().await)
    })
    .await;
    let reason = ExitReason::Killed;
    assert_eq!(
        trapped,
        Exit {
            pid: victim,
            reason
        }
    );

    let victim = idle();
    let end = linked_with(victim).await.monitor();
    victim.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Killed);
}

/// PRC-008: any other signal ends who does not trap, with that reason, in the middle of its work.
#[tokio::test]
async fn prc_008_an_exit_signal_ends_who_does_not_trap() {
    let server = log().await;
    let request = server.ask_slowly(1).send_request();
    let end = server.monitor();
    server.exit(ExitReason::error("enough"));
    let reason = ExitReason::error("enough");
    assert_eq!(end.await.reason, reason);
    assert_eq!(request.await, Err(CallError::Down(reason)));

    let pid = idle();
    let end = pid.monitor();
    inside(move |_me| async move { pid.exit(ExitReason::Shutdown) }).await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
}

/// PRC-008: who traps gets a message that says who sent it, and lives on.
#[tokio::test]
async fn prc_008_an_exit_signal_is_a_message_for_who_traps() {
    let (sender, exit) = inside(|mut me| async move {
        me.trap_exit(true);
        let to = me.pid();
        let sender = spawn(move |_me| async move { to.exit(ExitReason::error("hint")) });
        (sender, me.receive::<Exit>().await)
    })
    .await;
    let reason = ExitReason::error("hint");
    assert_eq!(
        exit,
        Exit {
            pid: sender,
            reason
        }
    );

    let server = Log::start(true).await.unwrap();
    server.exit(ExitReason::Shutdown);
    assert_eq!(server.entries().await, Ok(vec![1000]));
}

/// PRC-010: signals to the dead go nowhere, whoever sends them.
#[tokio::test]
async fn prc_010_an_exit_signal_to_the_dead_is_no_error() {
    let dead = gone().await;
    for reason in [
        ExitReason::Normal,
        ExitReason::Kill,
        ExitReason::error("late"),
    ] {
        dead.exit(reason.clone());
        let alive = inside(move |_me| async move {
            dead.exit(reason);
            true
        });
        assert!(alive.await);
    }
    assert!(dead.info().is_none());
}

/// PRC-011: a panic ends its process and what is linked to it; the caller gets an error.
#[tokio::test]
async fn prc_011_a_panic_stays_in_its_process() {
    let (other, server) = (log().await, log().await);
    let linked = linked_with(server.pid()).await.monitor();
    let error = server.break_down().await.unwrap_err();
    assert!(matches!(&error, CallError::Down(reason) if panicked(reason, "broke down")));
    assert!(panicked(&linked.await.reason, "broke down"));
    assert!(!server.is_alive());
    assert_eq!(other.ask(1).await, Ok(1));
}

/// PRC-011: nor does one in `init`, in a destructor, or in the first moment of a process.
#[tokio::test]
async fn prc_011_panics_outside_of_handlers_stay_there_too() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("a bad destructor");
        }
    }
    #[gen_server]
    struct Mined {
        bomb: Option<Bomb>,
    }
    #[gen_server(allow(immutable_server))]
    impl Mined {
        #[init]
        fn new(armed: bool) -> Self {
            assert!(armed, "a bad init");
            Mined { bomb: Some(Bomb) }
        }
        #[call]
        fn is_armed(&mut self) -> bool {
            self.bomb.is_some()
        }
    }
    let error = Mined::start(false).await.unwrap_err();
    assert!(matches!(&error, StartError::Down(reason) if panicked(reason, "a bad init")));
    let mined = Mined::start(true).await.unwrap();
    assert_eq!(mined.is_armed().await, Ok(true));
    let end = mined.monitor();
    mined.exit(ExitReason::error("sweep"));
    assert_eq!(end.await.reason, ExitReason::error("sweep"));
    assert_eq!(log().await.ask(1).await, Ok(1));
}

/// PRC-017: what one process sends another arrives in that order, by whatever way it is sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_017_one_senders_messages_arrive_in_order() {
    let server = log().await;
    let to = server.clone();
    inside(move |_me| async move {
        for entry in 0..3000 {
            match entry % 5 {
                0 => drop(to.ask(entry).await.unwrap()),
                1 => to.note(entry).await.unwrap(),
                2 => to.pid().send(entry).unwrap(),
                3 => drop(to.ask_slowly(entry).await.unwrap()),
                _ => to.note(entry).try_send().unwrap(),
            }
        }
    })
    .await;
    let entries = server.entries().await.unwrap();
    assert_eq!(entries, (0..3000).collect::<Vec<_>>());
}

/// PRC-017: with several senders each one's order is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_017_each_sender_has_its_own_order() {
    let senders = 4_u32;
    let received = inside(move |mut me| async move {
        let to = me.pid();
        for sender in 0..senders {
            spawn(move |_me| async move {
                for number in 0..1000_u32 {
                    to.send((sender, number)).unwrap();
                    if number % 64 == 0 {
                        tokio::task::yield_now().await;
                    }
                }
            });
        }
        let mut received = Vec::new();
        while received.len() < senders as usize * 1000 {
            received.push(me.receive::<(u32, u32)>().await);
        }
        received
    })
    .await;
    for sender in 0..senders {
        let of_this = received.iter().filter(|message| message.0 == sender);
        assert!(of_this.map(|message| message.1).eq(0..1000));
    }
}

/// PRC-018: whatever is sent to the dead is dropped; only who asks for an answer learns of it.
#[tokio::test]
async fn prc_018_sending_to_the_dead_is_dropped() {
    let dead = gone().await;
    assert_eq!(dead.send(1_u32), Ok(()));
    let server = log().await;
    let recipient = server.recipient::<u32>();
    server.stop().await.unwrap();
    for _ in 0..2000 {
        assert_eq!(server.note(1).await, Ok(()));
        assert_eq!(server.note(1).try_send(), Ok(()));
        assert_eq!(server.send(1), Ok(()));
        assert_eq!(recipient.send(1), Ok(()));
        assert_eq!(server.pid().send(1_u32), Ok(()));
    }
    let down = CallError::Down(ExitReason::Normal);
    assert_eq!(server.ask(1).await, Err(down));
}

/// PRC-018: what was dropped is freed.
#[tokio::test]
async fn prc_018_a_dropped_message_is_freed() {
    let message = Arc::new(());
    gone().await.send(Arc::clone(&message)).unwrap();
    assert_eq!(Arc::strong_count(&message), 1);
    let pid = idle();
    pid.send(Arc::clone(&message)).unwrap();
    assert_eq!(Arc::strong_count(&message), 2);
    pid.exit(ExitReason::Kill);
    pid.monitor().await;
    assert_eq!(Arc::strong_count(&message), 1);
}

/// PRC-019: waiting for one type leaves the others where they were.
#[tokio::test]
async fn prc_019_selective_receive_keeps_the_order_of_the_rest() {
    let (reply, rest) = inside(|mut me| async move {
        let to = me.pid();
        for number in 0..100_u32 {
            to.send(number).unwrap();
            if number == 50 {
                spawn(move |_me| async move { to.send("reply").unwrap() });
            }
        }
        let reply = me.receive::<&str>().await;
        let mut rest = Vec::new();
        while let Some(number) = me.try_receive::<u32>() {
            rest.push(number);
        }
        (reply, rest)
    })
    .await;
    assert_eq!(reply, "reply");
    assert_eq!(rest, (0..100).collect::<Vec<_>>());
}

/// PRC-019: a call out of a process with a long mailbox takes its answer and touches nothing else.
#[tokio::test]
async fn prc_019_a_call_leaves_a_huge_mailbox_alone() {
    let server = log().await;
    let (answer, first, left) = inside(move |mut me| async move {
        for number in 0..100_000_u32 {
            me.pid().send(number).unwrap();
        }
        let answer = server.ask_slowly(1).await;
        let left = me.pid().info().unwrap().mailbox_len;
        (answer, me.try_receive::<u32>(), left)
    })
    .await;
    assert_eq!((answer, first, left), (Ok(1), Some(0), 100_000));
}
