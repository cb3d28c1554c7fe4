//! The end of a server: stop, terminate, exits, exit reasons. Conformance GS-051
//! to GS-061.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::poll;
use otp::prelude::*;
use otp::{Process, StopError, spawn_monitor};
use tokio::sync::{Notify, mpsc, oneshot};

type Log = mpsc::UnboundedSender<String>;
type Words = mpsc::UnboundedReceiver<String>;

/// What happened so far.
fn words(log: &mut Words) -> Vec<String> {
    std::iter::from_fn(|| log.try_recv().ok()).collect()
}

/// Runs `body` in a process of its own and gives what it answers, and why the process ended.
async fn in_process<B, F, T>(body: B) -> (Option<T>, ExitReason)
where
    B: FnOnce(Process) -> F + Send + 'static,
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    let (_, end) = spawn_monitor(|me| async move {
        let _ = answer.send(body(me).await);
    });
    (answered.await.ok(), end.await.reason)
}

/// What the terminate of a [`Desk`] does.
#[derive(Clone, Copy, PartialEq)]
enum Bye {
    Log,
    LogLate,
    Panic,
    Stop,
}

#[gen_server]
struct Desk {
    log: Log,
    bye: Bye,
}

/// Says when the state is dropped.
impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.log.send("dropped".to_owned());
    }
}

#[gen_server]
impl Desk {
    #[init]
    fn new(log: Log, bye: Bye, trap: bool, cx: &mut Context<Self>) -> Self {
        cx.trap_exit(trap);
        Desk { log, bye }
    }

    #[call]
    fn touch(&mut self) -> bool {
        self.bye == Bye::Log
    }

    #[call]
    async fn work(&mut self, gate: Arc<Notify>) -> bool {
        let _ = self.log.send("works".to_owned());
        gate.notified().await;
        let _ = self.log.send("worked".to_owned());
        true
    }

    #[call]
    fn end(&mut self, reason: ExitReason, cx: &mut Context<Self>) -> bool {
        cx.stop(reason);
        cx.stop(ExitReason::error("the first reason counts"));
        self.bye == Bye::Log
    }

    #[call]
    fn crash(&mut self) -> bool {
        panic!("crash of {}", self.log.is_closed());
    }

    #[call]
    async fn crash_later(&mut self) -> bool {
        tokio::task::yield_now().await;
        panic!("late crash of {}", self.log.is_closed());
    }

    #[call]
    fn link_to(&mut self, pid: Pid, cx: &mut Context<Self>) {
        let _ = self.log.send("linked".to_owned());
        cx.link(pid);
    }

    #[info]
    fn on_exit(&mut self, exit: Exit) {
        let _ = self.log.send(format!("exit {}", exit.reason));
    }

    #[terminate]
    async fn bye(&mut self, reason: &ExitReason, cx: &mut Context<Self>) {
        let reason = match reason {
            ExitReason::Panic { message, .. } => message.to_string(),
            other => other.to_string(),
        };
        let _ = self.log.send(format!("terminate {reason}"));
        match self.bye {
            Bye::Log => {}
            Bye::LogLate => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let _ = self.log.send("late".to_owned());
            }
            Bye::Panic => panic!("crash in terminate"),
            Bye::Stop => cx.stop(ExitReason::error("too late")),
        }
    }
}

async fn desk(bye: Bye, trap: bool) -> (DeskRef, Words) {
    let (log, seen) = mpsc::unbounded_channel();
    (Desk::start(log, bye, trap).await.unwrap(), seen)
}

#[tokio::test(start_paused = true)]
async fn gs_051_stop_returns_when_the_server_has_ended_with_normal_by_default() {
    let (desk, mut seen) = desk(Bye::LogLate, false).await;
    let (end, linked) = (desk.monitor(), desk.clone());
    desk.stop().await.unwrap();
    assert!(!linked.is_alive());
    assert_eq!(words(&mut seen), ["terminate normal", "late", "dropped"]);
    let mut end = Box::pin(end);
    let std::task::Poll::Ready(down) = poll!(&mut end) else {
        panic!("monitors are told before stop returns");
    };
    assert_eq!(down.reason, ExitReason::Normal);
}

