//! A model of a mailbox with many senders: whatever they do, each one's messages arrive in its order,
//! none twice, and none is lost that was taken.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};

use otp::prelude::*;
use otp::{
    CallSpec, CastSpec, HandleInfo, NoContinue, Options, Overflow, Server, ServerDecl, ServerRef,
    Start,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// A message: its sender and its number among those of that sender.
type Entry = (usize, u32);

/// Keeps what it is sent, in order. Its mailbox has room for `ROOM` messages.
struct Sink<const ROOM: usize, const RULE: usize> {
    log: Arc<Mutex<Vec<Entry>>>,
}

enum Message {
    Note(Entry),
    Ask(Entry, ReplyTo<usize>),
    AskSlowly(Entry, u8, ReplyTo<usize>),
}

const RULES: [Overflow; 4] = [
    Overflow::Wait,
    Overflow::Reject,
    Overflow::DropNewest,
    Overflow::DropOldest,
];

impl<const ROOM: usize, const RULE: usize> ServerDecl for Sink<ROOM, RULE> {
    const OPTIONS: Options = Options::new("Sink").mailbox(ROOM).overflow(RULES[RULE]);
    type Ref = ServerRef<Self>;
    type Shared = ();
}

impl<const ROOM: usize, const RULE: usize> Server for Sink<ROOM, RULE> {
    type Args = Arc<Mutex<Vec<Entry>>>;
    type InitError = Infallible;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(log: Self::Args, _: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        Ok(Some(Sink { log }))
    }

    async fn handle(&mut self, message: Message, _: &mut Context<Self>) {
        match message {
            Message::Note(entry) => {
                self.keep(entry);
            }
            Message::Ask(entry, reply) => reply.send(self.keep(entry)),
            Message::AskSlowly(entry, yields, reply) => {
                for _ in 0..yields {
                    tokio::task::yield_now().await;
                }
                reply.send(self.keep(entry));
            }
        }
    }

    fn info(message: &mut dyn std::any::Any) -> Option<Message> {
        let entry = message.downcast_mut::<Option<Entry>>()?.take()?;
        Some(Message::Note(entry))
    }
}

impl<const ROOM: usize, const RULE: usize> HandleInfo<Entry> for Sink<ROOM, RULE> {
    fn wrap(entry: Entry) -> <Self as Server>::Message {
        Message::Note(entry)
    }
}

impl<const ROOM: usize, const RULE: usize> Sink<ROOM, RULE> {
    const NOTE: &'static CastSpec<Self, Entry> = &CastSpec::Direct(
        "note",
        |sink, _, entry| {
            sink.keep(entry);
        },
        Message::Note,
    );
    const ASK: &'static CallSpec<Self, Entry, usize> =
        &CallSpec::Direct("ask", |sink, _, entry| sink.keep(entry), Message::Ask);
    const ASK_SLOWLY: &'static CallSpec<Self, (Entry, u8), usize> =
        &CallSpec::Queued("ask_slowly", |(entry, yields), reply| {
            Message::AskSlowly(entry, yields, reply)
        });

    fn keep(&mut self, entry: Entry) -> usize {
        let mut log = self.log.lock().unwrap();
        log.push(entry);
        log.len()
    }
}

/// What a sender does next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Cast,
    TryCast,
    Send,
    SendByPid,
    Call,
    SlowCall(u8),
    /// A cast that is polled once and dropped.
    AbandonedCast,
    /// A call that is polled once and dropped: it may be handled, or not.
    AbandonedCall,
    Request,
    Yield,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Cast),
        2 => Just(Step::TryCast),
        1 => Just(Step::Send),
        1 => Just(Step::SendByPid),
        2 => Just(Step::Call),
        2 => (0..4_u8).prop_map(Step::SlowCall),
        2 => Just(Step::AbandonedCast),
        1 => Just(Step::AbandonedCall),
        1 => Just(Step::Request),
        1 => Just(Step::Yield),
    ]
}

