//! Starting a server: init, names, links, the errors of a start. Conformance GS-001 to GS-012, GS-072.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::poll;
use otp::prelude::*;
use otp::{Process, spawn_monitor};
use tokio::sync::{Mutex, Notify, mpsc, oneshot};

/// Runs `body` in a process of its own and gives what it answers.
async fn in_process<B, F, T>(body: B) -> T
where
    B: FnOnce(Process) -> F + Send + 'static,
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    let (_, end) = spawn_monitor(|me| async move {
        let _ = answer.send(body(me).await);
    });
    let Ok(value) = answered.await else {
        panic!("the process ended: {}", end.await.reason);
    };
    value
}

#[gen_server]
struct Slow {
    asked: u32,
}

#[gen_server]
impl Slow {
    #[init]
    async fn new(gate: Arc<Notify>) -> Self {
        gate.notified().await;
        Slow { asked: 0 }
    }

    #[call]
    fn ask(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }
}

#[tokio::test]
async fn gs_001_every_form_of_start_returns_only_after_init() {
    let gate = Arc::new(Notify::new());

    let mut start = Box::pin(async { Slow::start(gate.clone()).await });
    assert!(poll!(&mut start).is_pending());
    gate.notify_one();
    assert_eq!(start.await.unwrap().ask().await, Ok(1));

    let mut start = Box::pin(async { Slow::start_monitor(gate.clone()).await });
    assert!(poll!(&mut start).is_pending());
    gate.notify_one();
    let (server, _monitor) = start.await.unwrap();
    assert_eq!(server.ask().await, Ok(1));

    in_process(move |_| async move {
        let mut start = Box::pin(async { Slow::start_link(gate.clone()).await });
        assert!(poll!(&mut start).is_pending());
        gate.notify_one();
        assert_eq!(start.await.unwrap().ask().await, Ok(1));
    })
    .await;
}

/// What the init of a [`Fickle`] does.
#[derive(Clone, Copy)]
enum How {
    Up,
    Ignore,
    Fail,
    Panic,
}

#[gen_server]
struct Fickle {
    asked: u32,
}

#[gen_server]
impl Fickle {
    #[init]
    async fn new(
        how: How,
        wait: bool,
        monitors: mpsc::UnboundedSender<Monitor>,
        cx: &mut Context<Self>,
    ) -> Result<Option<Self>, &'static str> {
        let _ = monitors.send(cx.pid().monitor());
        if wait {
            tokio::task::yield_now().await;
        }
        match how {
            How::Up => Ok(Some(Fickle { asked: 0 })),
            How::Ignore => Ok(None),
            How::Fail => Err("no disk"),
            How::Panic => panic!("init panics"),
        }
    }

    #[call]
    fn ask(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }
}

#[tokio::test]
async fn gs_002_start_does_not_link_and_start_link_does_in_both_directions() {
    in_process(|me| async move {
        let (monitors, _keep) = mpsc::unbounded_channel();
        let alone = Fickle::start(How::Up, false, monitors.clone())
            .await
            .unwrap();
        assert_eq!(me.pid().links(), []);
        assert_eq!(alone.info().links, []);
        let linked = Fickle::start_link(How::Up, true, monitors).await.unwrap();
        assert_eq!(me.pid().links(), [linked.pid()]);
        assert_eq!(linked.info().links, [me.pid()]);
        assert_eq!(linked.info().started_by, Some(me.pid()));
    })
    .await;
}

#[tokio::test]
async fn gs_002_start_link_outside_a_process_is_an_error() {
    let (monitors, mut seen) = mpsc::unbounded_channel();
    let error = Fickle::start_link(How::Up, false, monitors)
        .await
        .unwrap_err();
    assert!(matches!(error, StartError::NotAProcess(_)), "{error}");
    assert!(seen.recv().await.is_none(), "init was not run");
}

#[tokio::test]
async fn gs_003_the_monitor_of_a_start_gives_the_reason_of_the_end() {
    let (monitors, _keep) = mpsc::unbounded_channel();
    let (server, monitor) = Fickle::start_monitor(How::Up, false, monitors)
        .await
        .unwrap();
    let (pid, reference) = (server.pid(), monitor.reference());
    server
        .stop_with(ExitReason::shutdown_with("done"))
        .await
        .unwrap();
    assert_eq!(
        monitor.await,
        Down {
            reference,
            pid,
            reason: ExitReason::shutdown_with("done")
        }
    );
}

#[tokio::test]
async fn gs_004_an_init_that_answers_nothing_ends_normally_and_is_ignored() {
    for wait in [false, true] {
        let (monitors, mut seen) = mpsc::unbounded_channel();
        let error = Fickle::start(How::Ignore, wait, monitors)
            .await
            .unwrap_err();
        assert_eq!(error, StartError::Ignored);
        assert_eq!(seen.recv().await.unwrap().await.reason, ExitReason::Normal);
    }
}