#[gen_server(name = "gen_server_stop/named")]
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
    fn count(&mut self) -> u32 {
        self.count += 1;
        self.count
    }
}

#[tokio::test]
async fn gs_051_the_name_is_free_when_stop_returns() {
    for _ in 0..100 {
        let named = Named::start().await.unwrap();
        assert_eq!(named.count().await, Ok(1));
        named.stop_with(ExitReason::Shutdown).await.unwrap();
        assert_eq!(Named::whereis(), None);
    }
}

#[tokio::test]
async fn gs_051_a_stop_comes_after_the_message_in_progress_and_before_those_that_wait() {
    let (desk, mut seen) = desk(Bye::Log, false).await;
    let gate = Arc::new(Notify::new());
    let mut running = Box::pin(async { desk.work(gate.clone()).await });
    assert!(poll!(&mut running).is_pending());
    assert_eq!(seen.recv().await.as_deref(), Some("works"));
    let queued = desk.work(gate.clone()).send_request();
    let mut stop = Box::pin(desk.stop_with(ExitReason::Shutdown));
    assert!(poll!(&mut stop).is_pending());
    tokio::task::yield_now().await;
    assert!(poll!(&mut stop).is_pending());
    gate.notify_one();
    assert_eq!(stop.await, Ok(()));
    assert_eq!(running.await, Ok(true));
    assert_eq!(queued.await, Err(CallError::Down(ExitReason::Shutdown)));
    assert_eq!(
        words(&mut seen),
        ["worked", "terminate shutdown", "dropped"]
    );
}

#[tokio::test(start_paused = true)]
async fn gs_051_a_stop_may_have_a_timeout_and_the_server_still_stops() {
    let (desk, mut seen) = desk(Bye::LogLate, false).await;
    let end = desk.monitor();
    let early = desk.stop().timeout(Duration::from_millis(100)).await;
    assert_eq!(early, Err(StopError::Timeout));
    assert!(desk.is_alive());
    assert_eq!(end.await.reason, ExitReason::Normal);
    assert_eq!(words(&mut seen), ["terminate normal", "late", "dropped"]);
}

#[tokio::test]
async fn gs_051_several_stops_all_return() {
    let (desk, _seen) = desk(Bye::Log, false).await;
    let stops = futures::future::join_all((0..5).map(|_| desk.stop()));
    for stop in stops.await {
        assert!(matches!(stop, Ok(()) | Err(StopError::NoProc)), "{stop:?}");
    }
    assert!(!desk.is_alive());
}

#[tokio::test]
async fn gs_052_a_stop_of_a_server_that_has_ended_is_an_error() {
    let (desk, _seen) = desk(Bye::Log, false).await;
    desk.stop().await.unwrap();
    assert_eq!(desk.stop().await, Err(StopError::NoProc));
}

#[tokio::test]
async fn gs_054_gs_058_a_panic_in_terminate_is_the_reason_of_the_end_and_an_error_of_stop() {
    let (desk, mut seen) = desk(Bye::Panic, false).await;
    let end = desk.monitor();
    let error = desk.stop().await.unwrap_err();
    let StopError::Other(reason) = error else {
        panic!("{error}");
    };
    let ExitReason::Panic { message, .. } = &reason else {
        panic!("{reason}");
    };
    assert_eq!(&**message, "crash in terminate");
    assert_eq!(end.await.reason, reason);
    assert_eq!(words(&mut seen), ["terminate normal", "dropped"]);
}

