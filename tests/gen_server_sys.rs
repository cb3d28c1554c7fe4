//! Looking into a running server. Conformance GS-062 to GS-064.

use futures::poll;
use otp::ProcessStatus;
use otp::prelude::*;

#[gen_server(mailbox = 4)]
#[derive(Clone, PartialEq)]
struct Desk {
    count: u32,
    secret: &'static str,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(self.secret != "panic", "no text for this");
        write!(f, "Desk with {} and a secret", self.count)
    }
}

#[gen_server]
impl Desk {
    #[init]
    fn new() -> Self {
        Desk {
            count: 0,
            secret: "xyzzy",
        }
    }

    #[call]
    fn add(&mut self, n: u32) -> u32 {
        self.count += n;
        self.count
    }

    #[cast]
    fn note(&mut self) {
        self.count += 1;
    }

    #[call]
    fn hide(&mut self, secret: &'static str) {
        self.secret = secret;
    }

    #[call]
    fn later(&mut self, reply: ReplyTo<u32>) {
        self.count += 1;
        reply.send(self.count);
    }

    #[info]
    fn on_number(&mut self, n: u32) {
        self.count += n;
    }
}

#[tokio::test]
async fn gs_062_state_is_read_and_replaced_from_outside_also_while_suspended() {
    let desk = Desk::start().await.unwrap();
    for suspended in [false, true] {
        if suspended {
            desk.sys().suspend().await.unwrap();
        }
        let sys = desk.sys();
        let add = |old: &Desk| Desk {
            count: old.count + 5,
            ..*old
        };
        let before = sys.get_state().await.unwrap();
        assert_eq!(sys.replace_state(add).await, Ok(Ok(())));
        assert_eq!(sys.get_state().await, Ok(add(&before)));
    }
    desk.sys().resume().await.unwrap();
    assert_eq!(desk.add(1).await, Ok(11));
}

#[tokio::test]
async fn gs_062_a_replacement_that_panics_leaves_state_and_server_as_they_were() {
    let desk = Desk::start().await.unwrap();
    desk.add(3).await.unwrap();
    let replaced = desk
        .sys()
        .replace_state(|old| panic!("at {}", old.count))
        .await;
    let Ok(Err(ExitReason::Panic { message, .. })) = replaced else {
        panic!("{replaced:?}");
    };
    assert_eq!(&*message, "at 3");
    assert_eq!(desk.add(1).await, Ok(4));
}

#[tokio::test]
async fn gs_062_state_is_read_ahead_of_the_messages_that_wait() {
    let desk = Desk::start().await.unwrap();
    desk.note().try_send().unwrap();
    desk.note().try_send().unwrap();
    assert_eq!(desk.sys().get_state().await.unwrap().count, 0);
    assert_eq!(desk.add(0).await, Ok(2));
}

#[tokio::test]
async fn gs_062_sys_of_a_server_that_has_ended_is_an_error() {
    let desk = Desk::start().await.unwrap();
    desk.stop_with(ExitReason::Shutdown).await.unwrap();
    let down = CallError::Down(ExitReason::Shutdown);
    assert_eq!(desk.sys().get_state().await, Err(down.clone()));
    assert_eq!(desk.sys().suspend().await, Err(down.clone()));
    assert_eq!(desk.sys().resume().await, Err(down));
}

#[tokio::test(start_paused = true)]
async fn gs_063_a_suspended_server_handles_nothing_until_it_is_resumed() {
    let desk = Desk::start().await.unwrap();
    desk.sys().suspend().await.unwrap();
    assert_eq!(desk.info().status, ProcessStatus::Suspended);
    desk.note().await.unwrap();
    desk.pid().send(10_u32).unwrap();
    let mut call = Box::pin(async { desk.add(100).await });
    let mut delayed = Box::pin(async { desk.later().await });
    assert!(poll!(&mut call).is_pending());
    assert!(poll!(&mut delayed).is_pending());
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert!(poll!(&mut call).is_pending());
    assert_eq!(desk.sys().get_state().await.unwrap().count, 0);
    assert_eq!(desk.sys().statistics().waiting, 4);
    desk.sys().resume().await.unwrap();
    assert_eq!((call.await, delayed.await), (Ok(111), Ok(112)));
    assert_ne!(desk.info().status, ProcessStatus::Suspended);
}

#[tokio::test]
async fn gs_063_a_suspended_server_can_be_stopped_and_killed() {
    let desk = Desk::start().await.unwrap();
    desk.sys().suspend().await.unwrap();
    let call = desk.add(1).send_request();
    desk.stop().await.unwrap();
    assert_eq!(call.await, Err(CallError::Down(ExitReason::Normal)));
    let desk = Desk::start().await.unwrap();
    desk.sys().suspend().await.unwrap();
    desk.exit(ExitReason::Kill);
    assert_eq!(desk.monitor().await.pid, desk.pid());
    assert!(!desk.is_alive());
}

#[tokio::test]
async fn gs_063_a_suspended_server_that_nothing_can_reach_ends() {
    let desk = Desk::start().await.unwrap();
    desk.sys().suspend().await.unwrap();
    let end = desk.monitor();
    drop(desk);
    assert_eq!(end.await.reason, ExitReason::Normal);
}

#[tokio::test]
async fn gs_064_the_text_of_a_state_is_what_its_debug_says() {
    let desk = Desk::start().await.unwrap();
    desk.add(2).await.unwrap();
    let text = desk.sys().state_text().await.unwrap();
    assert_eq!(text, "Desk with 2 and a secret");
}

#[tokio::test]
async fn gs_064_a_debug_that_panics_gives_a_marker_and_the_server_goes_on() {
    let desk = Desk::start().await.unwrap();
    desk.hide("panic").await.unwrap();
    let text = desk.sys().state_text().await.unwrap();
    assert!(text.contains("no text for this"), "{text}");
    assert_eq!(desk.add(2).await, Ok(2));
}

#[tokio::test]
async fn statistics_count_what_was_handled() {
    let desk = Desk::start().await.unwrap();
    for _ in 0..10 {
        desk.add(1).await.unwrap();
        desk.note().await.unwrap();
    }
    desk.add(1).await.unwrap();
    let statistics = desk.sys().statistics();
    assert_eq!((statistics.handled, statistics.waiting), (21, 0));
    assert_eq!(desk.info().messages_handled, 21);
}
