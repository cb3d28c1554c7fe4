//! `docs/semantics.md`: what becomes of calls, casts, infos, replies and timers when their server ends.

mod semantics;

use std::time::Duration;

use semantics::End::{Crash, Kill, Shutdown, Stop};
use semantics::{Desk, Handled, Ping, everything_at, everything_at_a_restart};

use otp::prelude::*;
use otp::test::{Probe, advance, run_until_idle, started};

#[tokio::test(start_paused = true)]
async fn at_a_stop_the_call_that_is_handled_is_answered_and_those_that_wait_are_down() {
    let outcome = everything_at(Stop).await;
    assert_eq!(outcome.reason, ExitReason::Normal);
    assert_eq!(outcome.running, Ok(2));
    assert_eq!(outcome.queued, outcome.down());
}

#[tokio::test(start_paused = true)]
async fn at_a_stop_casts_that_wait_are_dropped() {
    assert!(!everything_at(Stop).await.handled.contains(&Handled::Cast));
}

#[tokio::test(start_paused = true)]
async fn at_a_stop_infos_that_wait_are_dropped() {
    assert!(!everything_at(Stop).await.handled.contains(&Handled::Info));
}

#[tokio::test(start_paused = true)]
async fn at_a_stop_who_is_owed_an_answer_learns_that_the_server_is_down() {
    let outcome = everything_at(Stop).await;
    assert_eq!(outcome.owed, outcome.down());
}

#[tokio::test(start_paused = true)]
async fn at_a_stop_timers_end() {
    assert!(!everything_at(Stop).await.handled.contains(&Handled::Timer));
}

#[tokio::test(start_paused = true)]
async fn at_a_shutdown_the_call_that_is_handled_is_answered_and_those_that_wait_are_down() {
    let outcome = everything_at(Shutdown).await;
    assert_eq!(outcome.reason, ExitReason::Shutdown);
    assert_eq!(outcome.running, Ok(2));
    assert_eq!(outcome.queued, outcome.down());
}

#[tokio::test(start_paused = true)]
async fn at_a_shutdown_casts_that_wait_are_dropped() {
    assert!(
        !everything_at(Shutdown)
            .await
            .handled
            .contains(&Handled::Cast)
    );
}

#[tokio::test(start_paused = true)]
async fn at_a_shutdown_infos_that_wait_are_dropped() {
    assert!(
        !everything_at(Shutdown)
            .await
            .handled
            .contains(&Handled::Info)
    );
}

#[tokio::test(start_paused = true)]
async fn at_a_shutdown_who_is_owed_an_answer_learns_that_the_server_is_down() {
    let outcome = everything_at(Shutdown).await;
    assert_eq!(outcome.owed, outcome.down());
}

#[tokio::test(start_paused = true)]
async fn at_a_shutdown_timers_end() {
    assert!(
        !everything_at(Shutdown)
            .await
            .handled
            .contains(&Handled::Timer)
    );
}

#[tokio::test(start_paused = true)]
async fn at_a_crash_calls_are_down_with_the_panic_whether_handled_or_waiting() {
    let outcome = everything_at(Crash).await;
    assert!(
        matches!(&outcome.reason, ExitReason::Panic { message, .. } if **message == *"crash 1")
    );
    assert_eq!(outcome.running, outcome.down());
    assert_eq!(outcome.queued, outcome.down());
}

#[tokio::test(start_paused = true)]
async fn at_a_crash_casts_that_wait_are_dropped() {
    assert!(!everything_at(Crash).await.handled.contains(&Handled::Cast));
}

#[tokio::test(start_paused = true)]
async fn at_a_crash_infos_that_wait_are_dropped() {
    assert!(!everything_at(Crash).await.handled.contains(&Handled::Info));
}

#[tokio::test(start_paused = true)]
async fn at_a_crash_who_is_owed_an_answer_learns_the_panic() {
    let outcome = everything_at(Crash).await;
    assert_eq!(outcome.owed, outcome.down());
}

