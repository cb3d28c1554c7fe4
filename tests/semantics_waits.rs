//! `docs/semantics.md`: what becomes of casts, infos, replies and timers when somebody waits, gives up, or
//! finds no room. Calls have their tests with `gen_server_call`.

mod semantics;

use std::time::Duration;

use futures::{poll, stream};
use semantics::{Desk, DeskRef, Handled, Ping, full, told};
use tokio::task::AbortHandle;

use otp::SendError;
use otp::prelude::*;
use otp::test::{Probe, advance, look, run_until_idle, started};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_cast_waits_for_room_without_a_timeout_unless_it_is_given_one() {
    let mut probe = Probe::start().await;
    let desk = full(probe.recipient()).await;
    desk.sys().suspend().await.unwrap();
    let waits = desk.clone();
    let waiting = tokio::spawn(async move { waits.note().await });
    advance(SECOND * 3600).await;
    assert!(!waiting.is_finished());
    // Given up in time, it is not sent.
    let given_up = tokio::time::timeout(SECOND, async { desk.note().await }).await;
    assert!(given_up.is_err());
    desk.sys().resume().await.unwrap();
    assert_eq!(waiting.await.unwrap(), Ok(()));
    assert_eq!(told(&mut probe).await, [Handled::Cast; 4]);
    desk.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_info_never_waits() {
    let mut probe = Probe::start().await;
    let desk = full(probe.recipient()).await;
    let began = tokio::time::Instant::now();
    assert_eq!(desk.send(Ping), Err(SendError::Full));
    assert_eq!(desk.recipient::<Ping>().send(Ping), Err(SendError::Full));
    assert_eq!(began.elapsed(), Duration::ZERO);
    advance(SECOND).await;
    assert_eq!(desk.send(Ping), Ok(()));
    let all = [Handled::Cast, Handled::Cast, Handled::Cast, Handled::Info];
    assert_eq!(told(&mut probe).await, all);
    desk.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_info_cannot_be_taken_back() {
    let mut probe = Probe::start().await;
    let desk = started(Desk::start(probe.recipient())).await;
    desk.sys().suspend().await.unwrap();
    // There is nothing to drop: it has been sent.
    desk.send(Ping).unwrap();
    desk.sys().resume().await.unwrap();
    probe.expect(Handled::Info).await;
    desk.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_cast_that_is_dropped_before_it_has_room_is_not_sent() {
    let mut probe = Probe::start().await;
    let desk = full(probe.recipient()).await;
    {
        let mut cast = Box::pin(async { desk.note().await });
        assert!(poll!(&mut cast).is_pending());
    }
    advance(SECOND * 10).await;
    assert_eq!(told(&mut probe).await, [Handled::Cast; 3]);
    desk.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_cast_that_is_dropped_when_its_turn_has_come_gives_it_to_the_next() {
    let mut probe = Probe::start().await;
    let desk = full(probe.recipient()).await;
    let next = {
        let mut first = Box::pin(async { desk.note().await });
        assert!(poll!(&mut first).is_pending());
        let waits = desk.clone();
        let next = tokio::spawn(async move { waits.note().await });
        // There is room for it, but it is not polled again.
        advance(SECOND * 10).await;
        next
    };
    next.await.unwrap().unwrap();
    assert_eq!(told(&mut probe).await, [Handled::Cast; 4]);
    // And no room is kept for it.
    desk.sys().suspend().await.unwrap();
    for _ in 0..3 {
        desk.note().try_send().unwrap();
    }
    assert_eq!(desk.note().try_send(), Err(CastError::Full));
    desk.stop().await.unwrap();
}

/// Has room for one message.
#[gen_server(mailbox = 1)]
struct Narrow {
    answers: Vec<Result<u32, CallError>>,
}

#[gen_server]
impl Narrow {
    #[init]
    fn new() -> Self {
        Narrow {
            answers: Vec::new(),
        }
    }

    #[cast]
    async fn ask(&mut self, desk: DeskRef) {
        self.answers.push(desk.owe().await);
    }

    /// Has a number come after a second.
    #[call]
    fn listen(&mut self, cx: &mut Context<Self>) -> AbortHandle {
        self.answers.clear();
        cx.attach(stream::once(async {
            tokio::time::sleep(SECOND).await;
            9_u32
        }))
    }

    #[info]
    fn number(&mut self, n: u32) {
        self.answers.push(Ok(n));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_needs_no_room_anywhere() {
    let probe = Probe::start().await;
    let desk = started(Desk::start(probe.recipient())).await;
    let narrow = started(Narrow::start()).await;
    for _ in 0..2 {
        narrow.ask((*desk).clone()).await.unwrap();
        run_until_idle().await;
    }
    // It waits for an answer, with a full mailbox of its own.
    let full = narrow.ask((*desk).clone()).try_send();
    assert_eq!(full, Err(CastError::Full));
    desk.answer().await.unwrap();
    run_until_idle().await;
    assert_eq!(narrow.info().mailbox_len, 0, "it has gone on to the next");
    desk.answer().await.unwrap();
    run_until_idle().await;
    let answers = look(&narrow, |it| it.answers.clone()).await;
    assert_eq!(answers, [Ok(7), Ok(7)]);
    narrow.finish().await;
    desk.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_waits_for_room_is_kept_none_when_it_is_given_up() {
    let probe = Probe::start().await;
    let desk = started(Desk::start(probe.recipient())).await;
    for given_up in [false, true] {
        let narrow = started(Narrow::start()).await;
        let stream = narrow.listen().await.unwrap();
        for _ in 0..2 {
            narrow.ask((*desk).clone()).await.unwrap();
            run_until_idle().await;
        }
        // Its number finds a full mailbox.
        advance(SECOND).await;
        if given_up {
            stream.abort();
        }
        for _ in 0..2 {
            desk.answer().await.unwrap();
            run_until_idle().await;
        }
        let answers = look(&narrow, |it| it.answers.len()).await;
        assert_eq!(answers, if given_up { 2 } else { 3 });
        narrow.sys().suspend().await.unwrap();
        let sent = [(); 2].map(|()| narrow.ask((*desk).clone()).try_send());
        assert_eq!(sent, [Ok(()), Err(CastError::Full)]);
        narrow.finish().await;
    }
    desk.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_timer_of_the_server_waits_for_room() {
    let mut probe = Probe::start().await;
    let desk = Desk::start(probe.recipient()).await.unwrap();
    desk.ring_after(SECOND).await.unwrap();
    desk.sys().suspend().await.unwrap();
    for _ in 0..3 {
        desk.note().try_send().unwrap();
    }
    advance(SECOND * 5).await;
    assert_eq!(desk.info().mailbox_len, 3);
    desk.sys().resume().await.unwrap();
    let all = [Handled::Cast, Handled::Cast, Handled::Cast, Handled::Timer];
    assert_eq!(told(&mut probe).await, all);
    desk.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_timer_by_pid_that_finds_no_room_is_dropped() {
    let mut probe = Probe::start().await;
    let desk = full(probe.recipient()).await;
    desk.sys().suspend().await.unwrap();
    let _timer = otp::send_after(desk.pid(), SECOND * 5, Ping);
    advance(SECOND * 10).await;
    desk.sys().resume().await.unwrap();
    run_until_idle().await;
    assert_eq!(told(&mut probe).await, [Handled::Cast; 3]);
    desk.stop().await.unwrap();
}
