//! What a server has traced: unhandled messages, crashes, its messages when asked. Conformance GS-044,
//! GS-058, GS-060, GS-065.
//!
//! Every test listens before it does anything else, and looks at the lines of its own server only.

mod traced;

use std::time::Duration;

use otp::prelude::*;

/// The lines of one level about one process.
fn lines(level: &str, pid: Pid) -> Vec<String> {
    traced::lines_with(&[level, &format!("pid={pid}")])
}

#[gen_server(slow_handler = 1ms, mailbox = 2, overflow = drop_newest)]
struct Plain {
    bad_bye: bool,
    count: u32,
}

#[gen_server]
impl Plain {
    #[init]
    fn new(bad_bye: bool) -> Self {
        Plain { bad_bye, count: 0 }
    }

    #[call]
    fn add(&mut self, n: u32) -> u32 {
        self.count += n;
        self.count
    }

    #[cast]
    fn note(&mut self) {
        self.count += 1;
    }

    #[call]
    fn spin(&mut self, time: Duration) {
        self.count += 1;
        let began = std::time::Instant::now();
        while began.elapsed() < time {
            std::hint::spin_loop();
        }
    }

    #[call]
    fn end(&mut self, reason: ExitReason, cx: &mut Context<Self>) {
        self.count += 1;
        cx.stop(reason);
    }

    #[call]
    fn crash(&mut self) {
        panic!("crash {}", self.count);
    }

    #[terminate]
    fn bye(&mut self) {
        assert!(!self.bad_bye, "crash in terminate");
    }
}

/// A server that has ended so is reported by one error at least, which says all this.
fn assert_reported(plain: &PlainRef, parts: &[&str]) {
    let errors = lines("ERROR", plain.pid());
    for part in parts {
        assert!(
            errors.iter().any(|line| line.contains(part)),
            "no {part} in {errors:?}"
        );
    }
}

#[tokio::test]
async fn gs_060_orderly_ends_are_not_reported() {
    traced::listen(tracing::Level::TRACE);
    for reason in [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with("why"),
    ] {
        let plain = Plain::start(false).await.unwrap();
        plain.end(reason).await.unwrap();
        plain.monitor().await;
        assert_eq!(lines("ERROR", plain.pid()), [""; 0]);
        assert_eq!(lines("WARN", plain.pid()), [""; 0]);
    }
}

#[tokio::test]
async fn gs_060_all_other_ends_are_reported_with_server_handler_and_reason() {
    traced::listen(tracing::Level::TRACE);
    let plain = Plain::start(false).await.unwrap();
    plain.end(ExitReason::error("no disk")).await.unwrap();
    plain.monitor().await;
    assert_reported(&plain, &["Plain", "no disk"]);

    let plain = Plain::start(false).await.unwrap();
    plain.crash().await.unwrap_err();
    plain.monitor().await;
    assert_reported(
        &plain,
        &["Plain", "crash", "crash 0", "gen_server_reports.rs"],
    );

    let plain = Plain::start(false).await.unwrap();
    plain.exit(ExitReason::Kill);
    plain.monitor().await;
    assert_reported(&plain, &["Plain", "killed"]);
}

#[gen_server(name = "the one and only")]
struct Named {
    count: u32,
}

#[gen_server]
impl Named {
    #[init]
    fn new() -> Self {
        Named { count: 0 }
    }

    #[call]
    fn crash(&mut self) {
        panic!("crash {}", self.count);
    }

    #[call]
    async fn crash_later(&mut self, wait: bool) {
        if wait {
            tokio::task::yield_now().await;
        }
        panic!("crash {}", self.count);
    }
}

#[tokio::test]
async fn gs_060_a_crash_is_reported_with_the_name_and_the_process_that_called() {
    traced::listen(tracing::Level::TRACE);
    for queued in [false, true] {
        let named = Named::start().await.unwrap();
        let other = named.clone();
        let (client, end) = otp::spawn_monitor(move |_me| async move {
            if queued {
                other.crash_later(false).await.unwrap_err();
            } else {
                other.crash().await.unwrap_err();
            }
        });
        end.await;
        named.monitor().await;
        let client = format!("client={client}");
        let handler = if queued { "crash_later" } else { "crash" };
        let errors = lines("ERROR", named.pid());
        let crash = errors.iter().find(|line| line.contains("panicked"));
        let crash = crash.unwrap_or_else(|| panic!("{errors:?}"));
        for part in ["the one and only", handler, &client, "crash 0"] {
            assert!(crash.contains(part), "no {part} in {crash}");
        }
    }
    // Without a process there is no pid to tell.
    let named = Named::start().await.unwrap();
    named.crash_later(true).await.unwrap_err();
    named.monitor().await;
    let errors = lines("ERROR", named.pid());
    assert!(errors.iter().all(|line| !line.contains("client=")));
    assert!(errors.iter().all(|line| line.contains("the one and only")));
}

/// Shows its state when it crashes, as it is `Debug`; how it crashes is told to it.
#[gen_server]
#[derive(Debug)]
struct Open {
    note: String,
    shy: Shy,
}

