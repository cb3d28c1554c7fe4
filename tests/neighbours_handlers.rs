//! Bad neighbours: handlers that never await, await for ever, or panic with something nasty.

mod neighbours;

use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use otp::prelude::*;
use otp::test::started;

use neighbours::{multi_thread, on_both, until};

#[gen_server(call_timeout = 50ms)]
struct Bad {
    calls: u32,
}

#[gen_server]
impl Bad {
    #[init]
    fn new() -> Self {
        Bad { calls: 0 }
    }

    #[call]
    fn calls(&mut self) -> u32 {
        self.calls += 1;
        self.calls
    }

    /// Holds its thread until it is let go.
    #[call]
    fn spin(&mut self, spins: Arc<AtomicBool>, let_go: Arc<AtomicBool>) {
        spins.store(true, Ordering::Release);
        while !let_go.load(Ordering::Acquire) {
            std::hint::spin_loop();
        }
        self.calls += 1;
    }

    #[call]
    async fn never(&mut self) {
        self.calls += 1;
        std::future::pending::<()>().await;
    }

    #[call]
    fn nasty(&mut self, bombs: u32, dropped: Arc<AtomicU32>) -> u32 {
        self.calls += 1;
        panic_any(Bomb(bombs, dropped));
    }

    #[call]
    async fn nasty_later(&mut self, bombs: u32, dropped: Arc<AtomicU32>) -> u32 {
        self.calls += 1;
        tokio::task::yield_now().await;
        panic_any(Bomb(bombs, dropped));
    }
}

/// Panics when it is dropped, with another of its kind.
struct Bomb(u32, Arc<AtomicU32>);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.1.fetch_add(1, Ordering::Relaxed);
        if let Some(left) = self.0.checked_sub(1) {
            panic_any(Bomb(left, self.1.clone()));
        }
    }
}

#[test]
fn a_handler_that_never_awaits_holds_its_thread_and_no_other() {
    let home = multi_thread(2);
    let (bad, good) =
        home.block_on(async { (Bad::start().await.unwrap(), Bad::start().await.unwrap()) });
    let (spins, let_go) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicBool::new(false)),
    );
    let _held = {
        let _inside = home.enter();
        bad.spin(spins.clone(), let_go.clone()).send_request()
    };
    until(|| spins.load(Ordering::Acquire));
    let end = bad.monitor();
    home.block_on(async {
        // Others on the same runtime go on, callers of the bad one are told after their time ...
        for n in 1..=100 {
            assert_eq!(good.calls().timeout(Duration::MAX).await, Ok(n));
        }
        assert_eq!(bad.calls().await, Err(CallError::Timeout));
        // ... and nothing ends a handler that does not await: not even a kill.
        bad.exit(ExitReason::Kill);
        assert_eq!(good.calls().timeout(Duration::MAX).await, Ok(101));
        assert!(bad.is_alive());
    });
    let_go.store(true, Ordering::Release);
    assert_eq!(home.block_on(end).reason, ExitReason::Killed);
}

#[test]
fn a_handler_that_awaits_for_ever_holds_up_its_callers_until_it_is_killed() {
    on_both(|| async {
        let bad = Bad::start().await.unwrap();
        assert_eq!(bad.never().await, Err(CallError::Timeout));
        assert_eq!(bad.calls().await, Err(CallError::Timeout));
        let stop = bad.stop().timeout(Duration::from_millis(20)).await;
        assert_eq!(stop, Err(otp::StopError::Timeout));
        let waiting = bad.calls().timeout(Duration::MAX).send_request();
        bad.exit(ExitReason::Kill);
        assert_eq!(waiting.await, Err(CallError::Down(ExitReason::Killed)));
        assert!(!bad.is_alive());
    });
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_kills_a_child_whose_handler_awaits_for_ever() {
    supervisor! {
        Tree() { strategy: one_for_one, intensity: 3 per 5s, bad: Bad() { shutdown: 2s } }
    }
    let tree = started(Tree::start()).await;
    assert_eq!(tree.bad().never().await, Err(CallError::Timeout));
    let (end, began) = (tree.bad().monitor(), tokio::time::Instant::now());
    tree.finish().await;
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert_eq!(began.elapsed(), Duration::from_secs(2));
}

#[test]
fn a_payload_that_panics_when_it_is_dropped_ends_its_server_alone() {
    on_both(|| async {
        for bombs in 0..3 {
            for later in [false, true] {
                let dropped = Arc::new(AtomicU32::new(0));
                let (bad, good) = (Bad::start().await.unwrap(), Bad::start().await.unwrap());
                let end = bad.monitor();
                let answer = if later {
                    bad.nasty_later(bombs, dropped.clone())
                        .timeout(Duration::MAX)
                        .await
                } else {
                    bad.nasty(bombs, dropped.clone())
                        .timeout(Duration::MAX)
                        .await
                };
                let reason = end.await.reason;
                assert!(matches!(reason, ExitReason::Panic { .. }), "{reason}");
                assert_eq!(answer, Err(CallError::Down(reason)));
                assert!(dropped.load(Ordering::Relaxed) >= 1);
                assert_eq!(good.calls().timeout(Duration::MAX).await, Ok(1));
            }
        }
    });
}
