//! Servers whose tokio runtime is shut down under them.

use otp::prelude::*;
use tokio::runtime::Runtime;

#[gen_server]
struct Link {
    next: Option<LinkRef>,
}

#[gen_server]
impl Link {
    #[init]
    fn new(next: Option<LinkRef>) -> Self {
        Link { next }
    }

    #[call]
    fn is_last(&mut self) -> bool {
        self.next.is_none()
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn calls_to_a_server_whose_runtime_is_gone_are_answered_with_that() {
    let home = runtime();
    let link = home.block_on(async {
        let link = Link::start(None).await.unwrap();
        assert_eq!(link.is_last().await, Ok(true));
        link
    });
    let end = link.monitor();
    drop(home);
    let gone = Err(CallError::Down(ExitReason::RuntimeGone));
    let elsewhere = runtime();
    assert_eq!(elsewhere.block_on(async { link.is_last().await }), gone);
    assert_eq!(link.is_last().blocking(), gone);
    assert!(!link.is_alive());
    assert_eq!(elsewhere.block_on(end).reason, ExitReason::RuntimeGone);
}

#[test]
fn servers_that_hold_each_other_end_with_their_runtime_without_a_deep_stack() {
    let home = runtime();
    let (first, ends) = home.block_on(async {
        let mut first = Link::start(None).await.unwrap();
        let last = first.monitor();
        for _ in 0..20_000 {
            first = Link::start(Some(first)).await.unwrap();
        }
        let ends = [last, first.monitor()];
        (first, ends)
    });
    drop(home);
    drop(first);
    for end in ends {
        assert_eq!(
            futures::executor::block_on(end).reason,
            ExitReason::RuntimeGone
        );
    }
}

#[gen_server(name = "the_only_one")]
struct Named {
    calls: u64,
}

#[gen_server]
impl Named {
    #[init]
    fn new() -> Self {
        Named { calls: 0 }
    }

    #[call]
    async fn never(&mut self) {
        self.calls += 1;
        std::future::pending::<()>().await;
    }
}

#[test]
fn a_handler_that_waits_and_its_name_end_with_the_runtime() {
    for _ in 0..3 {
        let home = runtime();
        let named = home.block_on(Named::start()).unwrap();
        let (first, second) =
            home.block_on(async { (named.never().send_request(), named.never().send_request()) });
        drop(home);
        let gone = Err(CallError::Down(ExitReason::RuntimeGone));
        assert_eq!(futures::executor::block_on(first), gone);
        assert_eq!(futures::executor::block_on(second), gone);
        assert!(Named::whereis().is_none());
    }
}
