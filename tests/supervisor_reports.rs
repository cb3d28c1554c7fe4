//! What a supervisor has traced of its children. Conformance SUP-051, SUP-106, SUP-107.
//!
//! Every test listens before it does anything else, and looks at the lines of its own supervisor only.

mod traced;

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{
    Backoff, ChildSpec, Intensity, Restart, Shutdown, Start, Strategy, Supervisor, SupervisorRef,
};
use supervisor_support::{Bye, Init, Log, Probe, ProbeRef, Script, crash, end, kill};

const SECOND: Duration = Duration::from_secs(1);

/// The lines of one level of one supervisor.
fn lines(level: &str, supervisor: &str) -> Vec<String> {
    traced::lines_with(&[level, &format!("supervisor=\"{supervisor}\"")])
}

#[track_caller]
fn assert_says(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "no {part} in {line}");
    }
}

/// A supervisor of one child, with this name.
async fn shop(
    name: &'static str,
    flags: otp::Flags,
    spec: ChildSpec<Start<Probe>>,
) -> (SupervisorRef, ProbeRef) {
    traced::listen(tracing::Level::TRACE);
    let start = Supervisor::start(name, flags, |children| {
        let child = children.add(spec);
        (children.supervisor(), child)
    });
    start.await.unwrap()
}

fn flags() -> otp::Flags {
    supervisor_support::flags(Strategy::OneForOne)
}

// SUP-107
#[tokio::test(start_paused = true)]
async fn each_start_of_a_child_is_told() {
    let script = Script::new("till", &Log::default());
    let (shop, till) = shop("starts", flags(), script.spec()).await;
    let first = till.pid();
    kill(&till).await;
    till.add(1).await.unwrap();
    shop.start_child(script.spec().id("other")).await.unwrap();
    let started = lines("INFO", "starts");
    assert_eq!(started.len(), 3, "{started:?}");
    assert_says(
        &started[0],
        &[
            "child started",
            "child=till",
            &format!("pid={first}"),
            "Probe",
        ],
    );
    let second = format!("pid={}", till.pid());
    assert_says(&started[1], &["child started", "child=till", &second]);
    assert_says(&started[2], &["child started", "child=other"]);
}

// SUP-051, SUP-106
#[tokio::test(start_paused = true)]
async fn an_end_that_is_an_error_is_told_with_its_reason_and_the_child() {
    let script = Script::new("till", &Log::default());
    let (shop, till) = shop("ends", flags(), script.spec()).await;
    let pid = format!("pid={}", till.pid());
    crash(&till).await;
    shop.count_children().await.unwrap();
    let errors = lines("ERROR", "ends");
    assert_eq!(errors.len(), 1, "{errors:?}");
    let parts = [
        "context=\"child_terminated\"",
        "child=till",
        &pid,
        "crash 0",
        "restart=Permanent",
        "shutdown=After(5s)",
        "kind=Worker",
        "Probe",
    ];
    assert_says(&errors[0], &parts);
    let warnings = lines("WARN", "ends");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_says(
        &warnings[0],
        &["child is restarted", "child=till", "left=2"],
    );
}

// SUP-051
#[tokio::test(start_paused = true)]
async fn a_good_end_is_no_error_unless_the_child_is_permanent() {
    for (name, restart) in [
        ("good permanent", Restart::Permanent),
        ("good transient", Restart::Transient),
        ("good temporary", Restart::Temporary),
    ] {
        for reason in [
            ExitReason::Normal,
            ExitReason::Shutdown,
            ExitReason::shutdown_with("why"),
        ] {
            let script = Script::new("till", &Log::default());
            let (shop, till) = shop(name, flags(), script.spec().restart(restart)).await;
            end(&till, reason).await;
            shop.count_children().await.unwrap();
            shop.stop().await.unwrap();
        }
        let expected = if restart == Restart::Permanent { 3 } else { 0 };
        assert_eq!(lines("ERROR", name).len(), expected);
    }
}

