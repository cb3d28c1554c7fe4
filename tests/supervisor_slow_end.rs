//! A child whose end takes its time on another thread.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use futures::FutureExt;
use otp::prelude::*;

/// What its handler and its mailbox are full of, nobody handles.
#[gen_server(mailbox = 1)]
struct Busy {
    handled: u32,
}

#[gen_server]
impl Busy {
    #[init]
    fn new() -> Self {
        Busy { handled: 0 }
    }

    #[cast]
    async fn work(&mut self) {
        std::future::pending::<()>().await;
        self.handled += 1;
    }

    #[call]
    fn handled(&mut self) -> u32 {
        self.handled
    }
}

supervisor! {
    Pair {
        strategy: rest_for_one,
        intensity: 3 per 1m,

        elder: Busy(),
        younger: Busy(),
    }
}

/// A sender that holds up who wakes it.
struct Slow {
    woken: Sender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl Wake for Slow {
    fn wake(self: Arc<Self>) {
        let _ = self.woken.send(());
        let _ = self.go_on.lock().unwrap().recv();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_child_that_is_about_to_be_down_is_waited_for_before_it_is_started_again() {
    let pair = Pair::start().await.unwrap();
    let (elder, younger) = (pair.elder(), pair.younger());
    // One in the handler, one in the mailbox, one in line.
    younger.work().await.unwrap();
    younger.work().await.unwrap();
    let (woken, is_woken) = channel();
    let (go, go_on) = channel();
    let go_on = Mutex::new(go_on);
    let slow = Waker::from(Arc::new(Slow { woken, go_on }));
    let mut in_line = younger.work();
    assert!(
        in_line
            .poll_unpin(&mut Context::from_waker(&slow))
            .is_pending()
    );

    let (first, second) = (elder.pid(), younger.pid());
    younger.exit(ExitReason::Kill);
    is_woken.recv().unwrap();
    assert!(second.info().is_none(), "the younger one is in its end");
    elder.exit(ExitReason::Kill);
    until(|| first.info().is_none()).await;
    // Now the supervisor stops the younger one first. A wrong restart would come meanwhile.
    for _ in 0..10_000 {
        tokio::task::yield_now().await;
    }
    assert!(pair.is_alive(), "it has not used up its restarts");
    go.send(()).unwrap();
    // It has been given the room.
    drop(in_line);
    // One of the two ends may be told after the restart for the other: then it is stopped once more.
    for server in [&elder, &younger] {
        while server.handled().await != Ok(0) {
            tokio::task::yield_now().await;
        }
    }
    assert!(pair.is_alive());
    pair.stop().await.unwrap();
}

async fn until(done: impl Fn() -> bool) {
    while !done() {
        tokio::task::yield_now().await;
    }
}
