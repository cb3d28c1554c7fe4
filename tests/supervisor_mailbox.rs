//! What becomes of queued messages, waiting senders, tables, timers and streams at a restart.
//!
//! The servers with a mailbox that is kept are written by hand, against the same engine.

mod supervisor_support;

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{poll, stream};
use otp::prelude::*;
use otp::{
    Backoff, CallSpec, CastSpec, ChildSpec, NoContinue, Options, Request, Server, ServerDecl,
    ServerRef, Shutdown, Start, Strategy, Supervisor, SupervisorRef,
};
use supervisor_support::{flags, is_down};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// What all incarnations of a till share with the test.
#[derive(Default)]
struct Outside {
    /// Lets the running `hold` go on.
    gate: Notify,
    notes: Mutex<Vec<u64>>,
}

/// Has room for two messages, which are kept at a restart or not.
struct Till<const KEEP: bool> {
    outside: Arc<Outside>,
}

enum Message {
    /// Waits for the gate, then panics.
    Hold(ReplyTo<()>),
    Note(u64),
    Ask(u64, ReplyTo<u64>),
}

impl<const KEEP: bool> ServerDecl for Till<KEEP> {
    const OPTIONS: Options = if KEEP {
        Options::new("Till").mailbox(2).keep_mailbox()
    } else {
        Options::new("Till").mailbox(2)
    };
    type Ref = ServerRef<Self>;
    type Shared = ();
}

impl<const KEEP: bool> Server for Till<KEEP> {
    type Args = Arc<Outside>;
    type InitError = Infallible;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(
        outside: Arc<Outside>,
        _: &mut Context<Self>,
    ) -> Result<Option<Self>, Infallible> {
        Ok(Some(Till { outside }))
    }

    async fn handle(&mut self, message: Message, _: &mut Context<Self>) {
        match message {
            Message::Hold(reply) => {
                let _reply = reply;
                self.outside.gate.notified().await;
                panic!("the gate is open");
            }
            Message::Note(n) => self.outside.notes.lock().unwrap().push(n),
            Message::Ask(n, reply) => {
                self.outside.notes.lock().unwrap().push(n);
                reply.send(n);
            }
        }
    }
}

impl<const KEEP: bool> Till<KEEP> {
    const HOLD: CallSpec<Self, (), ()> = CallSpec::Queued("hold", |(), reply| Message::Hold(reply));
    const ASK: CallSpec<Self, u64, u64> = CallSpec::Queued("ask", Message::Ask);
    const NOTE: CastSpec<Self, u64> = CastSpec::Queued("note", Message::Note);
}

/// A till under a supervisor that pauses before a restart.
async fn shop<const KEEP: bool>() -> (SupervisorRef, ServerRef<Till<KEEP>>, Arc<Outside>) {
    let outside = Arc::new(Outside::default());
    let given = Arc::clone(&outside);
    let flags = flags(Strategy::OneForOne).backoff(Backoff::new(SECOND, SECOND));
    let start = Supervisor::start("Shop", flags, move |children| {
        let till = children.add(ChildSpec::new("till", move || {
            Start::<Till<KEEP>>::new(Arc::clone(&given))
        }));
        (children.supervisor(), till)
    });
    let (shop, till) = start.await.unwrap();
    (shop, till, outside)
}

/// Has the till begin to wait for its gate.
async fn hold<const KEEP: bool>(till: &ServerRef<Till<KEEP>>) -> Request<Till<KEEP>, ()> {
    let running = till.call(&Till::HOLD, ()).send_request();
    while till.info().mailbox_len > 0 {
        tokio::task::yield_now().await;
    }
    running
}

