//! What the runtime reports, as data.

mod support;

use otp::prelude::*;
use otp::test::{Faults, Kind, Reports, idle, run_until_idle, started};

use support::tree::{Shop, Till};

#[tokio::test(start_paused = true)]
async fn a_crash_and_a_restart_are_told_in_order() {
    let reports = Reports::capture();
    let shop = started(Shop::start()).await;
    let first = shop.till().pid();
    let faults = Faults::here();
    faults.next_message(shop.till()).panics_with("no paper");
    let _ = shop.till().pay(1).await;
    idle(&shop).await;
    let second = shop.till().pid();
    shop.finish().await;

    let kinds = |of: &[otp::test::Report]| of.iter().map(|one| one.kind).collect::<Vec<_>>();
    assert_eq!(
        kinds(&reports.of_child("till")),
        [
            Kind::Started,
            Kind::Ended,
            Kind::Restarted,
            Kind::Started,
            Kind::Stopped
        ]
    );
    assert_eq!(
        kinds(&reports.of_child("spare")),
        [Kind::Started, Kind::Stopped]
    );
    let crashes = reports.of_kind(Kind::Crashed);
    assert_eq!(crashes.len(), 1);
    let crash = &crashes[0];
    assert_eq!(crash.pid, Some(first));
    assert_eq!(crash.server.as_deref(), Some("Till"));
    assert_eq!(crash.handler.as_deref(), Some("pay"));
    assert!(
        crash.reason.as_deref().unwrap().ends_with("no paper"),
        "{crash}"
    );
    assert_eq!(
        kinds(&reports.of_pid(second)),
        [Kind::Started, Kind::Stopped]
    );
    assert_eq!(reports.count(Kind::Stopping), 1);
    assert_eq!(
        reports.count(Kind::Other),
        0,
        "{:?}",
        reports.of_kind(Kind::Other)
    );
    // On a busy machine the handler may be told of as a slow one, too.
    let mut all = reports.take();
    all.retain(|report| report.kind != Kind::Slow);
    assert_eq!(all.len(), 10);
    assert_eq!(reports.all(), []);
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_gives_up_is_told() {
    let reports = Reports::capture();
    let shop = started(Shop::start()).await;
    let end = shop.monitor();
    let faults = Faults::seeded(3).init_panics_one_in(1).only::<Till>();
    shop.till().exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    drop(faults);
    assert_eq!(reports.count(Kind::Restarted), 3);
    assert_eq!(reports.count(Kind::StartFailed), 3);
    let given_up = reports.of_kind(Kind::Escalated);
    assert_eq!(given_up.len(), 1);
    assert_eq!(
        given_up[0].to_string(),
        "Shop: supervisor gives up: till (reached the maximum restart intensity)"
    );
    shop.finish().await;
}

/// Has room for one message, and handles none of text.
#[gen_server(mailbox = 1, overflow = drop_newest)]
struct Desk {
    notes: u32,
}

#[gen_server]
impl Desk {
    #[init]
    fn new() -> Self {
        Desk { notes: 0 }
    }

    #[cast]
    fn note(&mut self) {
        self.notes += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn what_becomes_of_messages_is_told() {
    let reports = Reports::capture();
    let desk = started(Desk::start()).await;
    desk.pid().send("text").unwrap();
    run_until_idle().await;
    let told = reports.take();
    assert_eq!((told.len(), told[0].kind), (1, Kind::Unhandled));
    assert!(told[0].text.starts_with("no `#[info]`"), "{}", told[0]);
    assert_eq!(told[0].fields["of_type"], "&str");

    desk.sys().trace(true).await.unwrap();
    desk.sys().suspend().await.unwrap();
    desk.note().await.unwrap();
    let _ = desk.note().await;
    desk.sys().resume().await.unwrap();
    run_until_idle().await;
    let told = reports.take();
    let kinds: Vec<_> = told.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Kind::Dropped, Kind::Handles]);
    assert_eq!(told[1].handler.as_deref(), Some("note"));
    desk.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_task_that_crashes_and_an_event_that_is_refused_are_told() {
    let reports = Reports::capture();
    let task = Task::spawn(async { panic!("on purpose") });
    let pid = task.pid();
    let _: Result<(), _> = task.await;
    assert_eq!(reports.of_pid(pid)[0].kind, Kind::Ended);

    let lamp = started(Lamp::start()).await;
    lamp.on().await.unwrap();
    lamp.on().await.unwrap();
    run_until_idle().await;
    let refused = reports.of_kind(Kind::Refused);
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].fields["event"], "on");
    lamp.finish().await;
}

#[state_machine(initial = Dark, data = u32)]
enum Lamp {
    Dark,
    Lit,
}

#[state_machine]
impl Lamp {
    #[init]
    fn new() -> u32 {
        0
    }

    #[cast]
    #[on(Dark => Lit)]
    #[refuse(Lit)]
    fn on(data: &mut u32, next: Next) {
        *data += 1;
        next.lit();
    }

    #[state_timeout(Lit, 1m)]
    #[on(Lit => Dark)]
    fn off(next: Next) {
        next.dark();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_hears_the_threads_of_its_subscriber() {
    use tracing_subscriber::prelude::*;
    let (reports, layer) = Reports::layer();
    tracing_subscriber::registry().with(layer).init();
    let shop = started(Shop::start()).await;
    let tree = shop.pid();
    shop.finish().await;
    assert!(!tree.is_alive());
    assert_eq!(reports.count(Kind::Started), 2);
    assert_eq!(reports.count(Kind::Stopped), 2);
}
