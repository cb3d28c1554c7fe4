//! Names (PRC-020 to 022, and 018 of them) and the start handshake (PRC-023 to 026).

mod process_support;

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use otp::prelude::*;
use otp::{self_pid, spawn};
use process_support::inside;
use tokio::sync::oneshot;

/// Holds a fixed name, if its gate is opened before its init is to end.
#[gen_server(name = "process-named")]
struct Named {
    inits: Arc<AtomicUsize>,
}

#[gen_server]
impl Named {
    #[init]
    async fn new(
        inits: Arc<AtomicUsize>,
        gate: Option<oneshot::Receiver<bool>>,
    ) -> Result<Option<Self>, String> {
        inits.fetch_add(1, Ordering::SeqCst);
        match gate {
            None => Ok(Some(Named { inits })),
            Some(gate) => match gate.await {
                Ok(true) => Ok(Some(Named { inits })),
                Ok(false) => Ok(None),
                Err(_) => Err("no gate".into()),
            },
        }
    }

    #[call]
    fn inits(&mut self) -> usize {
        self.inits.load(Ordering::SeqCst)
    }
}

/// One name in the program: the tests that use it take turns.
static NAME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Answers, some time.
#[gen_server]
struct Plain {
    asked: u32,
}

#[gen_server]
impl Plain {
    #[init]
    fn new() -> Self {
        Plain { asked: 0 }
    }

    #[call]
    fn ask(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }
}

fn panicked(reason: &ExitReason, text: &str) -> bool {
    matches!(reason, ExitReason::Panic { message, .. } if &**message == text)
}

/// PRC-018, adapted: a name is looked up before it is sent to, and an unregistered one is `None`.
#[tokio::test]
async fn prc_018_an_unregistered_name_is_a_case_of_its_own() {
    let _turn = NAME.lock().await;
    assert!(Named::whereis().is_none());
}

/// PRC-020: a name has one holder, and the holder of a name is told apart from others of its type.
#[tokio::test]
async fn prc_020_a_name_has_one_holder() {
    let _turn = NAME.lock().await;
    let inits = Arc::new(AtomicUsize::new(0));
    let holder = Named::start(Arc::clone(&inits), None).await.unwrap();
    assert_eq!(Named::whereis().as_ref(), Some(&holder));
    assert_eq!(holder.info().name, Some("process-named"));
    let second = Named::start(Arc::clone(&inits), None).await;
    assert_eq!(second, Err(StartError::AlreadyStarted(holder.pid())));
    assert_eq!(Named::whereis(), Some(holder.clone()));

    holder.stop().await.unwrap();
    assert!(Named::whereis().is_none(), "a dead process holds no name");
    assert_eq!(Plain::start().await.unwrap().info().name, None);
}

/// PRC-021: the name can be taken as soon as `stop` has returned.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_021_the_name_is_free_after_stop() {
    let _turn = NAME.lock().await;
    for _ in 0..500 {
        let holder = Named::start(Arc::default(), None).await.unwrap();
        holder.stop().await.unwrap();
    }
}

/// PRC-022: under a taken name the new process does nothing at all, even if the holder is in `init`.
#[tokio::test]
async fn prc_022_init_does_not_run_under_a_taken_name() {
    let _turn = NAME.lock().await;
    let inits = Arc::new(AtomicUsize::new(0));
    let (open, gate) = oneshot::channel();
    let first = tokio::spawn(Named::start(Arc::clone(&inits), Some(gate)));
    tokio::task::yield_now().await;
    let second = Named::start(Arc::clone(&inits), None).await;
    let Err(StartError::AlreadyStarted(holder)) = second else {
        panic!("{second:?}");
    };
    open.send(true).unwrap();
    let first = first.await.unwrap().unwrap();
    assert_eq!(first.pid(), holder);
    assert_eq!(first.inits().await, Ok(1));
    first.stop().await.unwrap();
}

/// PRC-023: a starter that waits is woken by the answer of `init`, whatever it is.
#[tokio::test]
async fn prc_023_the_starter_is_woken_by_inits_answer() {
    let _turn = NAME.lock().await;
    for answer in [Some(true), Some(false), None] {
        let (open, gate) = oneshot::channel();
        let start = tokio::spawn(Named::start(Arc::default(), Some(gate)));
        tokio::task::yield_now().await;
        assert!(!start.is_finished());
        if let Some(answer) = answer {
            open.send(answer).unwrap();
        } else {
            drop(open);
        }
        match (answer, start.await.unwrap()) {
            (Some(true), Ok(server)) => server.stop().await.unwrap(),
            (Some(false), Err(StartError::Ignored)) => {}
            (None, Err(StartError::Init(error))) => assert_eq!(error, "no gate"),
            other => panic!("{other:?}"),
        }
    }
}

/// PRC-023: ... by the death of the new process ...
#[tokio::test]
async fn prc_023_the_starter_is_woken_by_a_death_in_init() {
    let _turn = NAME.lock().await;
    let (_open, gate) = oneshot::channel();
    let start = tokio::spawn(Named::start(Arc::default(), Some(gate)));
    tokio::task::yield_now().await;
    let Err(StartError::AlreadyStarted(pid)) = Named::start(Arc::default(), None).await else {
        panic!("the first one holds the name");
    };
    pid.exit(ExitReason::error("in init"));
    let died = StartError::Down(ExitReason::error("in init"));
    assert_eq!(start.await.unwrap(), Err(died));
}

