//! Event timeouts, state timeouts, named timeouts. Conformance SM-037 to SM-051, SM-053.

#[path = "state_machine_support/mod.rs"]
mod support;

use std::time::Duration;

use otp::TimeoutKey::{self, Named};
use otp::{ExitReason, When};
use tokio::time::{Instant, sleep};

use support::{At, Event, Place, Setup, Word, call, cast, event, noted, settled};

const MS: Duration = Duration::from_millis(1);

fn quiet(name: &'static str) -> Event {
    event(name, |_| {})
}

/// Sets the event timeout.
fn event_timeout(at: &mut At<'_>, after: Duration) {
    at.turn
        .start_timeout(TimeoutKey::Event, after, quiet("silence"));
}

/// Sets the state timeout of the state that it is in.
fn state_timeout(at: &mut At<'_>, after: Duration, name: &'static str) {
    at.turn.start_state_timeout(at.place, after, quiet(name));
}

#[tokio::test(start_paused = true)]
async fn sm_037_any_event_ends_an_event_timeout() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    // A message.
    cast(&gate, "one", |at| event_timeout(at, 10 * MS)).await;
    cast(&gate, "message", |_| {}).await;
    sleep(20 * MS).await;
    // An inserted event.
    cast(&gate, "two", |at| {
        event_timeout(at, 10 * MS);
        at.turn.insert(quiet("inserted"));
    })
    .await;
    sleep(20 * MS).await;
    // Another timeout.
    cast(&gate, "three", |at| {
        event_timeout(at, 10 * MS);
        at.turn.start_timeout(Named("tea"), 5 * MS, quiet("tea"));
    })
    .await;
    sleep(20 * MS).await;
    // A retried event.
    cast(&gate, "four", |at| {
        if at.place == Place::A {
            at.postpone();
            at.turn.go(Place::B);
            event_timeout(at, 10 * MS);
        }
    })
    .await;
    sleep(20 * MS).await;
    let expected = [
        "A: one",
        "A: message",
        "A: two",
        "A: inserted",
        "A: three",
        "A: tea",
        "A: four",
        "B: four",
    ];
    assert_eq!(noted(&log), expected);
    cast(&gate, "five", |at| event_timeout(at, 10 * MS)).await;
    sleep(20 * MS).await;
    assert_eq!(noted(&log)[8..], ["B: five", "B: silence"]);
}

#[tokio::test(start_paused = true)]
async fn sm_038_an_event_timeout_has_to_be_set_anew() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| event_timeout(at, 10 * MS)).await;
    cast(&gate, "sets none", |_| {}).await;
    settled(&gate).await;
    let machine = gate.sys().get_state().await;
    assert!(machine.is_ok_and(|machine| machine.timeouts().is_empty()));
    sleep(50 * MS).await;
    assert_eq!(noted(&log), ["A: sets", "A: sets none"]);
}

#[tokio::test(start_paused = true)]
async fn sm_039_an_event_timeout_of_no_time_is_an_event_at_once() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        at.cx.me().send(Word("message")).unwrap();
        event_timeout(at, Duration::ZERO);
    })
    .await;
    settled(&gate).await;
    assert_eq!(noted(&log), ["A: sets", "A: silence", "A: message"]);
    cast(&gate, "with another", |at| {
        event_timeout(at, Duration::ZERO);
        at.turn.insert(quiet("inserted"));
    })
    .await;
    settled(&gate).await;
    assert_eq!(noted(&log)[3..], ["A: with another", "A: inserted"]);
}

#[tokio::test(start_paused = true)]
async fn sm_040_a_state_timeout_ends_with_its_state_alone() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| state_timeout(at, 10 * MS, "over")).await;
    cast(&gate, "keeps", |_| {}).await;
    sleep(20 * MS).await;
    assert_eq!(noted(&log), ["A: sets", "A: keeps", "A: over"]);
    cast(&gate, "sets", |at| state_timeout(at, 10 * MS, "over")).await;
    cast(&gate, "changes", |at| at.turn.go(Place::B)).await;
    cast(&gate, "comes back", |at| at.turn.go(Place::A)).await;
    sleep(20 * MS).await;
    assert_eq!(noted(&log)[3..], ["A: sets", "A: changes", "B: comes back"]);
}

