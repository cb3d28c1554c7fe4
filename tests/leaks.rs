//! Memory that servers took is given back, whatever tied them together.

mod allocated;

use std::future::pending;
use std::sync::atomic::Ordering;
use std::time::Duration;

use allocated::LIVE;
use otp::prelude::*;
use otp::{spawn, spawn_monitor};

/// Has a state on the heap, a timer, a message that it never answers, links and monitors.
#[gen_server]
struct Node {
    payload: Vec<u8>,
    waiting: Vec<ReplyTo<usize>>,
}

#[gen_server]
impl Node {
    #[init]
    fn new(cx: &mut Context<Self>, trap: bool) -> Self {
        cx.trap_exit(trap);
        Node {
            payload: vec![0; 512],
            waiting: Vec::new(),
        }
    }

    #[call]
    fn tie(&mut self, cx: &mut Context<Self>, other: Pid) -> usize {
        cx.link(other);
        cx.monitor(other);
        self.payload.len()
    }

    #[call]
    fn wait(&mut self, reply: ReplyTo<usize>) {
        self.waiting.push(reply);
    }

    #[call]
    fn remind(&mut self, cx: &mut Context<Self>) -> usize {
        cx.send_after(Duration::from_secs(3600), 1_u8);
        cx.send_interval(Duration::from_secs(3600), 1_u8);
        self.payload.len()
    }

    #[cast]
    fn grow(&mut self, more: Vec<u8>) {
        self.payload.extend(more);
    }

    #[call]
    fn fail(&mut self) -> usize {
        self.payload.clear();
        panic!("on purpose");
    }

    #[info]
    fn on_byte(&mut self, byte: u8) {
        self.payload.push(byte);
    }

    #[info]
    fn on_exit(&mut self, _exit: Exit) {
        self.payload.push(0);
    }

    #[info]
    fn on_down(&mut self, _down: Down) {
        self.payload.push(0);
    }
}

/// Starts `count` servers in pairs that are tied together, and ends them in one way or another.
async fn churn(count: u32) {
    for round in 0..count / 2 {
        let first = Node::start(round % 2 == 0).await.unwrap();
        let second = Node::start(round % 3 == 0).await.unwrap();
        first.tie(second.pid()).await.unwrap();
        second.tie(first.pid()).await.unwrap();
        if round % 4 == 0 {
            first.remind().await.unwrap();
        }
        let asked = first.wait().send_request();
        second.grow(vec![1; 64]).await.unwrap();
        let outside = (first.monitor(), second.monitor());
        match round % 5 {
            0 => drop((first, second)),
            1 => {
                first.stop().await.unwrap();
                drop(second);
            }
            2 => {
                first.exit(ExitReason::Kill);
                drop(second.stop_with(ExitReason::error("over")).await);
            }
            3 => {
                let plain = spawn(|_me| pending::<()>());
                first.tie(plain).await.unwrap();
                plain.exit(ExitReason::error("over"));
                second.exit(ExitReason::Kill);
                first.exit(ExitReason::Kill);
            }
            _ => {
                // A panic is printed by the hook, so it is the rare case.
                if round % 500 == 4 {
                    first.fail().await.unwrap_err();
                }
                first.exit(ExitReason::Kill);
                let _ = second.stop_with(ExitReason::Shutdown).await;
            }
        }
        drop(asked);
        outside.0.await;
        outside.1.await;
    }
}

/// Starts and ends plain processes: linked, watched, with a message that nobody takes.
async fn churn_plain(count: u32) {
    for _ in 0..count {
        let (pid, end) = spawn_monitor(|mut me| async move {
            me.trap_exit(true);
            let child = otp::spawn_link(|mut me| async move {
                me.receive::<u8>().await;
            });
            me.monitor(child.unwrap());
            me.receive::<u32>().await;
            ExitReason::Shutdown
        });
        pid.send("never received").unwrap();
        pid.send(1_u32).unwrap();
        end.await;
    }
}

/// Starts servers that live at the same time, and lets them go.
async fn many_at_once(count: u32) {
    let mut ends = Vec::new();
    let mut nodes = Vec::new();
    for _ in 0..count {
        let node = Node::start(false).await.unwrap();
        ends.push(node.monitor());
        nodes.push(node);
    }
    drop(nodes);
    for end in ends {
        end.await;
    }
}

/// Waits until all that runs beside has ended, and says how much memory is left.
async fn settled() -> isize {
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    LIVE.load(Ordering::SeqCst)
}

/// One test: others in this program would allocate beside it.
#[test]
fn a_hundred_thousand_servers_leave_nothing_behind() {
    // The panics here are on purpose, and printing their backtraces would fill std's own caches.
    let printing = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.payload().downcast_ref::<&str>() != Some(&"on purpose") {
            printing(info);
        }
    }));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        // What is made once and kept: the process table's chunk, hooks, the timer wheel.
        churn(1000).await;
        churn_plain(500).await;
        let before = settled().await;
        churn(100_000).await;
        let after = settled().await;
        // A server takes some 600 bytes and its payload 512: one byte for each would be seen.
        assert!(
            after - before < 16_384,
            "{} bytes were not given back",
            after - before
        );
        churn_plain(20_000).await;
        let after = settled().await;
        assert!(
            after - before < 16_384,
            "{} bytes were not given back",
            after - before
        );

        // So many at once have their place in the table, and all the rest is given back.
        many_at_once(20_000).await;
        let table = settled().await;
        for _ in 0..3 {
            many_at_once(20_000).await;
        }
        let after = settled().await;
        assert!(
            after - table < 16_384,
            "{} bytes were not given back",
            after - table
        );
        assert!(
            table - before < 64 * 40_000,
            "a place takes some bytes: {}",
            table - before
        );
    });
}
