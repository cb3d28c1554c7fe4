//! Everything at once on real threads: calls of both kinds, casts, kills, stops, dropped refs, timeouts,
//! monitors. What must hold is counted: each server ends once, each monitor tells it once, and no call
//! is left without an answer or an error.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use otp_core::{
    CallError, CallSpec, CastSpec, Context, ExitReason, NoContinue, Options, ReplyTo, Server,
    ServerDecl, ServerRef, Start,
};

static ALIVE: AtomicU64 = AtomicU64::new(0);

/// Counts itself, so that a state dropped twice or never shows.
struct Counted(u64);

impl Counted {
    fn new() -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Self(0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Worker {
    count: Counted,
    kept: Vec<ReplyTo<u64>>,
}

enum Message {
    Add(ReplyTo<u64>),
    Yield(ReplyTo<u64>),
    Keep(ReplyTo<u64>),
    Bump(Box<u64>),
    Panic,
}

impl ServerDecl for Worker {
    const OPTIONS: Options = Options::new("Worker").mailbox(8);
    type Ref = ServerRef<Self>;
    type Shared = ();
}

impl Server for Worker {
    type Args = bool;
    type InitError = Infallible;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(slow: bool, _: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        if slow {
            tokio::task::yield_now().await;
        }
        Ok(Some(Worker {
            count: Counted::new(),
            kept: Vec::new(),
        }))
    }

    async fn handle(&mut self, message: Message, cx: &mut Context<Self>) {
        match message {
            Message::Add(reply) => {
                self.count.0 += 1;
                reply.send(self.count.0);
            }
            Message::Yield(reply) => {
                tokio::task::yield_now().await;
                self.count.0 += 1;
                reply.send(self.count.0);
            }
            Message::Keep(reply) => {
                self.kept.push(cx.hold(reply));
                if self.kept.len() > 3 {
                    self.kept.remove(0).send(0);
                }
            }
            Message::Bump(n) => self.count.0 += *n,
            Message::Panic => std::panic::resume_unwind(Box::new("asked to")),
        }
    }
}

const ADD: CallSpec<Worker, (), u64> = CallSpec::Direct(
    "add",
    |worker, _, ()| {
        worker.count.0 += 1;
        worker.count.0
    },
    |(), reply| Message::Add(reply),
);
const YIELD: CallSpec<Worker, (), u64> =
    CallSpec::Queued("yield", |(), reply| Message::Yield(reply));
const KEEP: CallSpec<Worker, (), u64> = CallSpec::Queued("keep", |(), reply| Message::Keep(reply));
const BUMP: CastSpec<Worker, u64> = CastSpec::Queued("bump", |n| Message::Bump(Box::new(n)));
const PANIC: CastSpec<Worker, ()> = CastSpec::Queued("panic", |()| Message::Panic);

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % sides
    }
}

async fn client(worker: ServerRef<Worker>, seed: u64, errors: Arc<AtomicU64>) {
    let mut dice = Dice(seed);
    for _ in 0..40 {
        let answer = match dice.roll(12) {
            0..=3 => worker.call(&ADD, ()).await,
            4 | 5 => worker.call(&YIELD, ()).await,
            6 => {
                let short = Duration::from_micros(dice.roll(50));
                worker.call(&YIELD, ()).timeout(short).await
            }
            7 => {
                let short = Duration::from_millis(1);
                worker.call(&KEEP, ()).timeout(short).await
            }
            8 => {
                let request = worker.call(&ADD, ()).send_request();
                request.await
            }
            9 => {
                tokio::select! {
                    biased;
                    () = tokio::task::yield_now() => Ok(0),
                    answer = worker.call(&YIELD, ()) => answer,
                }
            }
            _ => {
                worker.cast(&BUMP, 1).await.expect("waits for room");
                Ok(0)
            }
        };
        match answer {
            Ok(_) | Err(CallError::Timeout) => {}
            Err(CallError::Down(_)) => {
                errors.fetch_add(1, Ordering::Relaxed);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_end_once_whatever_happens_to_them() {
    let errors = Arc::new(AtomicU64::new(0));
    let mut dice = Dice(42);
    for round in 0..300_u64 {
        let worker = Start::<Worker>::new(round % 3 == 0).await.unwrap();
        let monitors: Vec<_> = (0..3).map(|_| worker.monitor()).collect();
        let mut clients = tokio::task::JoinSet::new();
        for seed in 0..4 {
            clients.spawn(client(
                worker.clone(),
                round * 4 + seed,
                Arc::clone(&errors),
            ));
        }
        for _ in 0..dice.roll(20) {
            tokio::task::yield_now().await;
        }
        let expected = match dice.roll(4) {
            0 => {
                worker.exit(ExitReason::Kill);
                Some(ExitReason::Killed)
            }
            1 => {
                worker.stop_with(ExitReason::Shutdown).await.unwrap();
                Some(ExitReason::Shutdown)
            }
            2 => {
                worker.cast(&PANIC, ()).await.unwrap();
                None
            }
            _ => {
                drop(worker);
                Some(ExitReason::Normal)
            }
        };
        while let Some(client) = clients.join_next().await {
            client.unwrap();
        }
        for monitor in monitors {
            let reason = monitor.await.reason;
            match &expected {
                Some(expected) => assert_eq!(reason, *expected),
                None => assert!(matches!(reason, ExitReason::Panic { .. }), "{reason}"),
            }
        }
    }
    assert_eq!(ALIVE.load(Ordering::Relaxed), 0);
    assert!(
        errors.load(Ordering::Relaxed) > 0,
        "no server ended under its clients"
    );
}