#[tokio::test]
async fn gs_004_an_ignored_start_does_not_harm_a_linked_caller() {
    in_process(|mut me| async move {
        let (monitors, _keep) = mpsc::unbounded_channel();
        let error = Fickle::start_link(How::Ignore, true, monitors)
            .await
            .unwrap_err();
        assert_eq!(error, StartError::Ignored);
        assert!(me.try_receive::<Exit>().is_none());
    })
    .await;
}

#[tokio::test]
async fn gs_005_an_init_that_fails_is_the_error_of_start_and_an_exit_for_a_linked_caller() {
    for wait in [false, true] {
        in_process(move |mut me| async move {
            me.trap_exit(true);
            let (monitors, mut seen) = mpsc::unbounded_channel();
            let error = Fickle::start(How::Fail, wait, monitors.clone())
                .await
                .unwrap_err();
            assert_eq!(error, StartError::Init("no disk"));
            let pid = seen.recv().await.unwrap().await.pid;
            assert!(!pid.is_alive());
            assert!(me.try_receive::<Exit>().is_none(), "it was not linked");

            let error = Fickle::start_link(How::Fail, wait, monitors)
                .await
                .unwrap_err();
            assert_eq!(error, StartError::Init("no disk"));
            let pid = seen.recv().await.unwrap().await.pid;
            let exit = me.receive::<Exit>().await;
            assert_eq!(
                exit,
                Exit {
                    pid,
                    reason: ExitReason::error("no disk")
                }
            );
        })
        .await;
    }
}

#[tokio::test]
async fn gs_007_a_panic_in_init_is_an_error_of_start_and_an_exit_for_a_linked_caller() {
    for wait in [false, true] {
        in_process(move |mut me| async move {
            me.trap_exit(true);
            let (monitors, _keep) = mpsc::unbounded_channel();
            let error = Fickle::start_link(How::Panic, wait, monitors)
                .await
                .unwrap_err();
            let StartError::Down(reason) = error else {
                panic!("{error}");
            };
            let ExitReason::Panic { message, location } = &reason else {
                panic!("{reason}");
            };
            assert_eq!(&**message, "init panics");
            assert!(location.contains("gen_server_start.rs"), "{location}");
            assert_eq!(me.receive::<Exit>().await.reason, reason);
        })
        .await;
    }
}

#[tokio::test]
async fn gs_007_a_panic_in_init_ends_a_linked_caller_that_does_not_trap() {
    let (_, end) = spawn_monitor(|_| async move {
        let (monitors, _keep) = mpsc::unbounded_channel();
        let _ = Fickle::start_link(How::Panic, false, monitors).await;
        std::future::pending::<()>().await;
    });
    let reason = end.await.reason;
    assert!(matches!(reason, ExitReason::Panic { .. }), "{reason}");
}

/// There is one holder of the name at a time, so the tests that use it take turns.
static TURN: Mutex<()> = Mutex::const_new(());

/// What the init of a [`Named`] does.
enum Init {
    Up,
    Ignore,
    Fail,
    Panic,
    Never,
}

#[gen_server(name = "gen_server_start/named")]
struct Named {
    notes: Vec<u32>,
}

#[gen_server]
impl Named {
    #[init]
    async fn new(
        how: Init,
        wait: bool,
        inits: Arc<AtomicU32>,
    ) -> Result<Option<Self>, &'static str> {
        inits.fetch_add(1, Ordering::Relaxed);
        if wait {
            tokio::task::yield_now().await;
        }
        let me = Named::whereis().ok_or("no name in init")?;
        me.note(7).try_send().map_err(|_| "no room")?;
        match how {
            Init::Up => Ok(Some(Named { notes: Vec::new() })),
            Init::Ignore => Ok(None),
            Init::Fail => Err("no disk"),
            Init::Panic => panic!("init panics"),
            Init::Never => std::future::pending().await,
        }
    }

    #[cast]
    fn note(&mut self, note: u32) {
        self.notes.push(note);
    }

    #[call]
    fn notes(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.notes)
    }
}

#[tokio::test]
async fn gs_006_a_name_is_free_when_start_returns_without_a_server() {
    let _turn = TURN.lock().await;
    let inits = Arc::new(AtomicU32::new(0));
    for round in 0..50 {
        let wait = round % 2 == 0;
        let ignored = Named::start(Init::Ignore, wait, inits.clone()).await;
        assert_eq!(ignored.unwrap_err(), StartError::Ignored);
        let failed = Named::start(Init::Fail, wait, inits.clone()).await;
        assert_eq!(failed.unwrap_err(), StartError::Init("no disk"));
        let panicked = Named::start(Init::Panic, wait, inits.clone())
            .await
            .unwrap_err();
        assert!(
            matches!(panicked, StartError::Down(ExitReason::Panic { .. })),
            "{panicked}"
        );
    }
    assert_eq!(inits.load(Ordering::Relaxed), 150);
    assert_eq!(Named::whereis(), None);
}

