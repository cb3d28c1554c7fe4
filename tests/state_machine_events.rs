//! Events of all kinds, what they may ask for, and their order. Conformance SM-011 to SM-018.

#[path = "state_machine_support/mod.rs"]
mod support;

use std::time::Duration;

use otp::TimeoutKey;
use otp::prelude::*;

use support::{At, Place, Setup, Word, call, cast, event, noted, settled};

/// Waits for another state, whichever it is in.
fn for_ever(at: &mut At<'_>) {
    at.postpone();
}

#[tokio::test(start_paused = true)]
async fn sm_011_each_kind_of_event_reaches_the_state() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    assert_eq!(
        call(&gate, "call", |at| at.answer("yes")).await.as_deref(),
        Ok("yes")
    );
    cast(&gate, "cast", |at| {
        at.turn.insert(event("internal", |_| {}));
        let (state, other) = (Duration::from_millis(20), Duration::from_millis(30));
        at.turn
            .start_state_timeout(Place::A, state, event("state timeout", |_| {}));
        at.turn
            .start_timeout(TimeoutKey::Named("tea"), other, event("tea", |_| {}));
    })
    .await;
    gate.send(Word("info")).unwrap();
    gate.pid().send(Word("by pid")).unwrap();
    settled(&gate).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    cast(&gate, "quiet", |at| {
        let soon = Duration::from_millis(10);
        at.turn
            .start_timeout(TimeoutKey::Event, soon, event("event timeout", |_| {}));
    })
    .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let expected = [
        "A: call",
        "A: cast",
        "A: internal",
        "A: info",
        "A: by pid",
        "A: state timeout",
        "A: tea",
        "A: quiet",
        "A: event timeout",
    ];
    assert_eq!(noted(&log), expected);
}

#[tokio::test]
async fn sm_012_what_init_inserts_comes_before_any_message() {
    let (setup, log) = Setup::with(|turn, cx| {
        cx.me().send(Word("message")).unwrap();
        turn.insert(event("first", |at| at.turn.go(Place::B)));
        turn.insert(event("second", |_| {}));
        Ok(Some(Place::A))
    });
    let gate = setup.start().await.unwrap();
    settled(&gate).await;
    assert_eq!(noted(&log), ["A: first", "B: second", "B: message"]);
}

#[tokio::test]
async fn sm_013_a_handler_keeps_changes_repeats_or_stops() {
    let (setup, log) = Setup::new();
    let setup = setup.entered(|_, _, _, _| {});
    let gate = setup.start().await.unwrap();
    cast(&gate, "keep", |at| {
        at.data.note("data changes all the same");
    })
    .await;
    cast(&gate, "change", |at| at.turn.go(Place::B)).await;
    cast(&gate, "repeat", |at| at.turn.repeat()).await;
    let end = gate.monitor();
    cast(&gate, "stop", |at| at.turn.stop(ExitReason::Shutdown)).await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    let expected = [
        "A from A",
        "A: keep",
        "data changes all the same",
        "A: change",
        "B from A",
        "B: repeat",
        "B from B",
        "B: stop",
        "B ends: shutdown",
    ];
    assert_eq!(noted(&log), expected);
}

#[tokio::test(start_paused = true)]
async fn sm_014_the_state_that_it_is_in_already_is_no_change() {
    let (setup, log) = Setup::new();
    let setup = setup.entered(|_, _, _, _| {});
    let gate = setup.start().await.unwrap();
    cast(&gate, "postponed", for_ever).await;
    cast(&gate, "same", |at| {
        let after = Duration::from_millis(10);
        at.turn
            .start_state_timeout(Place::A, after, event("state timeout", |_| {}));
    })
    .await;
    cast(&gate, "again", |at| at.turn.go(Place::A)).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let expected = [
        "A from A",
        "A: postponed",
        "A: same",
        "A: again",
        "A: state timeout",
    ];
    assert_eq!(noted(&log), expected);
}

#[tokio::test]
async fn sm_015_inserted_events_come_first_in_the_order_of_their_insertion() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "outer", |at| {
        at.cx.me().send(Word("message")).unwrap();
        at.turn.insert(event("one", |at| {
            at.turn.insert(event("one and a half", |_| {}));
        }));
        at.turn.insert(event("two", |_| {}));
    })
    .await;
    settled(&gate).await;
    let expected = [
        "A: outer",
        "A: one",
        "A: one and a half",
        "A: two",
        "A: message",
    ];
    assert_eq!(noted(&log), expected);
}

#[tokio::test]
async fn sm_016_an_inserted_event_may_be_of_any_kind_a_call_included() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    let answer = call(&gate, "outer", |at| {
        let inner = event("call", |at| at.answer("from the inserted call"));
        let reply = at.reply.take();
        at.turn.insert(inner.with(reply));
        at.turn.insert(event("timeout", |_| {}));
        at.turn.go(Place::B);
    });
    assert_eq!(answer.await.as_deref(), Ok("from the inserted call"));
    settled(&gate).await;
    assert_eq!(noted(&log), ["A: outer", "B: call", "B: timeout"]);
}

#[tokio::test]
async fn sm_017_and_018_inserted_then_retried_then_received() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "postponed", |at| {
        if at.place == Place::A {
            at.postpone();
        }
    })
    .await;
    cast(&gate, "change", |at| {
        at.cx.me().send(Word("received")).unwrap();
        at.turn.insert(event("inserted", |_| {}));
        at.turn.go(Place::B);
    })
    .await;
    settled(&gate).await;
    let expected = [
        "A: postponed",
        "A: change",
        "B: inserted",
        "B: postponed",
        "B: received",
    ];
    assert_eq!(noted(&log), expected);
}