#[tokio::test(start_paused = true)]
async fn at_a_crash_timers_end() {
    assert!(!everything_at(Crash).await.handled.contains(&Handled::Timer));
}

#[tokio::test(start_paused = true)]
async fn at_a_kill_calls_are_down_whether_handled_or_waiting() {
    let outcome = everything_at(Kill).await;
    assert_eq!(outcome.reason, ExitReason::Killed);
    assert_eq!(outcome.running, outcome.down());
    assert_eq!(outcome.queued, outcome.down());
}

#[tokio::test(start_paused = true)]
async fn at_a_kill_casts_that_wait_are_dropped() {
    assert!(!everything_at(Kill).await.handled.contains(&Handled::Cast));
}

#[tokio::test(start_paused = true)]
async fn at_a_kill_infos_that_wait_are_dropped() {
    assert!(!everything_at(Kill).await.handled.contains(&Handled::Info));
}

#[tokio::test(start_paused = true)]
async fn at_a_kill_who_is_owed_an_answer_learns_that_the_server_was_killed() {
    let outcome = everything_at(Kill).await;
    assert_eq!(outcome.owed, outcome.down());
}

#[tokio::test(start_paused = true)]
async fn at_a_kill_timers_end() {
    assert!(!everything_at(Kill).await.handled.contains(&Handled::Timer));
}

#[tokio::test(start_paused = true)]
async fn at_a_restart_calls_of_before_are_down_and_later_ones_reach_the_next_incarnation() {
    let (outcome, _, answer) = everything_at_a_restart().await;
    assert_eq!(outcome.running, outcome.down());
    assert_eq!(outcome.queued, outcome.down());
    assert_eq!(answer, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn at_a_restart_casts_of_before_are_dropped_and_later_ones_are_handled() {
    let (outcome, next, _) = everything_at_a_restart().await;
    assert!(!outcome.handled.contains(&Handled::Cast));
    assert!(next.contains(&Handled::Cast));
}

#[tokio::test(start_paused = true)]
async fn at_a_restart_infos_of_before_are_dropped_and_later_ones_are_handled() {
    let (outcome, next, _) = everything_at_a_restart().await;
    assert!(!outcome.handled.contains(&Handled::Info));
    assert!(next.contains(&Handled::Info));
}

#[tokio::test(start_paused = true)]
async fn at_a_restart_answers_that_are_owed_are_not_owed_by_the_next_incarnation() {
    let (outcome, _, _) = everything_at_a_restart().await;
    assert_eq!(outcome.owed, outcome.down());
}

/// What the tests above miss is there when nothing ends.
#[tokio::test(start_paused = true)]
async fn without_an_end_all_is_handled_in_order() {
    let mut probe = Probe::start().await;
    let desk = started(Desk::start(probe.recipient())).await;
    desk.ring_after(Duration::from_secs(10)).await.unwrap();
    let running = desk.work().send_request();
    run_until_idle().await;
    let queued = desk.ask().send_request();
    desk.note().try_send().unwrap();
    desk.send(Ping).unwrap();
    advance(Duration::from_secs(60)).await;
    assert_eq!((running.await, queued.await), (Ok(2), Ok(3)));
    probe
        .expect_in_order([Handled::Cast, Handled::Info, Handled::Timer])
        .await;
    desk.finish().await;
}

/// Owes an answer until its end.
#[gen_server]
struct Late {
    owed: Vec<ReplyTo<u32>>,
}

#[gen_server]
impl Late {
    #[init]
    fn new() -> Self {
        Late { owed: Vec::new() }
    }

    #[call]
    fn owe(&mut self, reply: ReplyTo<u32>) {
        self.owed.push(reply);
    }

    #[terminate]
    fn bye(&mut self) {
        for reply in self.owed.drain(..) {
            reply.send(9);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn at_a_stop_terminate_may_still_answer() {
    let late = started(Late::start()).await;
    let owed = late.owe().send_request();
    run_until_idle().await;
    late.finish().await;
    assert_eq!(owed.await, Ok(9));
}
