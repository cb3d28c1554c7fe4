//! Children that wait for each other while their supervisor waits for them: nobody waits for ever.

use std::time::Duration;

use otp::prelude::*;
use otp::{ChildSpec, Flags, Intensity, Shutdown, Strategy, Supervisor};
use tokio::time::Instant;

/// Fails when it is told to.
#[gen_server]
struct Till {
    taken: u64,
}

#[gen_server]
impl Till {
    #[init]
    fn new() -> Self {
        Till { taken: 0 }
    }

    #[call]
    async fn charge(&mut self, amount: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert!(amount > 0, "nothing to charge");
        self.taken += amount;
        self.taken
    }
}

/// Has its handler go on calling a till that has crashed.
#[gen_server]
struct Audit {
    till: TillRef,
    errors: Vec<CallError>,
}

#[gen_server]
impl Audit {
    #[init]
    fn new(till: TillRef) -> Self {
        Audit {
            till,
            errors: Vec::new(),
        }
    }

    #[cast]
    async fn work(&mut self, rest: Duration) {
        for amount in [0, 7] {
            if let Err(error) = self.till.charge(amount).timeout(Duration::MAX).await {
                self.errors.push(error);
            }
            tokio::time::sleep(rest).await;
        }
    }
}

async fn start(strategy: Strategy) -> (otp::SupervisorRef, TillRef, AuditRef) {
    let flags = Flags::new(strategy, Intensity::new(3, Duration::from_secs(5)));
    Supervisor::start("Books", flags, |children| {
        let till = children.add(ChildSpec::new("till", Till::start));
        let audit = {
            let till = till.clone();
            let spec = ChildSpec::new("audit", move || Audit::start(till.clone()));
            children.add(spec.shutdown(Shutdown::Infinity))
        };
        (children.supervisor(), till, audit)
    })
    .await
    .unwrap()
}

/// The audit calls the crashed till again; the till is restarted only after the audit was stopped, which
/// waits for the audit's handler.
#[tokio::test(start_paused = true)]
async fn a_call_to_a_sibling_that_waits_for_the_callers_stop_ends_at_once() {
    for (strategy, rest) in [
        (Strategy::RestForOne, 0),
        (Strategy::OneForAll, 0),
        // The call comes after the stop has begun, or before.
        (Strategy::RestForOne, 1),
    ] {
        let begun = Instant::now();
        let (books, till, audit) = start(strategy).await;
        audit.work(Duration::from_millis(rest)).await.unwrap();
        let end = audit.monitor();
        assert_eq!(end.await.reason, ExitReason::Shutdown);
        // It is up again, and so is the till.
        assert_eq!(till.charge(5).await, Ok(5));
        assert!(begun.elapsed() < Duration::from_millis(100), "{strategy:?}");
        books.stop().await.unwrap();
    }
}

/// Others go on waiting for the new incarnation.
#[tokio::test(start_paused = true)]
async fn who_is_not_in_the_way_waits_for_the_next_incarnation() {
    let (books, till, audit) = start(Strategy::OneForOne).await;
    audit.work(Duration::ZERO).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(till.charge(5).await, Ok(12));
    assert!(audit.is_alive());
    books.stop().await.unwrap();
}
