//! Starting, calling and stopping machines: as servers. Conformance SM-001 to SM-007, SM-009, SM-010.

#[path = "state_machine_support/mod.rs"]
mod support;

use std::convert::Infallible;
use std::time::Duration;

use otp::prelude::*;
use otp::test::Reports;
use otp::{
    CallSpec, Machine, MachineContext, MachineDecl, Options, Registry, RequestSet, ServerRef,
    Start, StateMachine, Turn, whereis,
};

use support::{At, Place, Setup, call, cast, noted, settled};

/// A machine with a fixed name, and one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Alone;

impl std::fmt::Display for Alone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Alone")
    }
}

impl MachineDecl for Alone {
    const OPTIONS: Options = Options::new("Alone").name("alone");
    type Data = u32;
    type State = Self;

    fn state(&self) -> Self {
        *self
    }
}

impl StateMachine for Alone {
    /// Whether init takes for ever.
    type Args = bool;
    type Ref = ServerRef<Machine<Self>>;
    type InitError = Infallible;
    type Event = ReplyTo<u32>;
    type Timeout = Infallible;

    async fn init(
        hangs: bool,
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) -> Result<Option<(Self, u32)>, Infallible> {
        if hangs {
            std::future::pending::<()>().await;
        }
        Ok(Some((Alone, 0)))
    }

    async fn handle(
        &mut self,
        count: &mut u32,
        reply: ReplyTo<u32>,
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        *count += 1;
        reply.send(*count);
    }
}

static COUNT: CallSpec<Machine<Alone>, (), u32> =
    CallSpec::Queued("count", |(), reply| Machine::message(reply));

// One test, as there is one holder of the name at a time.
#[tokio::test(start_paused = true)]
async fn sm_001_and_002_a_name_has_one_holder_and_a_start_its_timeout() {
    let slow = Start::<Machine<Alone>>::new(true).timeout(Duration::from_secs(1));
    assert!(matches!(slow.await, Err(StartError::Timeout)));
    assert_eq!(whereis::<Machine<Alone>>(), None);
    let first = Start::<Machine<Alone>>::new(false).await.unwrap();
    assert_eq!(whereis::<Machine<Alone>>(), Some(first.clone()));
    let taken = || StartError::<Infallible>::AlreadyStarted(first.pid());
    let same = |error: StartError<Infallible>| error.to_string() == taken().to_string();
    assert!(same(Start::<Machine<Alone>>::new(false).await.unwrap_err()));
    let monitored = Start::<Machine<Alone>>::new(false).monitored().await;
    assert!(same(monitored.unwrap_err()));
    let (tell, told) = tokio::sync::oneshot::channel();
    otp::spawn(|_| async move {
        let linked = Start::<Machine<Alone>>::new(false).link().await;
        tell.send(linked.unwrap_err()).unwrap();
    });
    assert!(same(told.await.unwrap()));
    assert_eq!(first.call(&COUNT, ()).await, Ok(1));
    first.stop().await.unwrap();
}

#[tokio::test]
async fn sm_001_every_form_of_start_and_of_name() {
    let (setup, _) = Setup::new();
    let (gate, monitor) = setup.start().monitored().await.unwrap();
    gate.stop().await.unwrap();
    assert_eq!(monitor.await.reason, ExitReason::Normal);

    let names = Registry::<&str, Machine<Place>>::start("names")
        .await
        .unwrap();
    let (setup, _) = Setup::new();
    let gate = setup.start().via(&names, "gate").await.unwrap();
    let (setup, _) = Setup::new();
    let second = setup.start().via(&names, "gate").await;
    assert!(matches!(second, Err(StartError::AlreadyStarted(pid)) if pid == gate.pid()));
}

#[tokio::test]
async fn sm_001_a_linked_machine_ends_with_its_starter() {
    let (setup, log) = Setup::new();
    let (tell, told) = tokio::sync::oneshot::channel();
    let parent = otp::spawn(|mut me| async move {
        let gate = setup.start().link().await.unwrap();
        tell.send(gate).unwrap();
        let () = me.receive().await;
        ExitReason::Shutdown
    });
    let gate = told.await.unwrap();
    let end = gate.monitor();
    parent.send(()).unwrap();
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    assert!(
        noted(&log).is_empty(),
        "it does not trap exits: no terminate"
    );
}

#[tokio::test]
async fn sm_002_init_may_ignore_and_fail() {
    let (nothing, _) = Setup::with(|_, _| Ok(None));
    assert!(matches!(nothing.start().await, Err(StartError::Ignored)));
    let (fails, _) = Setup::with(|_, _| Err("no key".to_owned()));
    assert!(matches!(fails.start().await, Err(StartError::Init(text)) if text == "no key"));
    let (panics, _) = Setup::with(|_, _| panic!("in init"));
    let down = panics.start().await;
    assert!(matches!(
        down,
        Err(StartError::Down(ExitReason::Panic { .. }))
    ));

    let (setup, _) = Setup::new();
    let panics = setup.entered(|_, _, _, _| panic!("in enter"));
    let down = panics.start().await;
    assert!(matches!(
        down,
        Err(StartError::Down(ExitReason::Panic { .. }))
    ));
}

