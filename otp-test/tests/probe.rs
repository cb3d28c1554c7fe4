//! Probes: what they receive, what can be expected of them, and what they say when it does not come.

mod support;

use std::time::Duration;

use otp::prelude::*;
use otp::test::{Probe, Received, expect};
use tokio::time::Instant;

use support::panic_of;

#[derive(Clone, Debug, PartialEq)]
enum News {
    Paid { order: u32, cents: u32 },
    Closed,
}

use News::{Closed, Paid};

async fn told(news: &[News]) -> Probe<News> {
    let probe = Probe::start().await;
    for one in news {
        probe.recipient().send(one.clone()).unwrap();
    }
    probe
}

#[tokio::test(start_paused = true)]
async fn messages_are_expected_one_by_one_in_order_or_in_any() {
    let paid = |order| Paid { order, cents: 5 };
    let mut probe = told(&[paid(1), paid(2), Closed, paid(3), paid(4), Closed]).await;
    probe.pid().send(paid(5)).unwrap();
    probe.expect(paid(1)).await;
    assert_eq!(expect!(probe, Paid { order, .. } if *order > 1), paid(2));
    probe.expect_in_order([Closed, paid(3)]).await;
    probe.expect_in_any_order([paid(5), Closed, paid(4)]).await;
    probe.expect_none(Duration::from_secs(3600)).await;
}

#[tokio::test(start_paused = true)]
async fn expectations_wait_in_virtual_time() {
    let mut probe = told(&[]).await.patience(Duration::from_secs(60));
    let began = Instant::now();
    let _timer = otp::send_after(probe.pid(), Duration::from_secs(59), Closed);
    probe.expect(Closed).await;
    assert_eq!(began.elapsed(), Duration::from_secs(59));
}

#[tokio::test(start_paused = true)]
async fn another_message_is_shown_with_the_difference_and_what_came_before() {
    let mut probe = told(&[
        Closed,
        Paid {
            order: 7,
            cents: 300,
        },
        Closed,
    ])
    .await;
    let pid = probe.pid();
    let panic = panic_of(async move {
        probe.expect(Closed).await;
        probe
            .expect(Paid {
                order: 7,
                cents: 310,
            })
            .await;
    })
    .await;
    let (head, rest) = panic.split_once(": expected\n").expect("a head");
    assert!(
        head.starts_with(&format!("Probe{pid}, at otp-test/tests/probe.rs:")),
        "{head}"
    );
    let expected = "    \
    Paid { order: 7, cents: 310 }
and got
    Paid { order: 7, cents: 300 }
difference (- expected, + came)
      Paid {
          order: 7,
    -     cents: 310,
    +     cents: 300,
      }
it had received, in order
    1. Closed
    2. Paid { order: 7, cents: 300 }   <- this one
    3. Closed";
    assert_eq!(rest, expected);
}

#[tokio::test(start_paused = true)]
async fn silence_and_a_message_too_many_are_told() {
    let mut probe = told(&[]).await;
    let panic = panic_of(async move { probe.expect(Closed).await }).await;
    assert!(
        panic.ends_with("    Closed\nand got nothing within 5s\nit had received nothing at all"),
        "{panic}"
    );
    let mut probe = told(&[Closed]).await;
    let panic = panic_of(async move { probe.expect_none(Duration::from_secs(1)).await }).await;
    assert!(
        panic.contains("expected\n    nothing for 1s\nand got\n    Closed"),
        "{panic}"
    );
    let mut probe = told(&[Closed, Closed]).await;
    let all = [Paid { order: 1, cents: 1 }, Closed];
    let panic = panic_of(async move { probe.expect_in_any_order(all).await }).await;
    assert!(
        panic.contains("expected\n    Paid { order: 1, cents: 1 }\nand got\n    Closed"),
        "{panic}"
    );
    let mut probe = told(&[Closed]).await;
    let panic = panic_of(async move {
        let _ = expect!(probe, Paid { .. });
    })
    .await;
    assert!(
        panic.contains("expected\n    Paid { .. }\nand got\n    Closed"),
        "{panic}"
    );
    let mut probe = told(&[]).await;
    probe.end(ExitReason::Normal).await;
    let panic = panic_of(async move { probe.expect(Closed).await }).await;
    assert!(panic.contains("the probe has ended"), "{panic}");
}

#[tokio::test(start_paused = true)]
async fn a_probe_watches_and_is_watched_links_and_is_linked() {
    let mut probe = Probe::<News>::start().await;
    let (worker, end) =
        otp::spawn_monitor(|mut me| async move { me.receive::<ExitReason>().await });
    probe.monitor(worker).await.unwrap();
    probe.link(worker).await.unwrap();
    worker.send(ExitReason::error("tired")).unwrap();
    assert_eq!(end.await.reason, ExitReason::error("tired"));
    let mut got = [
        probe.receive().await.unwrap(),
        probe.receive().await.unwrap(),
    ];
    got.sort_by_key(|one| matches!(one, Received::Exit(_)));
    assert!(matches!(&got[0], Received::Down(down) if down.pid == worker));
    assert!(matches!(&got[1], Received::Exit(exit) if exit.pid == worker));

    let (linked, end) = otp::spawn_monitor(|_| std::future::pending::<()>());
    probe.link(linked).await.unwrap();
    let watched = probe.pid().monitor();
    probe.end(ExitReason::error("boom")).await;
    assert_eq!(watched.await.reason, ExitReason::error("boom"));
    assert_eq!(end.await.reason, ExitReason::error("boom"));
    assert_eq!(
        probe.link(worker).await,
        Err(CallError::Down(ExitReason::error("boom")))
    );
}

#[tokio::test(start_paused = true)]
async fn downs_and_exits_are_expected_by_pid() {
    let mut probe = Probe::<News>::start().await;
    let gone = otp::spawn(|_| async {});
    otp::test::run_until_idle().await;
    let number = probe.monitor(gone).await.unwrap();
    let down = probe.expect_down(gone).await;
    assert_eq!((down.reference, down.reason), (number, ExitReason::NoProc));
    probe.link(gone).await.unwrap();
    assert_eq!(probe.expect_exit(gone).await.reason, ExitReason::NoProc);
    let alive = otp::spawn(|_| std::future::pending::<()>());
    let number = probe.monitor(alive).await.unwrap();
    probe.link(alive).await.unwrap();
    probe.demonitor(number).await.unwrap();
    probe.unlink(alive).await.unwrap();
    alive.exit(ExitReason::Kill);
    probe.expect_none(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_into_its_channel_comes_too_and_before_what_came_otherwise() {
    let mut probe = told(&[Closed]).await;
    let sender = probe.sender();
    let paid = Paid { order: 1, cents: 5 };
    sender.send(paid.clone()).unwrap();
    probe.expect_in_order([paid.clone(), Closed]).await;
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(4)).await;
        sender.send(Closed).unwrap();
    });
    probe.expect(Closed).await;
    let sender = probe.sender();
    sender.send(paid.clone()).unwrap();
    probe.end(ExitReason::Normal).await;
    probe.expect(paid).await;
    drop(probe);
    assert!(sender.is_closed());
}
