//! Starting a supervisor by hand, and refs that outlive incarnations.

use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildSpec, ChildState, Flags, Intensity, Restart, Strategy, Supervisor, SupervisorError,
};

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

fn flags(strategy: Strategy) -> Flags {
    Flags::new(strategy, Intensity::new(3, Duration::from_secs(5)))
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