#[tokio::test]
async fn sm_003_after_stop_the_name_is_free() {
    let names = Registry::<&str, Machine<Place>>::start("free_names")
        .await
        .unwrap();
    for _ in 0..3 {
        let (setup, _) = Setup::new();
        let gate = setup.start().via(&names, "gate").await.unwrap();
        gate.stop().await.unwrap();
    }
}

#[tokio::test]
async fn sm_004_stop_gives_its_reason_to_terminate_and_tells_of_the_dead() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    gate.stop_with(ExitReason::Shutdown).await.unwrap();
    assert_eq!(noted(&log), ["A ends: shutdown"]);
    let gone = gate.stop().await.unwrap_err();
    assert!(matches!(gone, StopError::NoProc), "{gone:?}");
}

#[tokio::test(start_paused = true)]
async fn sm_005_a_call_waits_for_five_seconds_unless_it_says_otherwise() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let keep = |at: &mut At<'_>| at.data.kept.extend(at.reply.take());
    let began = tokio::time::Instant::now();
    assert_eq!(call(&gate, "keep", keep).await, Err(CallError::Timeout));
    assert_eq!(began.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn sm_006_a_late_reply_reaches_nobody() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let keep = |at: &mut At<'_>| at.data.kept.extend(at.reply.take());
    let first = call(&gate, "keep", keep)
        .timeout(Duration::from_millis(10))
        .await;
    assert_eq!(first, Err(CallError::Timeout));
    let second = call(&gate, "answer both", |at| {
        let kept = at.data.kept.pop().unwrap();
        assert!(!kept.is_awaited());
        kept.send("late".to_owned());
        at.answer("mine");
    });
    assert_eq!(second.await.as_deref(), Ok("mine"));
}

#[tokio::test]
async fn sm_007_a_call_to_a_machine_that_is_gone_or_goes() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let stops = call(&gate, "stop", |at| {
        let kept = at.reply.take().map(|reply| at.cx.hold(reply));
        at.data.kept.extend(kept);
        at.turn.stop(ExitReason::Shutdown);
    });
    assert_eq!(stops.await, Err(CallError::Down(ExitReason::Shutdown)));
    let after = call(&gate, "after", |_| {}).await;
    assert!(matches!(after, Err(CallError::Down(_))));
}

#[tokio::test]
async fn sm_007_a_call_whose_handler_panics_gets_the_panic() {
    let (setup, log) = Setup::new();
    let gate = setup.start().await.unwrap();
    let panics = call(&gate, "panics", |_| panic!("bad coin")).await;
    assert!(
        matches!(&panics, Err(CallError::Down(ExitReason::Panic { message, .. })) if &**message == "bad coin"),
        "{panics:?}"
    );
    let _ = gate.monitor().await;
    assert!(
        noted(&log)[1].starts_with("A ends: "),
        "terminate runs after a panic"
    );
}

#[tokio::test]
async fn sm_009_a_shutdown_is_no_error() {
    let reports = Reports::capture();
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let end = gate.monitor();
    let why = ExitReason::shutdown_with("deploy");
    let reason = why.clone();
    cast(&gate, "stop", move |at| at.turn.stop(reason.clone())).await;
    assert_eq!(end.await.reason, why);
    assert_eq!(loud(&reports, gate.pid()), 0);

    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let end = gate.monitor();
    cast(&gate, "stop", |at| at.turn.stop(ExitReason::error("bad"))).await;
    assert_eq!(end.await.reason, ExitReason::error("bad"));
    assert!(loud(&reports, gate.pid()) > 0, "others are");
}

/// Errors and warnings about a process.
fn loud(reports: &Reports, pid: Pid) -> usize {
    let told = reports.of_pid(pid);
    told.iter()
        .filter(|one| one.level <= tracing::Level::WARN)
        .count()
}

#[tokio::test(start_paused = true)]
async fn sm_010_requests_are_kept_given_up_and_collected() {
    let (setup, _) = Setup::new();
    let gate = setup.start().await.unwrap();
    let keep = |at: &mut At<'_>| at.data.kept.extend(at.reply.take());
    let mut kept = call(&gate, "first", keep).send_request();
    assert!(kept.wait(Duration::from_millis(10)).await.is_none());
    let given_up = call(&gate, "second", keep).send_request();
    let answer = given_up.receive(Duration::from_millis(10)).await;
    assert_eq!(answer, Err(CallError::Timeout));
    let mut set = RequestSet::new();
    set.add("slow", kept);
    set.add(
        "quick",
        call(&gate, "third", |at| at.answer("quick")).send_request(),
    );
    assert_eq!(set.next().await, Some(("quick", Ok("quick".to_owned()))));
    cast(&gate, "answer", |at| {
        at.data.kept.remove(0).send("slow".to_owned());
    })
    .await;
    assert_eq!(set.next().await, Some(("slow", Ok("slow".to_owned()))));
    assert!(set.is_empty());
    settled(&gate).await;
}
