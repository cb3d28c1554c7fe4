//! Timers and streams: PRC-027 to PRC-029, on tokio's paused clock.

mod process_support;

use std::time::Duration;

use futures::stream;
use otp::prelude::*;
use otp::{StreamEnd, Timer, spawn_monitor};
use process_support::{gone, inside};
use tokio::time::{Instant, advance, sleep};

/// Remembers what came, and when.
#[gen_server(mailbox = 4)]
struct Clock {
    since: Instant,
    seen: Vec<(u64, Tick)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Tick(&'static str);

#[derive(Clone, Copy, Debug, PartialEq)]
struct Item(u32);

#[gen_server]
impl Clock {
    #[init]
    fn new() -> Self {
        Clock {
            since: Instant::now(),
            seen: Vec::new(),
        }
    }

    fn note(&mut self, tick: Tick) {
        let at = self.since.elapsed().as_millis();
        self.seen.push((u64::try_from(at).unwrap(), tick));
    }

    #[call]
    fn after(&mut self, cx: &mut Context<Self>, delay: Duration, name: &'static str) -> Timer {
        self.seen.reserve(1);
        cx.send_after(delay, Tick(name))
    }

    #[call]
    fn interval(&mut self, cx: &mut Context<Self>, period: Duration, name: &'static str) -> Timer {
        self.seen.reserve(1);
        cx.send_interval(period, Tick(name))
    }

    #[call]
    fn attach_numbers(&mut self, cx: &mut Context<Self>, up_to: u32) -> tokio::task::AbortHandle {
        self.seen.reserve(up_to as usize);
        cx.attach(stream::iter((0..up_to).map(Item)))
    }

    #[call]
    fn attach_slow(&mut self, cx: &mut Context<Self>) -> tokio::task::AbortHandle {
        self.seen.reserve(1);
        cx.attach(Box::pin(stream::unfold(0, |number| async move {
            sleep(secs(1)).await;
            Some((Item(number), number + 1))
        })))
    }

    #[call]
    async fn hold_for(&mut self, time: Duration) {
        sleep(time).await;
        self.note(Tick("held"));
    }

    #[call]
    fn seen(&mut self) -> Vec<(u64, Tick)> {
        std::mem::take(&mut self.seen)
    }

    #[info]
    fn on_tick(&mut self, tick: Tick) {
        self.note(tick);
    }

    #[info]
    fn on_item(&mut self, item: Item) {
        let items = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        self.note(Tick(items[item.0 as usize]));
    }

    #[info]
    fn on_end(&mut self, _end: StreamEnd) {
        self.note(Tick("end"));
    }
}

/// Has its timers by attribute.
#[gen_server]
struct Periodic {
    since: Instant,
    swept: Vec<u64>,
    warmed: Vec<u64>,
}

#[gen_server]
impl Periodic {
    #[init]
    fn new() -> Self {
        Periodic {
            since: Instant::now(),
            swept: Vec::new(),
            warmed: Vec::new(),
        }
    }

    #[every(10s)]
    fn sweep(&mut self) {
        self.swept.push(self.since.elapsed().as_secs());
    }

    #[after(25s)]
    fn warm(&mut self) {
        self.warmed.push(self.since.elapsed().as_secs());
    }

    #[call]
    fn swept(&mut self) -> (Vec<u64>, Vec<u64>) {
        (self.swept.clone(), self.warmed.clone())
    }
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// PRC-027: once, and not before its time.
#[tokio::test(start_paused = true)]
async fn prc_027_a_timer_fires_once_and_not_too_early() {
    let clock = Clock::start().await.unwrap();
    let timer = clock.after(ms(1500), "late").await.unwrap();
    assert_eq!(timer.remaining(), Some(ms(1500)));
    sleep(ms(1499)).await;
    assert_eq!(clock.seen().await, Ok(vec![]));
    assert_eq!(timer.remaining(), Some(ms(1)));
    sleep(secs(10)).await;
    assert_eq!(clock.seen().await, Ok(vec![(1500, Tick("late"))]));
    assert_eq!(timer.remaining(), None);
    assert_eq!(timer.cancel(), None);
}

/// PRC-027: `cancel` says what was left, and nothing comes any more; a second one says `None`.
#[tokio::test(start_paused = true)]
async fn prc_027_cancel_returns_the_time_left() {
    let clock = Clock::start().await.unwrap();
    let timer = clock.after(secs(10), "never").await.unwrap();
    sleep(secs(4)).await;
    assert_eq!(timer.cancel(), Some(secs(6)));
    assert_eq!(timer.cancel(), None);
    assert_eq!(timer.remaining(), None);
    sleep(secs(20)).await;
    assert_eq!(clock.seen().await, Ok(vec![]));
}

/// PRC-027: after `None` the message may be in the mailbox, from where it can be flushed.
#[tokio::test(start_paused = true)]
async fn prc_027_a_timer_that_has_fired_is_to_be_flushed() {
    let (early, late) = inside(|mut me| async move {
        let timer = otp::send_after(me.pid(), secs(1), Tick("fired"));
        sleep(secs(2)).await;
        assert_eq!(timer.cancel(), None);
        let early = me.try_receive::<Tick>();
        (early, me.try_receive::<Tick>())
    })
    .await;
    assert_eq!((early, late), (Some(Tick("fired")), None));
}

/// PRC-027: `cancel` and the timer never both win.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_027_a_timer_is_either_cancelled_or_delivered() {
    for round in 0..500 {
        let (left, came) = inside(move |mut me| async move {
            let timer = otp::send_after(me.pid(), Duration::ZERO, Tick("race"));
            for _ in 0..round % 50 {
                tokio::task::yield_now().await;
            }
            let left = timer.cancel();
            let came = if left.is_none() {
                // It has fired, so it will be there.
                Some(me.receive::<Tick>().await)
            } else {
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                me.try_receive::<Tick>()
            };
            (left, came)
        })
        .await;
        assert_eq!(left.is_none(), came.is_some(), "round {round}");
    }
}

/// PRC-027: a timer without delay is a message as well, behind the current handler.
#[tokio::test(start_paused = true)]
async fn prc_027_a_timer_of_no_time_fires_at_once() {
    let clock = Clock::start().await.unwrap();
    clock.after(Duration::ZERO, "now").await.unwrap();
    sleep(ms(1)).await;
    let seen = clock.seen().await.unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].1, Tick("now"));
}