#[tokio::test]
async fn gs_054_a_server_that_ends_by_itself_first_is_an_error_of_stop() {
    let (desk, mut seen) = desk(Bye::Log, false).await;
    let gate = Arc::new(Notify::new());
    let mut running = Box::pin(async { desk.work(gate.clone()).await });
    assert!(poll!(&mut running).is_pending());
    assert_eq!(seen.recv().await.as_deref(), Some("works"));
    let mut stop = Box::pin(desk.stop());
    assert!(poll!(&mut stop).is_pending());
    desk.exit(ExitReason::Kill);
    assert_eq!(stop.await, Err(StopError::Other(ExitReason::Killed)));
}

#[tokio::test]
async fn gs_054_a_stop_asked_for_in_terminate_does_not_change_the_reason() {
    let (desk, _seen) = desk(Bye::Stop, false).await;
    assert_eq!(desk.stop_with(ExitReason::Shutdown).await, Ok(()));
}

#[tokio::test]
async fn gs_055_gs_061_terminate_and_monitors_get_exactly_the_reason_that_was_given() {
    for reason in [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::shutdown_with("deploy"),
        ExitReason::error("no disk"),
    ] {
        let (by_itself, mut seen) = desk(Bye::Log, false).await;
        let end = by_itself.monitor();
        assert_eq!(by_itself.end(reason.clone()).await, Ok(true));
        assert_eq!(end.await.reason, reason);
        assert_eq!(
            words(&mut seen),
            [format!("terminate {reason}"), "dropped".into()]
        );

        let (stopped, mut seen) = desk(Bye::Log, false).await;
        let end = stopped.monitor();
        assert_eq!(stopped.stop_with(reason.clone()).await, Ok(()));
        assert_eq!(end.await.reason, reason);
        assert_eq!(
            words(&mut seen),
            [format!("terminate {reason}"), "dropped".into()]
        );
    }
}

#[tokio::test]
async fn gs_055_terminate_runs_after_a_panic_with_the_panic() {
    let (at_once, mut seen) = desk(Bye::Log, false).await;
    let end = at_once.monitor();
    assert!(at_once.crash().await.is_err());
    assert!(matches!(end.await.reason, ExitReason::Panic { .. }));
    assert_eq!(words(&mut seen), ["terminate crash of false", "dropped"]);

    let (later, mut seen) = desk(Bye::Log, false).await;
    let end = later.monitor();
    assert!(later.crash_later().await.is_err());
    assert!(matches!(end.await.reason, ExitReason::Panic { .. }));
    assert_eq!(
        words(&mut seen),
        ["terminate late crash of false", "dropped"]
    );
}

#[tokio::test]
async fn gs_056_terminate_does_not_run_when_the_server_is_killed() {
    for trap in [false, true] {
        let (desk, mut seen) = desk(Bye::Log, trap).await;
        let end = desk.monitor();
        desk.exit(ExitReason::Kill);
        assert_eq!(end.await.reason, ExitReason::Killed);
        assert_eq!(words(&mut seen), ["dropped"]);
    }
}

#[tokio::test]
async fn gs_056_terminate_does_not_run_when_a_link_takes_down_a_server_that_does_not_trap() {
    let (desk, mut seen) = desk(Bye::Log, false).await;
    let end = desk.monitor();
    let (pid, _) = spawn_monitor(|mut me| async move { me.receive::<ExitReason>().await });
    desk.link_to(pid).await.unwrap();
    pid.send(ExitReason::error("bad")).unwrap();
    assert_eq!(end.await.reason, ExitReason::error("bad"));
    assert_eq!(words(&mut seen), ["linked", "dropped"]);
}

#[tokio::test]
async fn gs_056_the_normal_end_of_a_link_does_nothing_to_a_server_that_does_not_trap() {
    let (desk, mut seen) = desk(Bye::Log, false).await;
    let (pid, ended) = spawn_monitor(|mut me| async move { me.receive::<ExitReason>().await });
    desk.link_to(pid).await.unwrap();
    pid.send(ExitReason::Normal).unwrap();
    ended.await;
    assert_eq!(desk.touch().await, Ok(true));
    desk.exit(ExitReason::Normal);
    assert_eq!(desk.touch().await, Ok(true), "nor does the signal itself");
    assert_eq!(words(&mut seen), ["linked"]);
}

