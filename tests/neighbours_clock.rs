//! Bad neighbours: a clock that jumps, as it does when a machine sleeps.

use std::time::Duration;

use otp::prelude::*;
use otp::test::{Probe, advance, run_until_idle, started};

const HOUR: Duration = Duration::from_secs(3600);

#[gen_server]
struct Clock {
    ticks: u32,
}

#[derive(Clone, Debug, PartialEq)]
struct Tick(u32);

#[gen_server]
impl Clock {
    #[init]
    fn new() -> Self {
        Clock { ticks: 0 }
    }

    #[every(1s)]
    fn tick(&mut self) {
        self.ticks += 1;
    }

    #[call]
    fn ticks(&mut self) -> u32 {
        std::mem::take(&mut self.ticks)
    }

    #[call]
    async fn takes(&mut self, time: Duration) -> u32 {
        tokio::time::sleep(time).await;
        self.ticks
    }

    #[call]
    fn crash(&mut self) {
        panic!("crash {}", self.ticks);
    }
}

/// Time jumps, and passes no moment on the way.
async fn jump(by: Duration) {
    tokio::time::advance(by).await;
    run_until_idle().await;
}

#[tokio::test(start_paused = true)]
async fn after_a_jump_an_interval_ticks_once_and_goes_on() {
    let clock = started(Clock::start()).await;
    let mut probe = Probe::<Tick>::start().await;
    let timer = otp::send_interval(probe.pid(), Duration::from_secs(1), Tick(1));
    jump(HOUR).await;
    assert_eq!(
        clock.ticks().await,
        Ok(1),
        "not one for each second that was missed"
    );
    probe.expect(Tick(1)).await;
    probe.expect_none(Duration::from_millis(900)).await;
    advance(Duration::from_millis(2100)).await;
    assert_eq!(clock.ticks().await, Ok(3));
    probe.expect_in_order([Tick(1), Tick(1), Tick(1)]).await;
    timer.cancel();
    clock.finish().await;
}

#[tokio::test(start_paused = true)]
async fn after_a_jump_timers_that_are_due_fire_once_and_in_order() {
    let mut probe = Probe::<Tick>::start().await;
    let timers: Vec<_> = [3, 1, 2]
        .map(|n| otp::send_after(probe.pid(), Duration::from_secs(n.into()), Tick(n)))
        .into();
    jump(HOUR).await;
    probe.expect_in_order([Tick(1), Tick(2), Tick(3)]).await;
    probe.expect_none(HOUR).await;
    drop(timers);
}

#[tokio::test(start_paused = true)]
async fn after_a_jump_calls_that_wait_have_timed_out_and_are_still_handled() {
    let clock = started(Clock::start()).await;
    let caller = (*clock).clone();
    let waiting = tokio::spawn(async move { caller.takes(2 * HOUR).await });
    run_until_idle().await;
    jump(HOUR).await;
    assert_eq!(waiting.await.unwrap(), Err(CallError::Timeout));
    jump(HOUR).await;
    // What it was asked for is done, late, and nobody gets the answer. Each jump was worth one tick.
    assert_eq!(clock.ticks().await, Ok(2));
    clock.finish().await;
}

#[tokio::test(start_paused = true)]
async fn after_a_jump_a_supervisor_has_forgotten_earlier_restarts() {
    supervisor! {
        Tree() { strategy: one_for_one, intensity: 2 per 5s, clock: Clock() }
    }
    let tree = started(Tree::start()).await;
    for _ in 0..5 {
        for _ in 0..2 {
            assert!(tree.clock().crash().await.is_err());
            run_until_idle().await;
        }
        assert!(tree.is_alive());
        jump(HOUR).await;
    }
    let end = tree.monitor();
    for _ in 0..3 {
        assert!(tree.clock().crash().await.is_err());
        run_until_idle().await;
    }
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    tree.finish().await;
}