/// PRC-027: an interval goes on until it is cancelled.
#[tokio::test(start_paused = true)]
async fn prc_027_an_interval_repeats_until_it_is_cancelled() {
    let clock = Clock::start().await.unwrap();
    let timer = clock.interval(secs(2), "again").await.unwrap();
    sleep(ms(6500)).await;
    let again = Tick("again");
    let seen = vec![(2000, again), (4000, again), (6000, again)];
    assert_eq!(clock.seen().await, Ok(seen));
    timer.cancel();
    sleep(secs(10)).await;
    assert_eq!(clock.seen().await, Ok(vec![]));
}

/// PRC-028: a timer of a process that has ended, or that ends before it is due, is dropped.
#[tokio::test(start_paused = true)]
async fn prc_028_a_timer_to_the_dead_is_dropped() {
    otp::send_after(gone().await, secs(1), Tick("nobody"));
    let (pid, end) = spawn_monitor(|mut me| async move {
        me.receive::<()>().await;
    });
    let timer = otp::send_after(pid, secs(5), Tick("nobody"));
    let interval = otp::send_interval(pid, secs(5), Tick("nobody"));
    pid.send(()).unwrap();
    end.await;
    sleep(secs(20)).await;
    assert_eq!(timer.remaining(), None);
    assert_eq!(interval.remaining(), None);
}

/// PRC-028: a server's own timers end with it, and do not keep it alive.
#[tokio::test(start_paused = true)]
async fn prc_028_a_servers_timers_end_with_it() {
    let clock = Clock::start().await.unwrap();
    let once = clock.after(secs(60), "never").await.unwrap();
    let again = clock.interval(secs(60), "never").await.unwrap();
    clock.stop().await.unwrap();
    tokio::task::yield_now().await;
    assert_eq!(once.remaining(), None);
    assert_eq!(again.remaining(), None);

    let clock = Clock::start().await.unwrap();
    clock.interval(secs(1), "again").await.unwrap();
    let end = clock.monitor();
    drop(clock);
    assert_eq!(end.await.reason, ExitReason::Normal);
}