fn scripts() -> impl Strategy<Value = Vec<Vec<Step>>> {
    vec(vec(step(), 0..24), 1..6)
}

/// What the sender knows of a message that it sent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// The server took it.
    Taken,
    /// Nobody has it.
    Refused,
    /// The sender left before it knew.
    Unknown,
}

fn fate<T, E>(result: &Result<T, E>) -> Fate {
    if result.is_ok() {
        Fate::Taken
    } else {
        Fate::Refused
    }
}

fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// Runs one sender's script; its messages are numbered as the steps are.
async fn send_all<const ROOM: usize, const RULE: usize>(
    server: ServerRef<Sink<ROOM, RULE>>,
    sender: usize,
    script: Vec<Step>,
) -> Vec<Fate> {
    let mut fates = Vec::new();
    let mut answers = 0;
    let mut grows = |answer: &Result<usize, CallError>| {
        if let Ok(length) = answer {
            assert!(*length > answers, "answers come in the order of the calls");
            answers = *length;
        }
        fate(answer)
    };
    for (number, step) in script.into_iter().enumerate() {
        let entry = (sender, u32::try_from(number).unwrap());
        fates.push(match step {
            Step::Cast => fate(&server.cast(Sink::NOTE, entry).await),
            Step::TryCast => fate(&server.cast(Sink::NOTE, entry).try_send()),
            Step::Send => fate(&server.send(entry)),
            Step::SendByPid => fate(&server.pid().send(entry)),
            Step::Call => grows(&server.call(Sink::ASK, entry).await),
            Step::SlowCall(yields) => grows(&server.call(Sink::ASK_SLOWLY, (entry, yields)).await),
            Step::AbandonedCast => match poll_once(server.cast(Sink::NOTE, entry)) {
                Some(result) => fate(&result),
                None => Fate::Refused,
            },
            Step::AbandonedCall => match poll_once(server.call(Sink::ASK_SLOWLY, (entry, 2))) {
                Some(result) => fate(&result),
                None => Fate::Unknown,
            },
            Step::Request => {
                let request = server.call(Sink::ASK, entry).send_request();
                tokio::task::yield_now().await;
                grows(&request.await)
            }
            Step::Yield => {
                tokio::task::yield_now().await;
                Fate::Refused
            }
        });
    }
    fates
}

/// Runs all senders beside each other, and, if asked to, ends the server in the middle.
fn run<const ROOM: usize, const RULE: usize>(
    scripts: Vec<Vec<Step>>,
    workers: usize,
    kill_at: Option<usize>,
) -> (Vec<Entry>, Vec<Vec<Fate>>) {
    let runtime = if workers == 0 {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
    } else {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(workers)
            .enable_all()
            .build()
    };
    runtime.unwrap().block_on(async {
        let log = Arc::new(Mutex::new(Vec::new()));
        let server = Start::<Sink<ROOM, RULE>>::new(Arc::clone(&log))
            .await
            .unwrap();
        let senders: Vec<_> = scripts
            .into_iter()
            .enumerate()
            .map(|(sender, script)| tokio::spawn(send_all(server.clone(), sender, script)))
            .collect();
        if let Some(yields) = kill_at {
            for _ in 0..yields {
                tokio::task::yield_now().await;
            }
            server.exit(ExitReason::Kill);
        }
        let mut fates = Vec::new();
        for sender in senders {
            fates.push(sender.await.unwrap());
        }
        if kill_at.is_none() {
            // A message that is behind all others.
            while server.info().mailbox_len > 0 {
                tokio::task::yield_now().await;
            }
            server.stop().await.unwrap();
        } else {
            server.monitor().await;
        }
        let log = std::mem::take(&mut *log.lock().unwrap());
        (log, fates)
    })
}

/// The numbers of one sender's messages, as they were handled.
fn of(log: &[Entry], sender: usize) -> Vec<u32> {
    let of_this = log.iter().filter(|entry| entry.0 == sender);
    of_this.map(|entry| entry.1).collect()
}

