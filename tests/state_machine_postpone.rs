//! Postponed events and replies. Conformance SM-020 to SM-029.

#[path = "state_machine_support/mod.rs"]
mod support;

use std::time::Duration;

use otp::prelude::*;

use support::{At, Place, Setup, call, cast, noted, settled};

/// Waits for another state than `A`.
fn not_in_a(at: &mut At<'_>) {
    if at.place == Place::A {
        at.postpone();
    } else {
        at.answer("done");
    }
}

#[tokio::test]
async fn sm_020_and_021_postponed_events_come_back_after_a_change_in_their_order() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    for name in ["one", "two", "three"] {
        cast(&gate, name, not_in_a).await;
    }
    cast(&gate, "keep", |_| {}).await;
    settled(&gate).await;
    assert_eq!(noted(&log), ["A: one", "A: two", "A: three", "A: keep"]);
    cast(&gate, "change", |at| at.turn.go(Place::B)).await;
    settled(&gate).await;
    assert_eq!(
        noted(&log)[4..],
        ["A: change", "B: one", "B: two", "B: three"]
    );
}

#[tokio::test]
async fn sm_022_postponed_with_a_change_it_is_retried_at_once() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    let answer = call(&gate, "both", |at| {
        if at.place == Place::A {
            at.postpone();
            at.turn.go(Place::B);
        } else {
            at.answer("in B");
        }
    })
    .send_request();
    cast(&gate, "queued", |_| {}).await;
    assert_eq!(answer.await.as_deref(), Ok("in B"));
    settled(&gate).await;
    assert_eq!(noted(&log), ["A: both", "B: both", "B: queued"]);
}

#[tokio::test]
async fn sm_023_a_retried_event_may_be_postponed_again() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "until C", |at| {
        if at.place != Place::C {
            at.postpone();
        }
    })
    .await;
    cast(&gate, "to B", |at| at.turn.go(Place::B)).await;
    cast(&gate, "stay", |_| {}).await;
    cast(&gate, "to C", |at| at.turn.go(Place::C)).await;
    settled(&gate).await;
    let expected = [
        "A: until C",
        "A: to B",
        "B: until C",
        "B: stay",
        "B: to C",
        "C: until C",
    ];
    assert_eq!(noted(&log), expected);
}

#[tokio::test]
async fn sm_024_to_keep_or_repeat_the_state_retries_nothing() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "postponed", not_in_a).await;
    cast(&gate, "keep", |_| {}).await;
    cast(&gate, "repeat", |at| at.turn.repeat()).await;
    cast(&gate, "same", |at| at.turn.go(Place::A)).await;
    settled(&gate).await;
    assert_eq!(
        noted(&log),
        ["A: postponed", "A: keep", "A: repeat", "A: same"]
    );
}

#[tokio::test(start_paused = true)]
async fn sm_025_a_postponed_call_keeps_its_caller_waiting_within_its_timeout() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let too_short = call(&gate, "short", not_in_a).timeout(Duration::from_millis(10));
    assert_eq!(too_short.await, Err(CallError::Timeout));
    let patient = call(&gate, "patient", not_in_a).send_request();
    tokio::time::sleep(Duration::from_millis(50)).await;
    cast(&gate, "change", |at| at.turn.go(Place::B)).await;
    assert_eq!(patient.await.as_deref(), Ok("done"));
}

#[tokio::test]
async fn sm_026_callers_of_postponed_calls_learn_why_the_machine_ended() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let waits = call(&gate, "waits", not_in_a).send_request();
    let also = call(&gate, "also", not_in_a).send_request();
    cast(&gate, "stop", |at| at.turn.stop(ExitReason::Shutdown)).await;
    let down = || Err(CallError::Down(ExitReason::Shutdown));
    assert_eq!((waits.await, also.await), (down(), down()));
}

#[tokio::test]
async fn sm_026_callers_of_postponed_calls_learn_of_a_panic_and_of_a_kill() {
    for kill in [false, true] {
        let (setup, _) = Setup::new();
        let gate = setup.start().await.unwrap();
        let waits = call(&gate, "waits", not_in_a).send_request();
        settled(&gate).await;
        if kill {
            gate.exit(ExitReason::Kill);
        } else {
            cast(&gate, "panics", |_| panic!("on purpose")).await;
        }
        let answer = waits.await;
        let down = match &answer {
            Err(CallError::Down(ExitReason::Killed)) => kill,
            Err(CallError::Down(ExitReason::Panic { .. })) => !kill,
            _ => false,
        };
        assert!(down, "{answer:?}");
    }
}

#[tokio::test]
async fn sm_027_replies_go_in_their_order_and_with_the_change() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let mut set = otp::RequestSet::new();
    let keep = |at: &mut At<'_>| at.data.kept.extend(at.reply.take());
    for name in ["one", "two", "three"] {
        set.add(name, call(&gate, name, keep).send_request());
    }
    let order = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&order);
    let collects = tokio::spawn(async move {
        while let Some((name, answer)) = set.next().await {
            assert_eq!(answer.as_deref(), Ok("now"));
            seen.lock().unwrap().push(name);
        }
    });
    tokio::task::yield_now().await;
    cast(&gate, "answer", |at| {
        at.data.kept.rotate_left(1);
        for reply in at.data.kept.drain(..) {
            reply.send("now".to_owned());
        }
        at.turn.go(Place::B);
    })
    .await;
    let place = call(&gate, "where", |at| at.answer(&at.place.to_string())).await;
    assert_eq!(place.as_deref(), Ok("B"));
    collects.await.unwrap();
    assert_eq!(*order.lock().unwrap(), ["two", "three", "one"]);
}

#[tokio::test]
async fn sm_028_replies_are_there_before_the_end_is_seen() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let mut kept = call(&gate, "kept", |at| at.data.kept.extend(at.reply.take())).send_request();
    let end = gate.monitor();
    let last = call(&gate, "last", |at| {
        for reply in at.data.kept.drain(..) {
            reply.send("first".to_owned());
        }
        at.answer("last");
        at.turn.stop(ExitReason::Normal);
    });
    let mut last = last.send_request();
    assert_eq!(end.await.reason, ExitReason::Normal);
    assert_eq!(kept.check().unwrap().as_deref(), Ok("first"));
    assert_eq!(last.check().unwrap().as_deref(), Ok("last"));
}

#[tokio::test]
async fn sm_029_a_reply_may_be_kept_and_given_by_a_later_event_or_by_somebody_else() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let keep = |at: &mut At<'_>| at.data.kept.extend(at.reply.take());
    let later = call(&gate, "later", keep).send_request();
    cast(&gate, "answer", |at| {
        at.data.kept.remove(0).send("later".to_owned());
    })
    .await;
    assert_eq!(later.await.as_deref(), Ok("later"));
    let other = call(&gate, "other", |at| {
        let reply = at.reply.take().unwrap();
        otp::spawn(|_| async move { reply.send("by another process".to_owned()) });
    });
    assert_eq!(other.await.as_deref(), Ok("by another process"));
}
