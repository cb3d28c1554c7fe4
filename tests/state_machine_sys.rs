//! The end of a machine, what `sys` shows of it, and what is traced when it crashes. Conformance SM-052,
//! SM-054 to SM-061, SM-066.

mod traced;

#[path = "state_machine_support/mod.rs"]
mod support;

use std::time::Duration;

use otp::prelude::*;
use otp::{Machine, TimeoutKey};

use support::{At, Data, Gate, Place, Setup, call, cast, event, noted, settled};

/// The report of a process's crash.
fn report(pid: Pid) -> String {
    let mut lines = traced::lines_with(&[&format!("pid={pid}"), "a handler panicked"]).into_iter();
    lines.next().unwrap_or_default()
}

async fn ended(gate: &Gate) -> ExitReason {
    gate.monitor().await.reason
}

fn wait_in_a(at: &mut At<'_>) {
    at.postpone();
}

#[tokio::test(start_paused = true)]
async fn sm_052_and_058_the_state_shows_data_and_running_timeouts() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        at.turn.go(Place::B);
        let (long, short) = (Duration::from_secs(2), Duration::from_secs(1));
        at.turn
            .start_timeout(TimeoutKey::Named("tea"), long, event("tea", |_| {}));
        at.turn
            .start_state_timeout(Place::B, short, event("over", |_| {}));
    })
    .await;
    cast(&gate, "later", wait_in_a).await;
    settled(&gate).await;
    gate.sys().suspend().await.unwrap();
    let machine = gate.sys().get_state().await.unwrap();
    assert_eq!(machine.state(), &Place::B);
    assert_eq!(machine.data().log.lock().unwrap()[0], "A: sets");
    let timeouts = machine.timeouts();
    let names: Vec<_> = timeouts.iter().map(|timeout| timeout.event).collect();
    assert_eq!(names, ["over", "tea"]);
    let left = timeouts[1].due - tokio::time::Instant::now();
    assert_eq!(left, Duration::from_secs(2));
    assert_eq!(machine.postponed(), ["later"]);
    gate.sys().resume().await.unwrap();
}

#[tokio::test]
async fn sm_054_terminate_runs_at_a_stop_a_panic_and_the_parents_exit_and_not_at_a_kill() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "change", |at| at.turn.go(Place::C)).await;
    settled(&gate).await;
    gate.stop().await.unwrap();
    assert_eq!(noted(&log), ["A: change", "C ends: normal"]);

    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "panic", |_| panic!("on purpose")).await;
    assert!(matches!(ended(&gate).await, ExitReason::Panic { .. }));
    assert!(noted(&log)[1].starts_with("A ends: "));

    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    gate.exit(ExitReason::Kill);
    assert_eq!(ended(&gate).await, ExitReason::Killed);
    assert!(noted(&log).is_empty());

    let (setup, log) = Setup::with(|_, cx| {
        cx.trap_exit(true);
        Ok(Some(Place::A))
    });
    let (tell, told) = tokio::sync::oneshot::channel();
    otp::spawn(|_| async move {
        tell.send(setup.start().link().await.unwrap()).unwrap();
        ExitReason::Shutdown
    });
    let gate = told.await.unwrap();
    let _ = ended(&gate).await;
    assert_eq!(noted(&log), ["A ends: shutdown"]);
}

#[tokio::test]
async fn sm_055_a_panic_in_terminate_replaces_the_reason() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let end = gate.monitor();
    cast(&gate, "sets a trap", |at| at.data.bad_end = true).await;
    settled(&gate).await;
    let _ = gate.stop().await;
    let reason = end.await.reason;
    assert!(
        matches!(&reason, ExitReason::Panic { message, .. } if &**message == "bad end"),
        "{reason:?}"
    );
}

#[tokio::test]
async fn sm_056_the_report_has_event_state_queue_postponed_timeouts_and_client() {
    traced::listen(tracing::Level::INFO);
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let pid = gate.pid();
    cast(&gate, "postponed one", wait_in_a).await;
    cast(&gate, "sets", |at| {
        let after = Duration::from_secs(60);
        at.turn
            .start_timeout(TimeoutKey::Named("tea"), after, event("tea time", |_| {}));
        at.turn
            .insert(event("the bad one", |_| panic!("on purpose")));
        at.turn.insert(event("queued one", |_| {}));
    })
    .await;
    let _ = ended(&gate).await;
    let report = report(pid);
    for part in [
        "the bad one",
        "state=\"A, data: ",
        "queued: queued one",
        "postponed: postponed one",
        "timeouts: tea time",
        "on purpose",
    ] {
        assert!(report.contains(part), "{part} is not in {report}");
    }

    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let (asked, pid) = (gate.clone(), gate.pid());
    let client = otp::spawn(|_| async move {
        let _ = call(&asked, "asks", |_| panic!("on purpose")).await;
        std::future::pending::<()>().await;
    });
    let _ = ended(&gate).await;
    let report = self::report(pid);
    assert!(report.contains(&format!("client={client}")), "{report}");
}

#[tokio::test]
async fn sm_057_and_061_the_machine_says_what_of_it_is_shown_in_one_line() {
    traced::listen(tracing::Level::INFO);
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let pid = gate.pid();
    cast(&gate, "panic", |_| panic!("on purpose")).await;
    let _ = ended(&gate).await;
    // `describe_state` and `describe_data` are the hook: this machine shows a secret's length.
    let report = report(pid);
    assert!(report.contains("data: 1 lines noted"), "{report}");
}

#[tokio::test]
async fn sm_058_and_059_replace_state_changes_both_and_runs_nothing() {
    let (setup, log) = Setup::new();
    let gate = setup.entered(|_, _, _, _| {}).start().await.unwrap();
    cast(&gate, "postponed", wait_in_a).await;
    settled(&gate).await;
    let sys = gate.sys();
    let replaced = sys.replace_state(|machine: &Machine<Place>| {
        let data = Data {
            log: machine.data().log.clone(),
            ..Data::default()
        };
        Machine::with(Place::C, data)
    });
    assert_eq!(replaced.await, Ok(Ok(())));
    settled(&gate).await;
    let machine = gate.sys().get_state().await.unwrap();
    assert_eq!(machine.state(), &Place::C);
    assert_eq!(
        machine.postponed(),
        ["postponed"],
        "it is kept, and not retried"
    );
    assert_eq!(noted(&log), ["A from A", "A: postponed"]);

    let failed = gate
        .sys()
        .replace_state(|_| panic!("on purpose"))
        .await
        .unwrap();
    assert!(matches!(failed, Err(ExitReason::Panic { .. })));
    let machine = gate.sys().get_state().await.unwrap();
    assert_eq!(machine.state(), &Place::C);
}

#[tokio::test(start_paused = true)]
async fn sm_060_a_suspended_machine_holds_events_and_timeouts_back() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    cast(&gate, "sets", |at| {
        let after = Duration::from_millis(10);
        at.turn
            .start_state_timeout(Place::A, after, event("over", |_| {}));
    })
    .await;
    settled(&gate).await;
    gate.sys().suspend().await.unwrap();
    let waits = call(&gate, "call", |at| at.answer("after all")).send_request();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(noted(&log), ["A: sets"]);
    gate.sys().resume().await.unwrap();
    assert_eq!(waits.await.as_deref(), Ok("after all"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(noted(&log), ["A: sets", "A: call", "A: over"]);
}
