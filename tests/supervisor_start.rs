//! Starting a supervisor, and what a failure of its start leaves. Conformance SUP-001 to SUP-009.

mod process_support;
mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildSpec, ChildState, Flags, Intensity, Restart, StartFailure, Strategy, Supervisor,
    SupervisorError,
};
use process_support::inside;
use supervisor_support::{Init, Log, Script, flags, shop};

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(start: u64) -> Result<Self, String> {
        if start == 13 {
            return Err("unlucky".to_owned());
        }
        Ok(Counter { count: start })
    }

    #[call]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[call]
    fn crash(&mut self) -> u64 {
        assert!(self.count > u64::MAX - 1, "crash on demand");
        0
    }
}

#[tokio::test(start_paused = true)]
async fn a_ref_is_that_of_the_restarted_child() {
    let (shop, a, b) = Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
        let a = children.add(ChildSpec::new("a", || Counter::start(1)));
        let b = children.add(ChildSpec::new("b", || Counter::start(2)));
        (children.supervisor(), a, b)
    })
    .await
    .unwrap();
    let (pid_a, pid_b) = (a.pid(), b.pid());
    assert_eq!(a.add(4).await, Ok(5));
    assert!(matches!(a.crash().await, Err(CallError::Down(_))));
    assert_eq!(a.add(1).await, Ok(2));
    assert_ne!(a.pid(), pid_a);
    assert_eq!(b.pid(), pid_b);
    let children = shop.which_children().await.unwrap();
    assert_eq!(children[1].restarts, 1);
    assert_eq!(children[1].state, ChildState::Running);
    shop.stop().await.unwrap();
    assert!(!a.is_alive());
    assert!(matches!(a.add(1).await, Err(CallError::Down(_))));
}

// SUP-006, SUP-007
#[tokio::test(start_paused = true)]
async fn a_failing_child_undoes_the_start_and_is_named() {
    let error = Supervisor::start("Shop", flags(Strategy::OneForAll), |children| {
        children.add(ChildSpec::new("a", || Counter::start(1)));
        children.add(ChildSpec::new("inner", || {
            Supervisor::start("Inner", flags(Strategy::OneForOne), |children| {
                children.add(ChildSpec::new("bad", || Counter::start(13)));
            })
        }));
    })
    .await
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Shop: child `inner` failed to start: Inner: child `bad` failed to start: init failed: unlucky"
    );
    assert!(matches!(error, SupervisorError::Child { .. }));
}

#[tokio::test(start_paused = true)]
async fn refs_survive_the_restart_of_the_supervisor_above() {
    let (shop, inner, a) = Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
        let (inner, a) = children.add(ChildSpec::new("inner", || {
            Supervisor::start("Inner", flags(Strategy::OneForOne), |children| {
                let a = children
                    .add(ChildSpec::new("a", || Counter::start(1)).restart(Restart::Transient));
                (children.supervisor(), a)
            })
        }));
        (children.supervisor(), inner, a)
    })
    .await
    .unwrap();
    a.add(3).await.unwrap();
    let old = a.pid();
    let end = a.monitor();
    inner.exit(ExitReason::Kill);
    end.await;
    assert_eq!(a.add(1).await, Ok(2));
    assert_ne!(a.pid(), old);
    assert_eq!(inner.count_children().await.unwrap().active, 1);
    shop.stop().await.unwrap();
    assert!(matches!(a.add(1).await, Err(CallError::Down(_))));
}

#[tokio::test(start_paused = true)]
async fn more_restarts_than_the_intensity_allows_end_the_supervisor() {
    let (shop, a) = Supervisor::start("Shop", flags(Strategy::RestForOne), |children| {
        let a = children.add(ChildSpec::new("a", || Counter::start(1)));
        (children.supervisor(), a)
    })
    .await
    .unwrap();
    let end = shop.monitor();
    for _ in 0..4 {
        assert!(matches!(a.crash().await, Err(CallError::Down(_))));
    }
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    assert!(matches!(a.add(1).await, Err(CallError::Down(_))));
}

