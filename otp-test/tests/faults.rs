//! Servers that fail because a test wants them to.

mod support;

use std::time::Duration;

use otp::prelude::*;
use otp::test::{Faults, Injected, InjectedAt, InjectedFault, idle, started};

use support::tree::{Shop, Till};

fn is_panic<T: std::fmt::Debug>(answer: &Result<T, CallError>) -> bool {
    matches!(answer, Err(CallError::Down(ExitReason::Panic { .. })))
}

#[tokio::test(start_paused = true)]
async fn the_next_message_panics_and_the_supervisor_restarts() {
    let shop = started(Shop::start()).await;
    assert_eq!(shop.till().pay(5).await, Ok(5));
    let faults = Faults::here();
    faults.next_message(shop.till()).panics_with("no paper");
    assert_eq!(shop.spare().pay(1).await, Ok(1));
    let answer = shop.till().pay(5).await;
    assert!(is_panic(&answer), "{answer:?}");
    assert!(answer.unwrap_err().to_string().ends_with("no paper"));
    assert_eq!(shop.till().pay(2).await, Ok(2), "a new incarnation");
    shop.finish().await;
}

#[tokio::test(start_paused = true)]
async fn only_messages_for_the_handler_that_is_named_fail() {
    let till = started(Till::start("one")).await;
    let faults = Faults::here();
    faults.next_message_to(&till, "name").panics();
    assert_eq!(till.pay(1).await, Ok(1));
    assert!(is_panic(&till.name().await));
    let injected = faults.injected();
    assert!(
        matches!(
            injected[..],
            [Injected {
                server: "Till",
                at: InjectedAt::Handler("name"),
                fault: InjectedFault::Panic,
                ..
            }]
        ),
        "{injected:?}"
    );
    till.finish().await;
}

#[tokio::test(start_paused = true)]
async fn who_hangs_at_random_is_released_by_its_pid() {
    let till = started(Till::start("one")).await;
    let faults = Faults::seeded(1).hangs_one_in(1).at_most(1);
    let waiting = till.pay(3).send_request();
    assert_eq!(till.pay(4).await, Err(CallError::Timeout));
    let hung = &faults.injected()[0];
    assert_eq!(hung.fault, InjectedFault::Hang);
    faults.release(&hung.pid);
    assert_eq!(waiting.await, Ok(3));
    till.finish().await;
}