#[tokio::test]
async fn gs_057_the_end_of_the_parent_ends_a_trapping_server_whatever_the_reason() {
    for reason in [
        ExitReason::Normal,
        ExitReason::Shutdown,
        ExitReason::error("bad"),
    ] {
        let (log, mut seen) = mpsc::unbounded_channel();
        let (give, given) = oneshot::channel();
        let why = reason.clone();
        let (_, parent) = spawn_monitor(|_| async move {
            let desk = Desk::start_link(log, Bye::Log, true).await.unwrap();
            let _ = give.send((desk.monitor(), desk));
            why
        });
        let (end, _desk) = given.await.unwrap();
        assert_eq!(parent.await.reason, reason);
        assert_eq!(end.await.reason, reason);
        assert_eq!(
            words(&mut seen),
            [format!("terminate {reason}"), "dropped".into()]
        );
    }
}

#[tokio::test]
async fn gs_057_an_exit_signal_of_the_parent_ends_a_trapping_server_even_normal() {
    for reason in [ExitReason::Normal, ExitReason::Shutdown] {
        let (log, mut seen) = mpsc::unbounded_channel();
        let why = reason.clone();
        let (ended, _) = in_process(|mut me| async move {
            me.trap_exit(true);
            let desk = Desk::start_link(log, Bye::Log, true).await.unwrap();
            let end = desk.monitor();
            desk.exit(why);
            let down = end.await.reason;
            (down, me.receive::<Exit>().await.reason)
        })
        .await;
        assert_eq!(ended, Some((reason.clone(), reason.clone())));
        assert_eq!(
            words(&mut seen),
            [format!("terminate {reason}"), "dropped".into()]
        );
    }
}

#[tokio::test]
async fn gs_057_the_exits_of_others_come_to_a_trapping_server_as_messages() {
    let (desk, mut seen) = desk(Bye::Log, true).await;
    for reason in [ExitReason::Normal, ExitReason::error("bad")] {
        let (pid, ended) = spawn_monitor(|mut me| async move { me.receive::<ExitReason>().await });
        desk.link_to(pid).await.unwrap();
        pid.send(reason.clone()).unwrap();
        ended.await;
        assert_eq!(desk.touch().await, Ok(true));
        assert_eq!(
            words(&mut seen),
            ["linked".into(), format!("exit {reason}")]
        );
    }
    let stranger = desk.pid();
    let (_, end) = in_process(move |_| async move { stranger.exit(ExitReason::Shutdown) }).await;
    assert_eq!(end, ExitReason::Normal);
    assert_eq!(desk.touch().await, Ok(true));
    assert_eq!(
        words(&mut seen),
        ["exit shutdown"],
        "a stranger is not the parent"
    );
}

#[tokio::test]
async fn gs_057_a_starter_without_a_link_is_no_parent() {
    let (log, mut seen) = mpsc::unbounded_channel();
    let (desk, ended) = in_process(|_| async move {
        let desk = Desk::start(log, Bye::Log, true).await.unwrap();
        desk.exit(ExitReason::error("bad"));
        desk
    })
    .await;
    assert_eq!(ended, ExitReason::Normal);
    assert_eq!(desk.unwrap().touch().await, Ok(true));
    assert_eq!(words(&mut seen), ["exit bad"]);
}

#[tokio::test]
async fn gs_059_a_server_without_terminate_ends_with_the_reason_given() {
    let plain = Plain::start().await.unwrap();
    let end = plain.monitor();
    plain.end(ExitReason::error("bad")).await.unwrap();
    assert_eq!(end.await.reason, ExitReason::error("bad"));
}

#[gen_server]
struct Plain {
    ended: bool,
}

#[gen_server]
impl Plain {
    #[init]
    fn new() -> Self {
        Plain { ended: false }
    }

    #[call]
    fn end(&mut self, reason: ExitReason, cx: &mut Context<Self>) {
        self.ended = true;
        cx.stop(reason);
    }
}
