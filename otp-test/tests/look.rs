//! Looking at the state of a server or a machine that a test runs.

mod support;

use std::time::Duration;

use otp::prelude::*;
use otp::test::{Faults, look, started};

use support::panic_of;
use support::tree::Till;

/// A lamp that goes off by itself.
#[state_machine(initial = Off, data = u32)]
enum Lamp {
    Off,
    On,
}

#[state_machine]
impl Lamp {
    #[init]
    fn new() -> u32 {
        0
    }

    #[call]
    #[on(Off => On)]
    #[refuse(On)]
    fn light(data: &mut u32, next: Next) -> u32 {
        *data += 1;
        next.on();
        *data
    }

    #[state_timeout(On, 1m)]
    #[on(On => Off)]
    fn dark(next: Next) {
        next.off();
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_shows_its_state_data_and_timeouts_and_fails_by_its_own_name() {
    let lamp = started(Lamp::start()).await;
    let faults = Faults::seeded(1).panics_one_in(1).sparing::<Lamp>();
    lamp.light().await.unwrap();
    let seen = look(&lamp, |lamp| {
        let timeouts: Vec<_> = lamp.timeouts().iter().map(|one| one.event).collect();
        (matches!(lamp.state(), Lamp::On), *lamp.data(), timeouts)
    });
    assert_eq!(seen.await, (true, 1, vec!["dark"]));
    drop(faults);
    let faults = Faults::seeded(1).panics_one_in(1).only::<Lamp>();
    otp::test::advance(Duration::from_secs(60)).await;
    assert_eq!(faults.injected().len(), 1);
    lamp.finish().await;
    drop(faults);
    let faults = Faults::here();
    faults.next_init_of::<Lamp>().panics();
    assert!(Lamp::start().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_look_is_ahead_of_what_waits() {
    let till = started(Till::start("one")).await;
    till.sys().suspend().await.unwrap();
    till.count().await.unwrap();
    look(&till, |_| ()).await;
    assert_eq!(till.info().mailbox_len, 1);
    till.sys().resume().await.unwrap();
    till.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_says_where_it_stands_and_why() {
    let till = started(Till::start("one")).await;
    let other = (*till).clone();
    let panic = panic_of(async move { look(&other, |_| panic!("I will not look")).await }).await;
    assert!(panic.starts_with("at otp-test/tests/look.rs:"), "{panic}");
    assert!(panic.contains("I will not look"), "{panic}");
    let other = (*till).clone();
    till.finish().await;
    let panic = panic_of(async move { look(&other, |_| ()).await }).await;
    assert!(panic.ends_with("the server is down: shutdown"), "{panic}");
}