#[tokio::test(start_paused = true)]
async fn what_has_not_come_up_is_told() {
    let till = started(Till::start("one")).await;
    let faults = Faults::here();
    faults.next_message_to(&till, "play").panics();
    faults.next_message(&till).panics();
    faults.next_terminate(&till).panics();
    assert!(is_panic(&till.pay(1).await));
    let text = format!("{faults:?}");
    assert!(
        text.contains("not_come_up: [the next message to `play`]"),
        "{text}"
    );
    till.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_hangs_until_it_is_released_or_killed() {
    let shop = started(Shop::start()).await;
    let faults = Faults::here();
    faults.next_message(shop.till()).hangs();
    assert_eq!(shop.till().pay(1).await, Err(CallError::Timeout));
    assert_eq!(shop.till().pay(2).await, Err(CallError::Timeout));
    faults.release(shop.till());
    assert_eq!(shop.till().pay(4).await, Ok(7), "none was lost");

    faults.next_message(shop.till()).hangs();
    let waiting = shop.till().pay(1).send_request();
    otp::test::run_until_idle().await;
    shop.till().exit(ExitReason::Kill);
    assert_eq!(waiting.await, Err(CallError::Down(ExitReason::Killed)));
    assert_eq!(shop.till().pay(9).await, Ok(9), "a new incarnation");

    faults.next_message(shop.till()).hangs();
    let waiting = shop.till().pay(1).send_request();
    otp::test::run_until_idle().await;
    drop(faults);
    assert_eq!(
        waiting.await,
        Ok(10),
        "what hangs goes on when the faults end"
    );
    shop.finish().await;
}

#[tokio::test(start_paused = true)]
async fn the_next_init_fails_panics_or_hangs() {
    let faults = Faults::here();
    faults.next_init_of::<Till>().fails("no drawer".to_owned());
    let error = Till::start("one").await.unwrap_err();
    assert_eq!(error, otp::StartError::Init("no drawer".to_owned()));
    faults.next_init_of::<Till>().panics();
    let error = Till::start("one").await.unwrap_err();
    assert!(
        matches!(error, otp::StartError::Down(ExitReason::Panic { .. })),
        "{error:?}"
    );
    faults.next_init_of::<Till>().hangs();
    let error = Till::start("one")
        .timeout(Duration::from_secs(1))
        .await
        .unwrap_err();
    assert_eq!(error, otp::StartError::Timeout);
    faults.next_init_of::<Till>().fails(7_u8);
    let error = Till::start("one").await.unwrap_err().to_string();
    assert!(error.contains("an error of another type"), "{error}");

    let shop = started(Shop::start()).await;
    faults.next_init(shop.till()).fails("no drawer".to_owned());
    shop.till().exit(ExitReason::Kill);
    idle(&shop).await;
    assert_eq!(shop.till().pay(1).await, Ok(1), "the second try worked");
    let kinds: Vec<_> = faults.injected().into_iter().map(|one| one.fault).collect();
    let (error, panic, hang) = (
        InjectedFault::Error,
        InjectedFault::Panic,
        InjectedFault::Hang,
    );
    assert_eq!(kinds, [error, panic, hang, error, error]);
    shop.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_terminate_that_hangs_is_killed_when_its_time_is_up() {
    let shop = started(Shop::start()).await;
    let faults = Faults::here();
    faults.next_terminate(shop.till()).hangs();
    let (end, began) = (shop.till().monitor(), tokio::time::Instant::now());
    shop.finish().await;
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert_eq!(began.elapsed(), Duration::from_secs(5));
}

/// What a run of a shop under random faults comes to.
async fn storm(seed: u64) -> (Vec<(&'static str, InjectedAt)>, Vec<u64>) {
    let shop = started(Shop::start()).await;
    let faults = Faults::seeded(seed)
        .panics_one_in(4)
        .hangs_one_in(50)
        .at_most(3);
    let mut answers = Vec::new();
    for n in 0..40 {
        let till = if n % 3 == 0 {
            shop.spare()
        } else {
            shop.till()
        };
        answers.push(till.pay(1).await.unwrap_or(0));
    }
    let injected = faults.injected();
    let injected = injected
        .into_iter()
        .map(|one| (one.server, one.at))
        .collect();
    drop(faults);
    shop.finish().await;
    (injected, answers)
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_faults() {
    let first = storm(11).await;
    assert_eq!(first.0.len(), 3);
    assert!(first.1.contains(&0));
    assert_eq!(first, storm(11).await);
    assert_ne!(first, storm(12).await);
}

#[tokio::test(start_paused = true)]
async fn random_faults_are_for_the_types_that_are_named() {
    let till = started(Till::start("one")).await;
    let spared = Faults::seeded(1).panics_one_in(1).sparing::<Till>();
    assert_eq!(till.pay(1).await, Ok(1));
    drop(spared);
    let faults = Faults::seeded(1).panics_one_in(1).only::<Till>();
    assert!(is_panic(&till.pay(1).await));
    assert_eq!(faults.injected().len(), 1);
    till.finish().await;
}

#[test]
fn faults_are_for_the_runtime_that_they_were_made_on() {
    let runtime = || tokio::runtime::Runtime::new().expect("a runtime");
    let (here, there) = (runtime(), runtime());
    let faults = here.block_on(async { Faults::seeded(1).panics_one_in(1) });
    there.block_on(async {
        let till = Till::start("there").await.unwrap();
        for n in 1..=100 {
            assert_eq!(till.pay(1).await, Ok(n));
        }
    });
    here.block_on(async {
        let till = Till::start("here").await.unwrap();
        assert!(is_panic(&till.pay(1).await));
    });
    assert_eq!(faults.injected().len(), 1);
    drop(faults);
    here.block_on(async {
        let till = Till::start("here").await.unwrap();
        assert_eq!(till.pay(1).await, Ok(1));
    });
}