#[tokio::test(start_paused = true)]
async fn sm_041_to_set_it_again_restarts_it() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| state_timeout(at, 10 * MS, "old")).await;
    sleep(5 * MS).await;
    cast(&gate, "sets", |at| state_timeout(at, 10 * MS, "new")).await;
    let began = Instant::now();
    sleep(9 * MS).await;
    assert_eq!(noted(&log).len(), 2);
    sleep(11 * MS).await;
    assert_eq!(noted(&log)[2..], ["A: new"]);
    assert!(began.elapsed() >= 20 * MS);
}

#[tokio::test(start_paused = true)]
async fn sm_042_to_repeat_the_state_leaves_it_alone() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| state_timeout(at, 10 * MS, "over")).await;
    cast(&gate, "repeats", |at| at.turn.repeat()).await;
    sleep(20 * MS).await;
    assert_eq!(noted(&log), ["A: sets", "A: repeats", "A: over"]);
}

#[tokio::test(start_paused = true)]
async fn sm_043_and_044_timeouts_of_no_time_come_after_inserted_events_in_their_order() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        at.turn
            .start_timeout(Named("one"), Duration::ZERO, quiet("one"));
        state_timeout(at, Duration::ZERO, "two");
        at.turn
            .start_timeout(Named("three"), Duration::ZERO, quiet("three"));
        at.turn.insert(quiet("inserted"));
    })
    .await;
    settled(&gate).await;
    let expected = ["A: sets", "A: inserted", "A: one", "A: two", "A: three"];
    assert_eq!(noted(&log), expected);
}

#[tokio::test(start_paused = true)]
async fn sm_045_set_with_the_change_it_belongs_to_the_new_state() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "changes", |at| {
        at.turn
            .start_state_timeout(Place::B, 10 * MS, quiet("of B"));
        at.turn.go(Place::B);
    })
    .await;
    sleep(20 * MS).await;
    assert_eq!(noted(&log), ["A: changes", "B: of B"]);
    // For a state that it does not go to, it is for nobody, and leaves the one that runs alone.
    cast(&gate, "sets", |at| {
        at.turn
            .start_state_timeout(Place::B, 10 * MS, quiet("of B"));
    })
    .await;
    cast(&gate, "stays", |at| {
        at.turn
            .start_state_timeout(Place::A, 10 * MS, quiet("of A"));
    })
    .await;
    sleep(20 * MS).await;
    assert_eq!(noted(&log)[2..], ["B: sets", "B: stays", "B: of B"]);
}

#[tokio::test(start_paused = true)]
async fn sm_046_named_timeouts_outlive_events_and_changes() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        for (name, after) in [("late", 30), ("soon", 10), ("then", 20)] {
            at.turn.start_timeout(Named(name), after * MS, quiet(name));
        }
    })
    .await;
    cast(&gate, "changes", |at| at.turn.go(Place::C)).await;
    sleep(50 * MS).await;
    let expected = ["A: sets", "A: changes", "C: soon", "C: then", "C: late"];
    assert_eq!(noted(&log), expected);
}

#[tokio::test(start_paused = true)]
async fn sm_047_to_start_a_running_name_restarts_it() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    let tea = |after: Duration, name| {
        move |at: &mut At<'_>| at.turn.start_timeout(Named("tea"), after, quiet(name))
    };
    cast(&gate, "long", tea(100 * MS, "old")).await;
    cast(&gate, "short", tea(10 * MS, "new")).await;
    sleep(20 * MS).await;
    assert_eq!(
        noted(&log)[2..],
        ["A: new"],
        "an earlier time wakes it earlier"
    );
    sleep(200 * MS).await;
    assert_eq!(noted(&log).len(), 3, "and the old one never fires");
}

