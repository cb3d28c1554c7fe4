//! What the runtime reports, as data.

mod support;

use otp::prelude::*;
use otp::test::{Faults, Kind, Reports, idle, started};

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
