//! One server with everything on its way at once: a call that is handled, a call, a cast and an info that
//! wait, an answer that is owed, a timer that runs. What becomes of each, the tests of `docs/semantics.md`
//! ask.

#![allow(dead_code)] // each test binary uses its own part

use std::time::Duration;

use otp::prelude::*;
use otp::test::{Probe, Received, advance, run_until_idle, started};

/// What a desk says it has handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handled {
    Cast,
    Info,
    Timer,
}

#[derive(Clone)]
pub(crate) struct Ping;

#[derive(Clone)]
pub(crate) struct Ring;

#[gen_server(mailbox = 3)]
pub(crate) struct Desk {
    tells: Recipient<Handled>,
    owed: Vec<ReplyTo<u32>>,
    asked: u32,
}

#[gen_server]
impl Desk {
    #[init]
    fn new(tells: Recipient<Handled>) -> Self {
        Desk {
            tells,
            owed: Vec::new(),
            asked: 0,
        }
    }

    /// Takes a second.
    #[call]
    pub(crate) async fn work(&mut self) -> u32 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.asked += 1;
        self.asked
    }

    /// The same, and crashes then.
    #[call]
    pub(crate) async fn crash(&mut self) -> u32 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        panic!("crash {}", self.asked);
    }

    #[call]
    pub(crate) fn ask(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }

    /// Is answered by [`Desk::answer`].
    #[call]
    pub(crate) fn owe(&mut self, reply: ReplyTo<u32>) {
        self.owed.push(reply);
    }

    #[cast]
    pub(crate) fn answer(&mut self) {
        for reply in self.owed.drain(..) {
            reply.send(7);
        }
    }

    #[cast]
    pub(crate) fn note(&mut self) {
        let _ = self.tells.send(Handled::Cast);
    }

    #[call]
    pub(crate) fn ring_after(&mut self, time: Duration, cx: &mut Context<Self>) {
        self.asked += 1;
        cx.send_after(time, Ring);
    }

    #[info]
    fn ping(&mut self, _: Ping) {
        let _ = self.tells.send(Handled::Info);
    }

    #[info]
    fn ring(&mut self, _: Ring) {
        let _ = self.tells.send(Handled::Timer);
    }
}

/// How a desk ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Stop,
    Shutdown,
    Crash,
    Kill,
}

/// What became of all that was on its way.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) running: Result<u32, CallError>,
    pub(crate) queued: Result<u32, CallError>,
    pub(crate) owed: Result<u32, CallError>,
    pub(crate) handled: Vec<Handled>,
    pub(crate) reason: ExitReason,
}

impl Outcome {
    pub(crate) fn down(&self) -> Result<u32, CallError> {
        Err(CallError::Down(self.reason.clone()))
    }
}

supervisor! {
    pub(crate) Office(tells: Recipient<Handled>) {
        strategy: one_for_one,
        intensity: 3 per 5s,
        desk: Desk(tells),
    }
}

/// Ends a desk by itself, or under a supervisor that is stopped.
pub(crate) async fn everything_at(end: End) -> Outcome {
    let mut probe = Probe::start().await;
    if end == End::Shutdown {
        let office = started(Office::start(probe.recipient())).await;
        let desk = office.desk().clone();
        let (outcome, ()) = futures::join!(on_its_way(&desk, end), async {
            run_until_idle().await;
            office.finish().await;
        });
        return Outcome {
            handled: told(&mut probe).await,
            ..outcome
        };
    }
    let desk = Desk::start(probe.recipient()).await.unwrap();
    let outcome = on_its_way(&desk, end).await;
    Outcome {
        handled: told(&mut probe).await,
        ..outcome
    }
}

/// The same for the incarnations of a child: what became of what the first was to do, and what the next
/// answers.
pub(crate) async fn everything_at_a_restart() -> (Outcome, Vec<Handled>, Result<u32, CallError>) {
    let mut probe = Probe::start().await;
    let office = started(Office::start(probe.recipient())).await;
    let outcome = on_its_way(office.desk(), End::Crash).await;
    let first = told(&mut probe).await;
    let answer = office.desk().ask().await;
    office.desk().note().await.unwrap();
    office.desk().send(Ping).unwrap();
    advance(Duration::from_secs(60)).await;
    let outcome = Outcome {
        handled: first,
        ..outcome
    };
    let next = told(&mut probe).await;
    office.finish().await;
    (outcome, next, answer)
}

async fn on_its_way(desk: &DeskRef, end: End) -> Outcome {
    let owed = desk.owe().send_request();
    desk.ring_after(Duration::from_secs(10)).await.unwrap();
    let running = if end == End::Crash {
        desk.crash().send_request()
    } else {
        desk.work().send_request()
    };
    run_until_idle().await;
    let queued = desk.ask().send_request();
    desk.note().try_send().unwrap();
    desk.send(Ping).unwrap();
    let down = desk.monitor();
    match end {
        End::Stop => desk.stop().await.unwrap(),
        End::Kill => desk.exit(ExitReason::Kill),
        End::Crash | End::Shutdown => {}
    }
    let reason = down.await.reason;
    advance(Duration::from_secs(60)).await;
    Outcome {
        running: running.await,
        queued: queued.await,
        owed: owed.await,
        handled: Vec::new(),
        reason,
    }
}

/// What the desk has told so far.
pub(crate) async fn told(probe: &mut Probe<Handled>) -> Vec<Handled> {
    let mut all = Vec::new();
    while let Some(Received::Message(handled)) = probe.receive().await {
        all.push(handled);
    }
    all
}

/// A desk whose one message takes a second, with a full mailbox behind it.
pub(crate) async fn full(tells: Recipient<Handled>) -> DeskRef {
    let desk = Desk::start(tells).await.unwrap();
    let running = desk.work().send_request();
    run_until_idle().await;
    for _ in 0..3 {
        desk.note().try_send().unwrap();
    }
    assert_eq!(desk.note().try_send(), Err(CastError::Full));
    drop(running);
    desk
}