#[tokio::test(start_paused = true)]
async fn sm_048_cancelled_it_does_not_fire_even_if_it_had_run_out() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        for name in ["one", "two", "three"] {
            at.turn.start_timeout(Named(name), 10 * MS, quiet(name));
        }
    })
    .await;
    cast(&gate, "never", |at| {
        at.turn
            .start_timeout(Named("three"), Duration::MAX, quiet("three"));
    })
    .await;
    settled(&gate).await;
    gate.sys().suspend().await.unwrap();
    // It runs out behind this message.
    cast(&gate, "cancels", |at| at.turn.cancel_timeout(Named("one"))).await;
    sleep(20 * MS).await;
    gate.sys().resume().await.unwrap();
    settled(&gate).await;
    assert_eq!(noted(&log), ["A: sets", "A: never", "A: cancels", "A: two"]);
}

#[tokio::test(start_paused = true)]
async fn sm_049_an_update_changes_what_and_not_when() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        at.turn.start_timeout(Named("tea"), 10 * MS, quiet("old"));
        state_timeout(at, 10 * MS, "old state");
    })
    .await;
    sleep(5 * MS).await;
    cast(&gate, "updates", |at| {
        at.turn.update_timeout(Named("tea"), quiet("new"));
        at.turn.update_state_timeout(Place::A, quiet("new state"));
    })
    .await;
    sleep(6 * MS).await;
    assert_eq!(noted(&log)[2..], ["A: new", "A: new state"]);
    cast(&gate, "updates none", |at| {
        at.turn.update_timeout(Named("tea"), quiet("at once"));
    })
    .await;
    settled(&gate).await;
    assert_eq!(noted(&log)[4..], ["A: updates none", "A: at once"]);
}

#[tokio::test(start_paused = true)]
async fn sm_050_a_point_in_time_will_do() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    let at_ten = Instant::now() + 10 * MS;
    cast(&gate, "sets", move |at| {
        at.turn
            .start_timeout(Named("past"), When::At(at_ten - 20 * MS), quiet("past"));
        at.turn.start_timeout(Named("ten"), at_ten, quiet("ten"));
    })
    .await;
    sleep(9 * MS).await;
    assert_eq!(noted(&log), ["A: sets", "A: past"]);
    sleep(2 * MS).await;
    assert_eq!(noted(&log)[2..], ["A: ten"]);
}

#[tokio::test(start_paused = true)]
async fn sm_051_of_two_settings_in_one_turn_the_last_counts() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        state_timeout(at, 5 * MS, "first state");
        state_timeout(at, 10 * MS, "last state");
        at.turn
            .start_timeout(Named("tea"), 20 * MS, quiet("first tea"));
        at.turn.cancel_timeout(Named("tea"));
        at.turn
            .start_timeout(Named("tea"), 15 * MS, quiet("last tea"));
    })
    .await;
    sleep(50 * MS).await;
    assert_eq!(noted(&log), ["A: sets", "A: last state", "A: last tea"]);
}

#[tokio::test(start_paused = true)]
async fn sm_053_timeouts_end_with_the_machine() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        at.turn.start_timeout(Named("tea"), 10 * MS, quiet("tea"));
        state_timeout(at, 10 * MS, "over");
    })
    .await;
    // A stop does not wait for a message that has not been taken.
    settled(&gate).await;
    gate.stop_with(ExitReason::Shutdown).await.unwrap();
    sleep(50 * MS).await;
    assert_eq!(noted(&log), ["A: sets", "A ends: shutdown"]);
}

#[tokio::test(start_paused = true)]
async fn a_timeout_that_is_set_again_and_again_leaves_nothing_behind() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    for _ in 0..1000 {
        cast(&gate, "sets", |at| {
            at.turn
                .start_state_timeout(Place::B, 10 * MS, quiet("over"));
            at.turn.go(Place::B);
        })
        .await;
        cast(&gate, "back", |at| at.turn.go(Place::A)).await;
        sleep(MS).await;
    }
    settled(&gate).await;
    let machine = gate.sys().get_state().await.unwrap();
    assert_eq!(machine.timeouts(), []);
    assert_eq!(
        noted(&log)
            .iter()
            .filter(|line| line.ends_with("over"))
            .count(),
        0
    );
    let alive = call(&gate, "alive", |at| at.answer("yes")).await;
    assert_eq!(alive.as_deref(), Ok("yes"));
}