/// PRC-023: ... and by its own timeout, after which the new process is no more.
#[tokio::test(start_paused = true)]
async fn prc_023_the_starter_is_woken_by_its_timeout() {
    let _turn = NAME.lock().await;
    let (open, gate) = oneshot::channel();
    let began = tokio::time::Instant::now();
    let start = Named::start(Arc::default(), Some(gate)).timeout(Duration::from_secs(2));
    assert_eq!(start.await, Err(StartError::Timeout));
    assert!(began.elapsed() >= Duration::from_secs(2));
    assert!(began.elapsed() < Duration::from_secs(3));
    assert!(open.is_closed(), "the init was dropped with its process");
    let next = Named::start(Arc::default(), None).await.unwrap();
    next.stop().await.unwrap();
}

/// PRC-023: a start that is dropped ends what it had begun.
#[tokio::test]
async fn prc_023_a_dropped_start_ends_the_new_process() {
    let _turn = NAME.lock().await;
    let (mut open, gate) = oneshot::channel();
    let start = tokio::spawn(Named::start(Arc::default(), Some(gate)));
    tokio::task::yield_now().await;
    start.abort();
    open.closed().await;
    assert!(start.await.unwrap_err().is_cancelled());
}

/// PRC-024, PRC-025: at once or after a wait, a start that fails leaves no name and no process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prc_024_the_name_is_free_before_the_error_is_seen() {
    #[gen_server(name = "process-failing")]
    struct Failing {
        pid: Arc<OnceLock<Pid>>,
    }
    #[gen_server]
    impl Failing {
        #[init]
        async fn new(
            cx: &mut Context<Self>,
            how: u32,
            pid: Arc<OnceLock<Pid>>,
        ) -> Result<Option<Self>, String> {
            pid.set(cx.pid()).expect("one init for each start");
            if how >= 3 {
                tokio::task::yield_now().await;
            }
            match how % 3 {
                0 => Err("cannot".into()),
                1 => Ok(None),
                _ => panic!("in init"),
            }
        }
        #[call]
        fn own_pid(&mut self) -> Option<Pid> {
            self.pid.get().copied()
        }
    }
    for round in 0..600 {
        let pid = Arc::new(OnceLock::new());
        let error = Failing::start(round % 6, Arc::clone(&pid))
            .await
            .unwrap_err();
        match round % 3 {
            0 => assert_eq!(error, StartError::Init("cannot".into())),
            1 => assert_eq!(error, StartError::Ignored),
            _ => assert!(matches!(error, StartError::Down(reason) if panicked(&reason, "in init"))),
        }
        assert!(Failing::whereis().is_none());
        let pid = *pid.get().expect("init has run");
        assert!(!pid.is_alive());
        assert_eq!(pid.monitor().await.reason, ExitReason::NoProc);
    }
}

/// PRC-025: links are told of the failed process by the time that its error is seen.
#[tokio::test]
async fn prc_025_the_failed_process_is_down_before_the_error() {
    let _turn = NAME.lock().await;
    let (error, exit) = inside(|mut me| async move {
        me.trap_exit(true);
        let (open, gate) = oneshot::channel();
        drop(open);
        let error = Named::start_link(Arc::default(), Some(gate))
            .await
            .unwrap_err();
        (error, me.try_receive::<Exit>())
    })
    .await;
    assert_eq!(error, StartError::Init("no gate".into()));
    let exit = exit.expect("the exit is there already");
    assert_eq!(exit.reason, ExitReason::error("no gate"));
    assert!(!exit.pid.is_alive());
}

/// PRC-026: a process knows who started it, and who started that one.
#[tokio::test]
async fn prc_026_ancestors_are_recorded() {
    let (grandparent, parent, child) = inside(|mut me| async move {
        let parent = spawn(|mut me| async move {
            let server = Plain::start().await.unwrap();
            let to = me.receive::<Pid>().await;
            to.send(server).unwrap();
            pending::<()>().await;
        });
        parent.send(me.pid()).unwrap();
        let child = me.receive::<PlainRef>().await.info();
        let parent = parent.info().unwrap();
        assert_eq!(parent.ancestors, [me.pid()]);
        (me.pid(), parent.pid, child)
    })
    .await;
    assert_eq!(child.started_by, Some(parent));
    assert_eq!(child.ancestors[..2], [parent, grandparent]);
    assert_eq!(Plain::start().await.unwrap().info().started_by, None);
}

/// PRC-026: who is asked is known for as long as a process waits for its answer.
#[tokio::test]
async fn prc_026_who_is_asked_is_recorded() {
    let server = Plain::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    let asked = server.clone();
    let caller = spawn(move |me| async move {
        assert_eq!(self_pid(), Some(me.pid()));
        let _ = asked.ask().timeout(Duration::MAX).await;
        pending::<()>().await;
    });
    while caller.info().unwrap().waits_for.is_none() {
        tokio::task::yield_now().await;
    }
    let waits_for = caller.info().unwrap().waits_for.unwrap();
    assert_eq!(waits_for.pid, server.pid());
    assert_eq!(waits_for.type_name, "Plain");
    server.sys().resume().await.unwrap();
    while caller.info().unwrap().waits_for.is_some() {
        tokio::task::yield_now().await;
    }
    assert_eq!(self_pid(), None);
}
