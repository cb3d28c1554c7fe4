//! The door example's machine, with the test kit: its timeouts in virtual time, its crashes by seed.

#[path = "../examples/door.rs"]
#[allow(dead_code, reason = "its `main` is the example's")]
mod door;

use std::time::Duration;

use door::{Door, DoorRef, press};
use otp::prelude::*;
use otp::test::{self, Faults, Kind, Reports, started};

const CODE: [u8; 4] = [1, 2, 3, 4];

supervisor! {
    /// A house of one door.
    House {
        strategy: one_for_one,
        intensity: 100 per 1s,

        door: Door(CODE.to_vec()),
    }
}

async fn is_open(door: &DoorRef) -> bool {
    test::look(door, |door| matches!(door.state(), Door::Open)).await
}

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[tokio::test(start_paused = true)]
async fn the_right_code_opens_it_for_a_while() {
    let door = started(Door::start(CODE.to_vec())).await;
    assert_eq!(press(&door, &[4, 3, 2, 1]).await, Ok(false));
    assert_eq!(press(&door, &CODE).await, Ok(true));
    test::advance(ms(299)).await;
    assert!(is_open(&door).await);
    test::advance(ms(1)).await;
    assert!(!is_open(&door).await);
    door.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_button_while_it_is_open_counts_when_it_is_locked() {
    let door = started(Door::start(CODE.to_vec())).await;
    assert_eq!(press(&door, &CODE).await, Ok(true));
    let early = tokio::spawn(door.button(CODE[0]).send_request());
    test::advance(ms(299)).await;
    assert!(!early.is_finished());
    test::advance(ms(1)).await;
    assert_eq!(early.await.unwrap(), Ok(false));
    assert_eq!(press(&door, &CODE[1..]).await, Ok(true));
    door.finish().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_pressed_is_forgotten_after_three_seconds_without_a_button() {
    let door = started(Door::start(CODE.to_vec())).await;
    for digit in &CODE[..3] {
        assert_eq!(door.button(*digit).await, Ok(false));
        test::advance(ms(2_999)).await; // not yet: the next button is in time
    }
    test::advance(ms(1)).await;
    assert_eq!(press(&door, &CODE[3..]).await, Ok(false));
    test::advance(ms(3_000)).await;
    assert_eq!(press(&door, &CODE).await, Ok(true));
    door.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_code_that_is_none_is_refused() {
    let error = Door::start(vec![1, 10]).await.expect_err("no digit");
    assert_eq!(error.to_string(), "init failed: a code is made of digits");
}

#[tokio::test(start_paused = true)]
async fn an_open_door_that_crashes_is_locked_again() {
    let reports = Reports::capture();
    let house = started(House::start()).await;
    let faults = Faults::here();
    assert_eq!(press(house.door(), &CODE).await, Ok(true));
    faults.next_message_to(house.door(), "close").panics();
    test::advance(ms(300)).await;
    test::idle(&house).await;
    assert!(!is_open(house.door()).await);
    let kinds: Vec<_> = reports.of_child("door").iter().map(|it| it.kind).collect();
    assert_eq!(
        kinds,
        [Kind::Started, Kind::Ended, Kind::Restarted, Kind::Started]
    );
    house.finish().await;
}

#[tokio::test(start_paused = true)]
async fn no_crash_opens_it_for_who_has_not_pressed_the_whole_code() {
    for seed in 0..20 {
        let house = started(House::start()).await;
        let faults = Faults::seeded(seed).panics_one_in(8).only::<Door>();
        let mut pressed = Vec::new();
        for digit in CODE.iter().cycle().take(60) {
            match house.door().button(*digit).await {
                Ok(open) => {
                    pressed.push(*digit);
                    assert_eq!(open, pressed == CODE, "{pressed:?}");
                    if pressed.len() == CODE.len() {
                        pressed.clear();
                    }
                    if open {
                        test::advance(ms(300)).await;
                    }
                }
                // What was pressed is forgotten with the crash.
                Err(error) => {
                    assert!(matches!(error, CallError::Down(ExitReason::Panic { .. })));
                    pressed.clear();
                }
            }
        }
        assert!(!faults.injected().is_empty());
        house.finish().await;
    }
}