// SUP-001
#[tokio::test(start_paused = true)]
async fn a_supervisor_of_nobody_is_linked_and_ends_with_shutdown_when_its_parent_says_so() {
    let log = inside(|mut me| async move {
        me.trap_exit(true);
        let start = Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
            children.supervisor()
        });
        let shop = start.link().await.unwrap();
        assert_eq!(me.pid().links(), [shop.pid()]);
        assert_eq!(shop.count_children().await.unwrap().specs, 0);
        shop.exit(ExitReason::Shutdown);
        me.receive::<Exit>().await
    })
    .await;
    assert_eq!(log.reason, ExitReason::Shutdown);
}

// SUP-002
#[tokio::test(start_paused = true)]
async fn a_supervisor_with_nothing_to_start_ends_normally_and_holds_no_name() {
    for _ in 0..2 {
        let exit = inside(|mut me| async move {
            me.trap_exit(true);
            let flags = flags(Strategy::OneForOne).registered();
            let start = Supervisor::start("nothing to start", flags, |children| {
                children.add(ChildSpec::new("a", || Counter::start(13)));
                children.ignore();
            });
            assert_eq!(start.link().await, Err(SupervisorError::Ignored));
            me.receive::<Exit>().await
        })
        .await;
        assert_eq!(exit.reason, ExitReason::Normal);
    }
}

// SUP-003
#[tokio::test(start_paused = true)]
async fn a_start_returns_when_every_child_is_up() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    a.always(Init::After(Duration::from_secs(1)));
    b.always(Init::After(Duration::from_secs(2)));
    let began = tokio::time::Instant::now();
    shop(flags(Strategy::OneForOne), [&a, &b]).await;
    assert_eq!(began.elapsed().as_secs(), 3);
    assert_eq!(log.take(), ["start a", "up a", "start b", "up b"]);
}

// SUP-004
#[tokio::test(start_paused = true)]
async fn a_panic_in_the_list_of_children_is_the_error_of_the_start() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let error = Supervisor::start("Shop", flags(Strategy::OneForOne), move |children| {
        children.add(script.spec());
        assert!(children.supervisor().name().is_empty(), "no list");
    })
    .await
    .unwrap_err();
    let SupervisorError::Down(ExitReason::Panic { message, .. }) = error else {
        panic!("{error}");
    };
    assert_eq!(&*message, "no list");
    assert_eq!(log.take(), [""; 0], "nobody was started");
}

// SUP-004
#[tokio::test(start_paused = true)]
async fn a_panic_in_what_starts_a_child_is_a_failed_start_that_a_linked_caller_sees() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let (error, exit) = inside(move |mut me| async move {
        me.trap_exit(true);
        let start = Supervisor::start("Shop", flags(Strategy::OneForOne), move |children| {
            children.add(script.spec());
            children.add(ChildSpec::new("bad", || -> otp::Start<Counter> {
                panic!("no arguments")
            }));
        });
        let error = start.link().await.unwrap_err();
        (error, me.receive::<Exit>().await)
    })
    .await;
    let SupervisorError::Child { child, failure, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*child, "bad".into());
    let StartFailure::Down(ExitReason::Panic { message, .. }) = &**failure else {
        panic!("{error}");
    };
    assert_eq!(&**message, "no arguments");
    assert!(!exit.reason.is_clean(), "{}", exit.reason);
    assert!(exit.reason.to_string().contains("no arguments"));
    assert_eq!(
        log.take(),
        ["start a", "up a", "stop a: shutdown", "down a"]
    );
}

