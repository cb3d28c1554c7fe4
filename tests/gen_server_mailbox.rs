//! Full mailboxes, senders that do not wait, and callers outside a runtime.

use std::time::Duration;

use futures::poll;
use otp::prelude::*;
use otp::{Overflow, SendError, ServerDecl};

/// The same server for each rule of a full mailbox.
macro_rules! server {
    ($name:ident, $($option:tt)*) => {
        #[gen_server($($option)*)]
        struct $name {
            log: Vec<u32>,
        }

        #[gen_server]
        impl $name {
            #[init]
            fn new() -> Self {
                $name { log: Vec::new() }
            }

            #[call]
            fn ask(&mut self, n: u32) -> u32 {
                self.log.push(n);
                n
            }

            #[cast]
            fn note(&mut self, n: u32) {
                self.log.push(n);
            }

            #[info]
            fn on_number(&mut self, n: u32) {
                self.log.push(n);
            }

            #[call]
            fn log(&mut self) -> Vec<u32> {
                std::mem::take(&mut self.log)
            }
        }
    };
}

server!(Waits, mailbox = 2);
server!(Rejects, mailbox = 2, overflow = reject);
server!(DropsNewest, mailbox = 2, overflow = drop_newest);
server!(DropsOldest, mailbox = 2, overflow = drop_oldest);
server!(Unbounded, mailbox = unbounded);

#[tokio::test]
async fn the_default_is_to_wait_for_room_of_1024_messages() {
    server!(Default, call_timeout = 1s);
    assert_eq!(Default::OPTIONS.mailbox, Some(1024));
    assert_eq!(Default::OPTIONS.overflow, Overflow::Wait);
    let server = Default::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    for n in 0..1024 {
        server.note(n).try_send().unwrap();
    }
    assert_eq!(server.note(1024).try_send(), Err(CastError::Full));
    server.sys().resume().await.unwrap();
    assert_eq!(server.log().await, Ok((0..1024).collect()));
}

#[tokio::test]
async fn wait_has_senders_wait_for_room_in_order_and_refuses_those_that_cannot() {
    let server = Waits::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    server.note(1).await.unwrap();
    server.note(2).try_send().unwrap();
    assert_eq!(server.note(0).try_send(), Err(CastError::Full));
    assert_eq!(server.send(0), Err(SendError::Full));
    assert_eq!(server.pid().send(0_u32), Err(SendError::Full));
    let mut cast = Box::pin(async { server.note(3).await });
    let mut call = Box::pin(async { server.ask(4).await });
    let mut given_up = Box::pin(async { server.note(0).await });
    let mut last = Box::pin(async { server.note(5).await });
    assert!(poll!(&mut cast).is_pending());
    assert!(poll!(&mut call).is_pending());
    assert!(poll!(&mut given_up).is_pending());
    assert!(poll!(&mut last).is_pending());
    drop(given_up);
    assert_eq!(server.sys().statistics().waiting, 2);
    server.sys().resume().await.unwrap();
    let (cast, call, last) = futures::join!(cast, call, last);
    assert_eq!((cast, call, last), (Ok(()), Ok(4), Ok(())));
    assert_eq!(server.log().await, Ok(vec![1, 2, 3, 4, 5]));
    assert_eq!(server.sys().statistics().dropped, 0);
}

#[tokio::test]
async fn wait_lets_senders_that_wait_for_room_go_when_the_server_ends() {
    let server = Waits::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    server.note(1).await.unwrap();
    server.note(2).await.unwrap();
    let mut cast = Box::pin(async { server.note(3).await });
    let mut call = Box::pin(async { server.ask(4).await });
    assert!(poll!(&mut cast).is_pending());
    assert!(poll!(&mut call).is_pending());
    server.exit(ExitReason::Kill);
    assert_eq!(cast.await, Ok(()));
    assert_eq!(call.await, Err(CallError::Down(ExitReason::Killed)));
}

#[tokio::test(start_paused = true)]
async fn wait_counts_the_wait_for_room_into_the_timeout_of_a_call() {
    let server = Waits::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    server.note(1).await.unwrap();
    server.note(2).await.unwrap();
    let late = server.ask(3).timeout(Duration::from_millis(10)).await;
    assert_eq!(late, Err(CallError::Timeout));
    server.sys().resume().await.unwrap();
    assert_eq!(server.log().await, Ok(vec![1, 2]), "it was never sent");
}

#[tokio::test]
async fn reject_tells_every_sender_at_once() {
    let server = Rejects::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    server.note(1).await.unwrap();
    let waiting = server.ask(2).send_request();
    assert_eq!(server.note(0).await, Err(CastError::Full));
    assert_eq!(server.note(0).try_send(), Err(CastError::Full));
    assert_eq!(server.ask(0).await, Err(CallError::Full));
    assert_eq!(server.ask(0).send_request().await, Err(CallError::Full));
    assert_eq!(server.send(0), Err(SendError::Full));
    assert_eq!(server.pid().send(0_u32), Err(SendError::Full));
    server.sys().resume().await.unwrap();
    assert_eq!(waiting.await, Ok(2));
    assert_eq!(server.log().await, Ok(vec![1, 2]));
}