// SUP-051
#[tokio::test(start_paused = true)]
async fn a_bad_end_of_a_temporary_child_is_an_error() {
    let script = Script::new("till", &Log::default());
    let spec = script.spec().restart(Restart::Temporary);
    let (shop, till) = shop("bad temporary", flags(), spec).await;
    kill(&till).await;
    shop.count_children().await.unwrap();
    let errors = lines("ERROR", "bad temporary");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_says(
        &errors[0],
        &["child_terminated", "reason=killed", "Temporary"],
    );
    assert_eq!(lines("WARN", "bad temporary"), [""; 0]);
}

// SUP-106
#[tokio::test(start_paused = true)]
async fn each_failed_start_is_told() {
    let log = Log::default();
    let script = Script::new("till", &log);
    let (shop, till) = shop("failures", flags(), script.spec()).await;
    script.next([Init::Fail, Init::Up]);
    kill(&till).await;
    till.add(1).await.unwrap();
    shop.terminate_child("till").await.unwrap();
    script.next([Init::Fail]);
    shop.restart_child("till").await.unwrap_err();
    script.next([Init::Fail]);
    let other = script.spec().id("other");
    shop.start_child(other).await.unwrap_err();
    let errors = lines("ERROR", "failures");
    let failed: Vec<_> = errors
        .iter()
        .filter(|line| line.contains("context=\"start_error\""))
        .collect();
    assert_eq!(failed.len(), 3, "{errors:?}");
    for (line, child) in failed.iter().zip(["till", "till", "other"]) {
        assert_says(line, &[&format!("child={child} "), "no luck", "Permanent"]);
    }

    script.next([Init::Fail]);
    let spec = script.spec();
    let start = Supervisor::start("first failure", flags(), |children| {
        children.add(spec);
    });
    start.await.unwrap_err();
    let errors = lines("ERROR", "first failure");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_says(&errors[0], &["start_error", "child=till", "no luck"]);
}

// SUP-106
#[tokio::test(start_paused = true)]
async fn reaching_the_limit_is_told() {
    let script = Script::new("till", &Log::default());
    let flags = otp::Flags::new(Strategy::OneForOne, Intensity::new(1, SECOND));
    let (shop, till) = shop("limit", flags, script.spec()).await;
    let end = shop.monitor();
    kill(&till).await;
    till.add(1).await.unwrap();
    kill(&till).await;
    end.await;
    let errors = lines("ERROR", "limit");
    assert_eq!(errors.len(), 3, "{errors:?}");
    let parts = [
        "context=\"shutdown\"",
        "child=till",
        "reached the maximum restart intensity",
    ];
    assert_says(&errors[2], &parts);
}

// SUP-106
#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_end_as_asked_is_told() {
    let log = Log::default();
    for (name, bye, shutdown, reason) in [
        ("too slow", Bye::Never, Shutdown::After(SECOND), "killed"),
        ("bad bye", Bye::Panics, Shutdown::Infinity, "bye panics"),
    ] {
        let script = Script::new("till", &log);
        script.bye(bye);
        let (shop, _) = shop(name, flags(), script.spec().shutdown(shutdown)).await;
        shop.stop().await.unwrap();
        let errors = lines("ERROR", name);
        assert_eq!(errors.len(), 1, "{errors:?}");
        let parts = ["context=\"shutdown_error\"", "child=till", reason];
        assert_says(&errors[0], &parts);
    }
    for (name, shutdown) in [
        ("as asked", Shutdown::Infinity),
        ("killed as asked", Shutdown::BrutalKill),
    ] {
        let script = Script::new("till", &log);
        let (shop, _) = shop(name, flags(), script.spec().shutdown(shutdown)).await;
        shop.stop().await.unwrap();
        assert_eq!(lines("ERROR", name), [""; 0]);
        let told = lines("INFO", name);
        assert!(told.iter().any(|line| line.contains("child stopped")));
        assert!(told.iter().any(|line| line.contains("stops its children")));
    }
}

#[tokio::test(start_paused = true)]
async fn the_pause_before_a_restart_is_told() {
    let script = Script::new("till", &Log::default());
    let flags = flags().backoff(Backoff::new(SECOND, SECOND));
    let (_shop, till) = shop("pauses", flags, script.spec()).await;
    kill(&till).await;
    till.add(1).await.unwrap();
    let warnings = lines("WARN", "pauses");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_says(&warnings[0], &["child is restarted", "pause="]);
    assert!(!warnings[0].contains("pause=0ns"), "{warnings:?}");
}