// SUP-006, SUP-008
#[tokio::test(start_paused = true)]
async fn a_child_that_fails_ends_the_start_without_retries_and_stops_the_others_in_reverse() {
    for init in [Init::Fail, Init::Panic] {
        let log = Log::default();
        let scripts = ["a", "b", "c", "d"].map(|name| Script::new(name, &log));
        scripts[2].always(init);
        let specs = scripts.each_ref().map(Script::spec);
        let flags = Flags::new(Strategy::OneForAll, Intensity::NEVER);
        let (seen, mut seen_by) = tokio::sync::mpsc::unbounded_channel();
        let start = Supervisor::start("Shop", flags, move |children| {
            let _ = seen.send(children.supervisor());
            for spec in specs {
                children.add(spec);
            }
        });
        let error = start.await.unwrap_err();
        let SupervisorError::Child { child, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(child, "c".into());
        assert_eq!(
            log.take().join(", "),
            "start a, up a, start b, up b, start c, \
             stop b: shutdown, down b, stop a: shutdown, down a"
        );
        assert!(!seen_by.recv().await.unwrap().is_alive());
    }
}

// SUP-009
#[tokio::test(start_paused = true)]
async fn a_taken_name_is_an_error_with_its_holder_and_starts_no_child() {
    let log = Log::default();
    let scripts = ["a", "b"].map(|name| Script::new(name, &log));
    let named = flags(Strategy::OneForOne).registered();
    let start = |script: &Script| {
        let spec = script.spec();
        Supervisor::start("the only shop", named, move |children| {
            children.add(spec);
            children.supervisor()
        })
    };
    let first = start(&scripts[0]).await.unwrap();
    let error = start(&scripts[1]).await.unwrap_err();
    assert_eq!(error, SupervisorError::AlreadyStarted(first.pid()));
    assert_eq!(log.take(), ["start a", "up a"]);
    first.stop().await.unwrap();
    start(&scripts[1]).await.unwrap().stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_given_up_leaves_nothing_behind() {
    let log = Log::default();
    let [a, b] = ["a", "b"].map(|name| Script::new(name, &log));
    b.always(Init::Hang);
    let specs = [a.spec(), b.spec()];
    let (seen, mut seen_by) = tokio::sync::mpsc::unbounded_channel();
    let start = Supervisor::start("Shop", flags(Strategy::OneForOne), move |children| {
        let refs = specs.map(|spec| children.add(spec));
        let _ = seen.send((children.supervisor(), refs));
    });
    let given_up = tokio::time::timeout(Duration::from_secs(1), start).await;
    assert!(given_up.is_err());
    let (shop, [a, b]) = seen_by.recv().await.unwrap();
    shop.monitor().await;
    a.monitor().await;
    b.monitor().await;
    assert!(!shop.is_alive() && !a.is_alive() && !b.is_alive());
    assert!(a.add(1).await.is_err());
}

#[test]
fn a_supervisor_needs_a_runtime() {
    let start = Supervisor::start("Shop", flags(Strategy::OneForOne), |_| ());
    let error = futures::executor::block_on(start).unwrap_err();
    assert_eq!(error, SupervisorError::NoRuntime);
}

#[tokio::test(start_paused = true)]
async fn a_link_needs_a_process() {
    let start = Supervisor::start("Shop", flags(Strategy::OneForOne), |_| ());
    assert_eq!(
        start.link().await,
        Err(SupervisorError::NotAProcess(otp::NotAProcess))
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_that_takes_too_long_ends_and_takes_its_children_with_it() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let error = Supervisor::start("Shop", flags(Strategy::OneForOne), move |children| {
        let first = children.add(ChildSpec::new("first", || Counter::start(1)));
        children.add(ChildSpec::new("stuck", Stuck::start));
        sender.send(first).unwrap();
    })
    .timeout(Duration::from_secs(3))
    .await;
    assert_eq!(error, Err(SupervisorError::Timeout));
    let first = receiver.recv().unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(!first.is_alive());
}

/// Never gets ready.
#[gen_server]
struct Stuck {
    asked: u32,
}

#[gen_server]
impl Stuck {
    #[init]
    async fn new() -> Self {
        std::future::pending().await
    }

    #[cast]
    fn ask(&mut self) {
        self.asked += 1;
    }
}