#[tokio::test]
async fn drop_newest_drops_what_comes_and_counts_it() {
    let server = DropsNewest::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    server.note(1).await.unwrap();
    server.note(2).await.unwrap();
    assert_eq!(server.note(0).await, Ok(()));
    assert_eq!(server.note(0).try_send(), Ok(()));
    assert_eq!(server.send(0), Ok(()));
    assert_eq!(server.pid().send(0_u32), Ok(()));
    assert_eq!(server.sys().statistics().dropped, 4);
    assert_eq!(server.ask(0).await, Err(CallError::Full));
    server.sys().resume().await.unwrap();
    assert_eq!(server.log().await, Ok(vec![1, 2]));
}

#[tokio::test]
async fn drop_oldest_makes_room_and_tells_the_callers_of_what_it_drops() {
    let server = DropsOldest::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    server.note(1).await.unwrap();
    let dropped = server.ask(2).send_request();
    let kept = server.ask(3).send_request();
    assert_eq!(server.sys().statistics().dropped, 1);
    server.note(4).await.unwrap();
    assert_eq!(dropped.await, Err(CallError::Full));
    assert_eq!(server.sys().statistics().dropped, 2);
    server.sys().resume().await.unwrap();
    assert_eq!(kept.await, Ok(3));
    assert_eq!(server.log().await, Ok(vec![3, 4]));
}

#[tokio::test]
async fn an_unbounded_mailbox_is_never_full() {
    let server = Unbounded::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    for n in 0..50_000 {
        server.note(n).try_send().unwrap();
    }
    assert_eq!(server.info().mailbox_len, 50_000);
    server.sys().resume().await.unwrap();
    assert_eq!(server.log().await.unwrap().len(), 50_000);
}

#[tokio::test]
async fn control_ignores_the_capacity() {
    let server = Waits::start().await.unwrap();
    server.sys().suspend().await.unwrap();
    server.note(1).await.unwrap();
    server.note(2).await.unwrap();
    server.sys().trace(false).await.unwrap();
    server.stop().await.unwrap();
}

#[test]
fn a_call_that_has_to_wait_outside_a_runtime_says_so() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = runtime.block_on(async { Waits::start().await.unwrap() });
    let answer = futures::executor::block_on(server.ask(1));
    assert_eq!(answer, Err(CallError::NoRuntime));
    let for_ever = server.ask(2).timeout(Duration::MAX);
    assert_eq!(futures::executor::block_on(for_ever), Ok(2));
    assert_eq!(futures::executor::block_on(server.note(3)), Ok(()));
    let _inside = runtime.enter();
    assert_eq!(futures::executor::block_on(server.ask(4)), Ok(4));
}

#[test]
fn blocking_works_in_a_thread_outside_any_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let server = runtime.block_on(async { Waits::start().await.unwrap() });
    assert_eq!(server.ask(1).blocking(), Ok(1));
    assert_eq!(server.note(2).blocking(), Ok(()));
    assert_eq!(server.log().blocking(), Ok(vec![1, 2]));
    let there = server.clone();
    let thread = std::thread::spawn(move || there.ask(3).blocking());
    assert_eq!(thread.join().unwrap(), Ok(3));
}

#[test]
fn blocking_waits_no_longer_than_its_timeout() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_time()
        .build()
        .unwrap();
    let server = runtime.block_on(async {
        let server = Waits::start().await.unwrap();
        server
            .clone()
            .sys()
            .suspend()
            .await
            .map(|()| server)
            .unwrap()
    });
    let late = server.ask(1).timeout(Duration::from_millis(1)).blocking();
    assert_eq!(late, Err(CallError::Timeout));
    assert_eq!(server.note(2).blocking(), Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn blocking_works_in_spawn_blocking_and_not_where_tasks_are_polled() {
    let server = Waits::start().await.unwrap();
    assert_eq!(server.ask(1).blocking(), Err(CallError::InsideRuntime));
    assert_eq!(server.note(1).blocking(), Err(CastError::InsideRuntime));
    let there = server.clone();
    let task = tokio::spawn(async move { there.ask(1).blocking() });
    assert_eq!(task.await.unwrap(), Err(CallError::InsideRuntime));
    let there = server.clone();
    let allowed =
        tokio::task::spawn_blocking(move || (there.ask(2).blocking(), there.note(3).blocking()));
    assert_eq!(allowed.await.unwrap(), (Ok(2), Ok(())));
    assert_eq!(server.log().await, Ok(vec![2, 3]));
}

#[tokio::test]
async fn blocking_is_refused_on_a_current_thread_runtime_too() {
    let server = Waits::start().await.unwrap();
    assert_eq!(server.ask(1).blocking(), Err(CallError::InsideRuntime));
    assert_eq!(server.log().await, Ok(vec![]));
}