/// PRC-029: whatever the order in which they were set, timers fire in the order of their times.
#[tokio::test(start_paused = true)]
async fn prc_029_timers_fire_in_the_order_of_their_time() {
    let clock = Clock::start().await.unwrap();
    for (delay, name) in [
        (50, "fifth"),
        (10, "first"),
        (40, "fourth"),
        (20, "second"),
        (30, "third"),
    ] {
        clock.after(ms(delay), name).await.unwrap();
    }
    sleep(secs(1)).await;
    let order = vec![
        (10, Tick("first")),
        (20, Tick("second")),
        (30, Tick("third")),
        (40, Tick("fourth")),
        (50, Tick("fifth")),
    ];
    assert_eq!(clock.seen().await, Ok(order));
}

/// PRC-029: timers of many processes share one time, which only the test moves.
#[tokio::test(start_paused = true)]
async fn prc_029_time_moves_only_as_the_test_says() {
    let received = inside(|mut me| async move {
        let began = Instant::now();
        otp::send_after(me.pid(), secs(3), 3_u64);
        otp::send_after(me.pid(), secs(1), 1_u64);
        let clock = Clock::start().await.unwrap();
        clock.after(secs(2), "between").await.unwrap();
        let mut received = vec![(me.receive::<u64>().await, began.elapsed().as_secs())];
        assert_eq!(clock.seen().await, Ok(vec![]));
        received.push((me.receive::<u64>().await, began.elapsed().as_secs()));
        assert_eq!(clock.seen().await, Ok(vec![(2000, Tick("between"))]));
        received
    })
    .await;
    assert_eq!(received, [(1, 1), (3, 3)]);

    let clock = Clock::start().await.unwrap();
    let timer = clock.after(secs(5), "due").await.unwrap();
    tokio::task::yield_now().await;
    advance(secs(5)).await;
    while timer.remaining().is_some() {
        tokio::task::yield_now().await;
    }
    let seen = clock.seen().await.unwrap();
    assert!(
        seen.iter()
            .all(|(at, tick)| (5000..=5001).contains(at) && *tick == Tick("due"))
    );
}

/// PRC-029: `#[every]` and `#[after]` follow the same clock.
#[tokio::test(start_paused = true)]
async fn prc_029_timers_by_attribute_keep_time() {
    let server = Periodic::start().await.unwrap();
    sleep(secs(45)).await;
    assert_eq!(server.swept().await, Ok((vec![10, 20, 30, 40], vec![25])));
}

/// PRC-027: what comes due while a handler waits is handled behind it, an interval included.
#[tokio::test(start_paused = true)]
async fn prc_027_a_busy_server_gets_its_timers_later() {
    let clock = Clock::start().await.unwrap();
    clock.after(secs(1), "due").await.unwrap();
    clock.hold_for(secs(3)).await.unwrap();
    sleep(ms(1)).await;
    let seen = vec![(3000, Tick("held")), (3000, Tick("due"))];
    assert_eq!(clock.seen().await, Ok(seen));
}

/// PRC-017: a stream's items come in order and then its end, through a mailbox smaller than it.
#[tokio::test(start_paused = true)]
async fn prc_017_a_streams_items_come_in_order() {
    let clock = Clock::start().await.unwrap();
    clock.attach_numbers(10).await.unwrap();
    sleep(ms(1)).await;
    let seen = clock.seen().await.unwrap();
    let names: Vec<_> = seen.iter().map(|(_, tick)| tick.0).collect();
    assert_eq!(
        names,
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "end"]
    );
}

/// PRC-028: a stream ends with its server, or when its handle is told to.
#[tokio::test(start_paused = true)]
async fn prc_028_a_stream_ends_with_its_server() {
    let clock = Clock::start().await.unwrap();
    let first = clock.attach_slow().await.unwrap();
    sleep(ms(2500)).await;
    first.abort();
    sleep(secs(5)).await;
    let seen = vec![(1000, Tick("0")), (2000, Tick("1"))];
    assert_eq!(clock.seen().await, Ok(seen));

    let second = clock.attach_slow().await.unwrap();
    clock.stop().await.unwrap();
    sleep(ms(1)).await;
    assert!(second.is_finished());
}