#[tokio::test(start_paused = true)]
async fn gs_008_a_start_that_takes_too_long_is_killed_and_its_name_is_free() {
    let _turn = TURN.lock().await;
    let inits = Arc::new(AtomicU32::new(0));
    for wait in [false, true] {
        let began = tokio::time::Instant::now();
        let late = Named::start(Init::Never, wait, inits.clone())
            .timeout(Duration::from_millis(50))
            .await;
        assert_eq!(late.unwrap_err(), StartError::Timeout);
        assert!(began.elapsed() < Duration::from_secs(1));
        assert_eq!(Named::whereis(), None);
        let server = Named::start(Init::Up, wait, inits.clone())
            .timeout(Duration::from_millis(50))
            .await
            .unwrap();
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn gs_008_a_start_that_is_given_up_is_killed_and_its_name_is_free() {
    let _turn = TURN.lock().await;
    let inits = Arc::new(AtomicU32::new(0));
    let mut start = Box::pin(async { Named::start(Init::Never, false, inits.clone()).await });
    assert!(poll!(&mut start).is_pending());
    let end = Named::whereis().unwrap().monitor();
    drop(start);
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert_eq!(Named::whereis(), None);
}

#[tokio::test]
async fn gs_009_gs_010_a_taken_name_is_an_error_for_every_form_of_start() {
    let _turn = TURN.lock().await;
    let inits = Arc::new(AtomicU32::new(0));
    let first = Named::start(Init::Up, false, inits.clone()).await.unwrap();
    let taken = StartError::AlreadyStarted(first.pid());

    let second = Named::start(Init::Up, false, inits.clone()).await;
    assert_eq!(second.unwrap_err(), taken);
    let second = Named::start_monitor(Init::Up, true, inits.clone()).await;
    assert_eq!(second.unwrap_err(), taken);
    let there = inits.clone();
    in_process(move |me| async move {
        let second = Named::start_link(Init::Up, false, there).await;
        assert_eq!(second.unwrap_err(), taken);
        assert_eq!(me.pid().links(), []);
    })
    .await;

    assert_eq!(
        inits.load(Ordering::Relaxed),
        1,
        "no init but the first was run"
    );
    assert_eq!(first.notes().await, Ok(vec![7]));
    first.stop().await.unwrap();
}

#[tokio::test]
async fn gs_009_a_name_is_taken_while_its_init_runs() {
    let _turn = TURN.lock().await;
    let inits = Arc::new(AtomicU32::new(0));
    let mut start = Box::pin(async { Named::start(Init::Up, true, inits.clone()).await });
    assert!(poll!(&mut start).is_pending());
    let holder = Named::whereis().unwrap().pid();
    let second = Named::start(Init::Up, false, inits.clone()).await;
    assert_eq!(second.unwrap_err(), StartError::AlreadyStarted(holder));
    start.await.unwrap().stop().await.unwrap();
}

#[tokio::test]
async fn gs_011_the_name_of_a_server_that_ended_is_free() {
    let _turn = TURN.lock().await;
    let inits = Arc::new(AtomicU32::new(0));
    for round in 0..50 {
        let server = Named::start(Init::Up, round % 2 == 0, inits.clone())
            .await
            .unwrap();
        let end = server.monitor();
        if round % 3 == 0 {
            server.exit(ExitReason::Kill);
            end.await;
        } else {
            server.stop().await.unwrap();
        }
    }
}

#[tokio::test]
async fn gs_012_a_server_has_its_name_in_init_and_messages_sent_there_wait() {
    let _turn = TURN.lock().await;
    for wait in [false, true] {
        let server = Named::start(Init::Up, wait, Arc::default()).await.unwrap();
        assert_eq!(server.notes().await, Ok(vec![7]));
        server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn gs_072_whereis_knows_the_holder_and_nobody_else() {
    let _turn = TURN.lock().await;
    assert_eq!(Named::whereis(), None);
    let server = Named::start(Init::Up, false, Arc::default()).await.unwrap();
    assert_eq!(Named::whereis().as_ref(), Some(&server));
    assert_eq!(server.info().name, Some("gen_server_start/named"));
    server.stop().await.unwrap();
    assert_eq!(Named::whereis(), None);
    assert_eq!(server.info().name, None);
}

#[tokio::test]
async fn gs_072_a_name_keeps_a_server_alive_that_nobody_holds() {
    let _turn = TURN.lock().await;
    let pid = Named::start(Init::Up, false, Arc::default())
        .await
        .unwrap()
        .pid();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    let server = Named::whereis().unwrap();
    assert_eq!(server.pid(), pid);
    server.stop().await.unwrap();
}

#[test]
fn a_start_outside_a_runtime_is_an_error() {
    let start = futures::executor::block_on(Slow::start(Arc::default()));
    assert_eq!(start.unwrap_err(), StartError::NoRuntime);
}

#[tokio::test]
async fn a_server_ends_normally_when_nothing_can_reach_it() {
    let (monitors, _keep) = mpsc::unbounded_channel();
    let (server, monitor) = Fickle::start_monitor(How::Up, false, monitors)
        .await
        .unwrap();
    assert_eq!(server.ask().await, Ok(1));
    drop(server);
    assert_eq!(monitor.await.reason, ExitReason::Normal);
}