impl Outside {
    fn notes(&self) -> Vec<u64> {
        std::mem::take(&mut self.notes.lock().unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn a_kept_mailbox_is_handled_by_the_next_incarnation_in_order() {
    let (_shop, till, outside) = shop::<true>().await;
    let running = hold(&till).await;
    till.cast(&Till::NOTE, 1).try_send().unwrap();
    let queued = till.call(&Till::ASK, 2).send_request();
    outside.gate.notify_one();
    let began = Instant::now();
    assert!(is_down(&running.await), "what ran ended with it");
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(outside.notes(), [0; 0]);
    assert_eq!(queued.await, Ok(2));
    assert!(began.elapsed() >= SECOND / 2);
    assert_eq!(till.call(&Till::ASK, 3).await, Ok(3));
    assert_eq!(outside.notes(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn any_other_mailbox_is_dropped() {
    let (_shop, till, outside) = shop::<false>().await;
    let running = hold(&till).await;
    till.cast(&Till::NOTE, 1).try_send().unwrap();
    let queued = till.call(&Till::ASK, 2).send_request();
    outside.gate.notify_one();
    let began = Instant::now();
    assert!(is_down(&running.await));
    assert!(is_down(&queued.await));
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(till.call(&Till::ASK, 3).await, Ok(3));
    assert_eq!(outside.notes(), [3]);
}

#[tokio::test(start_paused = true)]
async fn a_kept_mailbox_outlives_a_kill_too() {
    let (_shop, till, outside) = shop::<true>().await;
    let running = hold(&till).await;
    let queued = till.call(&Till::ASK, 1).send_request();
    till.exit(ExitReason::Kill);
    assert_eq!(running.await, Err(CallError::Down(ExitReason::Killed)));
    till.cast(&Till::NOTE, 2).await.unwrap();
    assert_eq!(queued.await, Ok(1));
    assert_eq!(till.call(&Till::ASK, 3).await, Ok(3));
    assert_eq!(outside.notes(), [1, 2, 3]);
}

/// Senders that wait for room were not queued yet: theirs goes to the next incarnation.
async fn waiting_senders<const KEEP: bool>(expected: &[u64]) {
    let (_shop, till, outside) = shop::<KEEP>().await;
    let running = hold(&till).await;
    till.cast(&Till::NOTE, 1).try_send().unwrap();
    till.cast(&Till::NOTE, 2).try_send().unwrap();
    assert_eq!(till.cast(&Till::NOTE, 9).try_send(), Err(CastError::Full));
    let mut cast = Box::pin(async { till.cast(&Till::NOTE, 3).await });
    let mut call = Box::pin(async { till.call(&Till::ASK, 4).await });
    assert!(poll!(&mut cast).is_pending());
    assert!(poll!(&mut call).is_pending());
    outside.gate.notify_one();
    assert!(is_down(&running.await));
    let (cast, call) = tokio::join!(cast, call);
    assert_eq!((cast, call), (Ok(()), Ok(4)));
    // The two are different senders, so either may come first.
    let mut notes = outside.notes();
    notes.sort_unstable();
    assert_eq!(notes, expected);
    assert_eq!(till.info().mailbox_len, 0);
}

#[tokio::test(start_paused = true)]
async fn senders_that_wait_for_room_reach_the_next_incarnation() {
    waiting_senders::<false>(&[3, 4]).await;
    waiting_senders::<true>(&[1, 2, 3, 4]).await;
}

#[tokio::test(start_paused = true)]
async fn while_the_server_is_down_its_mailbox_has_its_bound() {
    let (_shop, till, outside) = shop::<false>().await;
    till.exit(ExitReason::Kill);
    till.monitor().await;
    for n in 1..=2 {
        till.cast(&Till::NOTE, n).try_send().unwrap();
    }
    assert_eq!(till.cast(&Till::NOTE, 9).try_send(), Err(CastError::Full));
    till.cast(&Till::NOTE, 3).await.unwrap();
    assert_eq!(till.call(&Till::ASK, 4).await, Ok(4));
    assert_eq!(outside.notes(), [1, 2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_room_of_a_child_that_is_terminated_waits_no_longer() {
    for down in [true, false] {
        let (shop, till, outside) = shop::<true>().await;
        if down {
            till.exit(ExitReason::Kill);
            till.monitor().await;
        } else {
            drop(hold(&till).await);
        }
        let queued = [1, 2].map(|n| till.call(&Till::ASK, n).send_request());
        let mut call = Box::pin(async { till.call(&Till::ASK, 4).await });
        let mut cast = Box::pin(async { till.cast(&Till::NOTE, 3).await });
        assert!(poll!(&mut call).is_pending());
        assert!(poll!(&mut cast).is_pending());
        shop.terminate_child("till").await.unwrap();
        let ended = Instant::now();
        assert!(is_down(&call.await));
        assert_eq!(cast.await, Ok(()), "a cast to nobody is dropped");
        for queued in queued {
            assert!(is_down(&queued.await));
        }
        assert_eq!(ended.elapsed(), Duration::ZERO);
        shop.restart_child("till").await.unwrap();
        assert_eq!(till.call(&Till::ASK, 5).await, Ok(5));
        assert_eq!(outside.notes(), [5]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_ends_with_the_supervisor() {
    let (shop, till, outside) = shop::<true>().await;
    let running = hold(&till).await;
    let queued = till.call(&Till::ASK, 1).send_request();
    outside.gate.notify_one();
    assert!(is_down(&running.await));
    shop.stop().await.unwrap();
    assert!(is_down(&queued.await));
    assert_eq!(outside.notes(), [0; 0]);
    drop((shop, till));
    assert_eq!(Arc::strong_count(&outside), 1, "nothing holds the tree");
}

/// A sibling that is stopped for the restart of another.
async fn bystander<const KEEP: bool>() -> Result<u64, CallError> {
    let outside = [0, 1].map(|_| Arc::new(Outside::default()));
    let given = outside.clone();
    let start = Supervisor::start("Shop", flags(Strategy::OneForAll), move |children| {
        let tills = [("a", &given[0]), ("b", &given[1])].map(|(id, outside)| {
            let outside = Arc::clone(outside);
            let start = move || Start::<Till<KEEP>>::new(Arc::clone(&outside));
            children.add(ChildSpec::new(id, start).shutdown(Shutdown::After(SECOND)))
        });
        (children.supervisor(), tills)
    });
    let (_shop, [failing, other]) = start.await.unwrap();
    let running = hold(&other).await;
    let queued = other.call(&Till::ASK, 1).send_request();
    failing.exit(ExitReason::Kill);
    // Its handler does not come to an end, and is killed.
    assert_eq!(running.await, Err(CallError::Down(ExitReason::Killed)));
    queued.await
}

#[tokio::test(start_paused = true)]
async fn a_bystander_keeps_its_mailbox_too() {
    assert_eq!(bystander::<true>().await, Ok(1));
    let down = CallError::Down(ExitReason::Killed);
    assert_eq!(bystander::<false>().await, Err(down));
}

#[gen_server]
struct Rates {
    #[table]
    by_symbol: Table<&'static str, u32>,
    updates: u32,
}

#[gen_server]
impl Rates {
    #[init]
    async fn new() -> Self {
        sleep(SECOND).await;
        Rates {
            by_symbol: Table::new(),
            updates: 0,
        }
    }

    #[call]
    fn publish(&mut self, symbol: &'static str, rate: u32) -> u32 {
        self.updates += 1;
        self.by_symbol.insert(symbol, rate);
        self.updates
    }

    #[read]
    fn rate(by_symbol: &TableReader<&'static str, u32>, symbol: &str) -> Option<u32> {
        by_symbol.get(symbol)
    }
}

#[tokio::test(start_paused = true)]
async fn readers_see_the_table_of_the_incarnation_that_is() {
    let start = Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
        let rates = children.add(ChildSpec::new("rates", Rates::start));
        (children.supervisor(), rates)
    });
    let (shop, rates) = start.await.unwrap();
    rates.publish("EUR", 1).await.unwrap();
    assert_eq!(rates.rate("EUR"), Some(1));
    let end = rates.monitor();
    rates.exit(ExitReason::Kill);
    end.await;
    assert_eq!(rates.rate("EUR"), None, "while there is none");
    assert_eq!(rates.publish("CHF", 2).await, Ok(1));
    assert_eq!((rates.rate("EUR"), rates.rate("CHF")), (None, Some(2)));
    shop.stop().await.unwrap();
    assert_eq!(rates.rate("CHF"), None);
}

#[derive(Clone, Copy)]
struct Tick(u32);

/// Counts ticks, of which each names the incarnation that asked for it.
#[gen_server]
struct Clock {
    incarnation: u32,
    ticks: Vec<u32>,
}

#[gen_server]
impl Clock {
    #[init]
    fn new(incarnation: u32, cx: &mut Context<Self>) -> Self {
        cx.send_after(2 * SECOND, Tick(incarnation));
        cx.send_interval(SECOND, Tick(incarnation));
        cx.attach(Box::pin(stream::unfold((), move |()| async move {
            sleep(SECOND).await;
            Some((Tick(incarnation), ()))
        })));
        Clock {
            incarnation,
            ticks: Vec::new(),
        }
    }

    #[every(1s)]
    fn sweep(&mut self) {
        self.ticks.push(self.incarnation);
    }

    #[info]
    fn on_tick(&mut self, tick: Tick) {
        self.ticks.push(tick.0);
    }

    #[call]
    fn ticks(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.ticks)
    }
}

#[tokio::test(start_paused = true)]
async fn timers_and_streams_end_with_their_incarnation() {
    let start = Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
        let mut incarnation = 0;
        let clock = children.add(ChildSpec::new("clock", move || {
            incarnation += 1;
            Clock::start(incarnation)
        }));
        (children.supervisor(), clock)
    });
    let (_shop, clock) = start.await.unwrap();
    sleep(SECOND * 3 / 2).await;
    let ticks = clock.ticks().await.unwrap();
    assert_eq!(ticks, [1, 1, 1]);
    let end = clock.monitor();
    clock.exit(ExitReason::Kill);
    end.await;
    assert_eq!(clock.ticks().await.unwrap(), [0; 0]);
    sleep(SECOND * 5 / 2).await;
    let ticks = clock.ticks().await.unwrap();
    assert_eq!(ticks, [2; 7]);
}