/// No limit on what may be lost, but nothing refused is handled, nothing twice, nothing out of order.
fn check_order(log: &[Entry], fates: &[Vec<Fate>]) {
    for (sender, fates) in fates.iter().enumerate() {
        let numbers = of(log, sender);
        assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
        for number in numbers {
            assert_ne!(
                fates[number as usize],
                Fate::Refused,
                "of {sender}: {number}"
            );
        }
    }
}

fn check_nothing_lost(log: &[Entry], fates: &[Vec<Fate>]) {
    for (sender, fates) in fates.iter().enumerate() {
        let numbers = of(log, sender);
        for (number, fate) in (0..).zip(fates) {
            if *fate == Fate::Taken {
                assert!(
                    numbers.contains(&number),
                    "of {sender}: {number} in {numbers:?}"
                );
            }
        }
    }
}

/// A server that is killed handles what it was sent up to some point, and nothing behind that.
fn check_no_gap(log: &[Entry], fates: &[Vec<Fate>]) {
    for (sender, fates) in fates.iter().enumerate() {
        let numbers = of(log, sender);
        let Some(&last) = numbers.last() else {
            continue;
        };
        for number in 0..last {
            if fates[number as usize] == Fate::Taken {
                assert!(
                    numbers.contains(&number),
                    "of {sender}: {number} in {numbers:?}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// One message fits: every sender waits, and casts are abandoned in the line.
    #[test]
    fn a_mailbox_of_one_keeps_order_and_all(scripts in scripts(), workers in 0..3_usize) {
        let (log, fates) = run::<1, 0>(scripts, workers, None);
        check_order(&log, &fates);
        check_nothing_lost(&log, &fates);
    }

    /// A few fit: batches and waiting meet.
    #[test]
    fn a_small_mailbox_keeps_order_and_all(scripts in scripts(), workers in 0..3_usize) {
        let (log, fates) = run::<3, 0>(scripts, workers, None);
        check_order(&log, &fates);
        check_nothing_lost(&log, &fates);
    }

    /// All fit, and nothing is refused.
    #[test]
    fn a_large_mailbox_refuses_nothing(scripts in scripts(), workers in 0..3_usize) {
        let expected: Vec<Vec<bool>> = scripts.iter().map(|script| {
            script.iter().map(|step| !matches!(step, Step::Yield)).collect()
        }).collect();
        let (log, fates) = run::<1024, 0>(scripts, workers, None);
        check_order(&log, &fates);
        check_nothing_lost(&log, &fates);
        for (fates, expected) in fates.iter().zip(expected) {
            let taken: Vec<bool> = fates.iter().map(|fate| *fate != Fate::Refused).collect();
            prop_assert_eq!(taken, expected);
        }
    }

    /// What is rejected was never there; all the rest is.
    #[test]
    fn a_mailbox_that_rejects_tells_its_senders(scripts in scripts(), workers in 0..3_usize) {
        let (log, fates) = run::<2, 1>(scripts, workers, None);
        check_order(&log, &fates);
        check_nothing_lost(&log, &fates);
    }

    /// What is dropped leaves the order of the others as it was.
    #[test]
    fn a_mailbox_that_drops_keeps_the_order(
        scripts in scripts(),
        workers in 0..3_usize,
        oldest in any::<bool>(),
    ) {
        let (log, fates) = if oldest {
            run::<2, 3>(scripts, workers, None)
        } else {
            run::<2, 2>(scripts, workers, None)
        };
        check_order(&log, &fates);
    }

    /// An end in the middle loses what waits, and only that.
    #[test]
    fn a_killed_server_has_handled_a_beginning(
        scripts in scripts(),
        workers in 0..3_usize,
        kill_at in 0..12_usize,
    ) {
        let (log, fates) = run::<3, 0>(scripts, workers, Some(kill_at));
        check_no_gap(&log, &fates);
        for (sender, _) in fates.iter().enumerate() {
            let numbers = of(&log, sender);
            prop_assert!(numbers.is_sorted_by(|one, next| one < next));
        }
    }
}