/// Panics when it is to be printed, if it says so.
struct Shy(bool);

impl std::fmt::Debug for Shy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(!self.0, "do not look");
        f.write_str("nothing to hide")
    }
}

#[gen_server]
impl Open {
    #[init]
    fn new(note: String, shy: bool) -> Self {
        let shy = Shy(shy);
        Open { note, shy }
    }

    #[call]
    fn crash(&mut self) {
        let Shy(_) = self.shy;
        self.note.push('!');
        panic!("open crash");
    }

    #[call]
    async fn crash_later(&mut self) {
        tokio::task::yield_now().await;
        self.note.push('?');
        panic!("open crash");
    }
}

#[tokio::test]
async fn gs_060_a_crash_report_shows_a_state_that_is_debug() {
    traced::listen(tracing::Level::TRACE);
    let crash_of = |open: &OpenRef| {
        let errors = lines("ERROR", open.pid());
        let crash = errors.iter().find(|line| line.contains("open crash"));
        crash.cloned().unwrap_or_else(|| panic!("{errors:?}"))
    };
    let open = Open::start("on the desk".to_owned(), false).await.unwrap();
    open.crash().await.unwrap_err();
    let crash = crash_of(&open);
    assert!(crash.contains("on the desk!"), "{crash}");
    assert!(crash.contains("nothing to hide"), "{crash}");
    let open = Open::start("later".to_owned(), false).await.unwrap();
    open.crash_later().await.unwrap_err();
    open.monitor().await;
    assert!(crash_of(&open).contains("later?"));
    // A long one is cut off, one that panics has a mark, and one that is not `Debug` none.
    let open = Open::start("x".repeat(100_000), false).await.unwrap();
    open.crash().await.unwrap_err();
    assert!(crash_of(&open).len() < 4096);
    let open = Open::start("hidden".to_owned(), true).await.unwrap();
    open.crash().await.unwrap_err();
    assert!(crash_of(&open).contains("(its Debug panicked)"));
    let plain = Plain::start(false).await.unwrap();
    plain.crash().await.unwrap_err();
    let errors = lines("ERROR", plain.pid());
    assert!(errors.iter().all(|line| !line.contains("state=")));
}

#[tokio::test]
async fn gs_058_a_panic_in_terminate_is_reported() {
    traced::listen(tracing::Level::TRACE);
    let plain = Plain::start(true).await.unwrap();
    plain.stop().await.unwrap_err();
    assert_reported(&plain, &["Plain", "terminate", "crash in terminate"]);
}

#[tokio::test]
async fn gs_044_a_message_without_a_handler_is_a_warning() {
    traced::listen(tracing::Level::TRACE);
    let plain = Plain::start(false).await.unwrap();
    plain.pid().send("text").unwrap();
    assert_eq!(plain.add(1).await, Ok(1));
    let warnings = lines("WARN", plain.pid());
    assert_eq!(warnings.len(), 1);
    for part in ["Plain", "&str", "#[info]"] {
        assert!(warnings[0].contains(part), "{warnings:?}");
    }
}

#[tokio::test]
async fn gs_065_each_message_is_traced_when_that_is_switched_on() {
    traced::listen(tracing::Level::TRACE);
    let plain = Plain::start(false).await.unwrap();
    plain.add(1).await.unwrap();
    assert_eq!(lines("INFO", plain.pid()), [""; 0]);
    plain.sys().trace(true).await.unwrap();
    plain.add(1).await.unwrap();
    plain.note().await.unwrap();
    plain.add(1).await.unwrap();
    let traced: Vec<_> = lines("INFO", plain.pid())
        .into_iter()
        .filter(|line| line.contains("handles"))
        .collect();
    assert_eq!(traced.len(), 3, "{traced:?}");
    for (line, handler) in traced.iter().zip(["add", "note", "add"]) {
        assert!(line.contains("Plain") && line.contains(handler), "{line}");
    }
    plain.sys().trace(false).await.unwrap();
    plain.add(1).await.unwrap();
    let after = lines("INFO", plain.pid());
    let after = after.iter().filter(|line| line.contains("handles"));
    assert_eq!(after.count(), 3);
}

#[tokio::test]
async fn a_handler_that_holds_its_thread_is_a_warning_that_names_it() {
    traced::listen(tracing::Level::TRACE);
    let plain = Plain::start(false).await.unwrap();
    plain.add(1).await.unwrap();
    plain.spin(Duration::from_millis(20)).await.unwrap();
    let warnings = lines("WARN", plain.pid());
    assert!(
        warnings.iter().any(|line| line.contains("spin")),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn a_message_that_is_dropped_for_want_of_room_is_traced() {
    traced::listen(tracing::Level::TRACE);
    let plain = Plain::start(false).await.unwrap();
    plain.sys().suspend().await.unwrap();
    for _ in 0..5 {
        plain.note().await.unwrap();
    }
    assert_eq!(lines("DEBUG", plain.pid()).len(), 3);
}
