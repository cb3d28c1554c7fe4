//! Requests: calls whose answer is taken later. Conformance GS-033 to GS-041.

use std::time::Duration;

use futures::poll;
use otp::prelude::*;
use otp::{Request, RequestSet};
use tokio::time::Instant;

const SHORT: Duration = Duration::from_millis(10);

#[gen_server]
struct Desk {
    handled: Vec<u32>,
    waiting: Vec<(u32, ReplyTo<u32>)>,
}

#[gen_server]
impl Desk {
    #[init]
    fn new() -> Self {
        Desk {
            handled: Vec::new(),
            waiting: Vec::new(),
        }
    }

    #[call]
    fn note(&mut self, n: u32) -> u32 {
        self.handled.push(n);
        n
    }

    #[call]
    fn handled(&mut self) -> Vec<u32> {
        self.handled.clone()
    }

    /// Answered by `answer(n)`, or never.
    #[call]
    fn later(&mut self, reply: ReplyTo<u32>, n: u32) {
        self.waiting.push((n, reply));
    }

    #[call]
    fn answer(&mut self, n: u32) -> usize {
        for (_, reply) in self.waiting.extract_if(.., |waiting| waiting.0 == n) {
            reply.send(n);
        }
        self.waiting.len()
    }

    #[call]
    fn awaited(&mut self) -> Vec<bool> {
        self.waiting
            .iter()
            .map(|waiting| waiting.1.is_awaited())
            .collect()
    }
}

#[tokio::test(start_paused = true)]
async fn gs_033_a_request_is_sent_at_once_and_answered_when_it_is_waited_for() {
    let desk = Desk::start().await.unwrap();
    let mut first = desk.note(1).send_request();
    let second = desk.note(2).send_request();
    assert_eq!(
        desk.handled().await,
        Ok(vec![1, 2]),
        "sent before anybody waits"
    );
    assert_eq!(first.wait(SHORT).await, Some(Ok(1)));
    assert_eq!(second.await, Ok(2));

    let mut never = desk.later(3).send_request();
    assert_eq!(never.wait(SHORT).await, None);
    desk.stop_with(ExitReason::error("bad")).await.unwrap();
    let down = CallError::Down(ExitReason::error("bad"));
    assert_eq!(never.wait(SHORT).await, Some(Err(down)));
}

#[tokio::test(start_paused = true)]
async fn gs_033_a_request_outlives_the_handle_that_it_was_made_with() {
    let request: Request<Desk, u32> = {
        let desk = Desk::start().await.unwrap();
        desk.note(1).send_request()
    };
    assert_eq!(request.await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn gs_034_a_wait_that_times_out_leaves_the_request_alive() {
    let desk = Desk::start().await.unwrap();
    let mut request = desk.later(1).send_request();
    for _ in 0..3 {
        assert_eq!(request.wait(SHORT).await, None);
    }
    assert_eq!(desk.awaited().await, Ok(vec![true]));
    desk.answer(1).await.unwrap();
    assert_eq!(request.wait(Duration::ZERO).await, Some(Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn gs_035_a_receive_that_times_out_gives_the_request_up() {
    let desk = Desk::start().await.unwrap();
    let request = desk.later(1).send_request();
    assert_eq!(request.receive(SHORT).await, Err(CallError::Timeout));
    assert_eq!(desk.awaited().await, Ok(vec![false]));
    assert_eq!(desk.answer(1).await, Ok(0));
    let request = desk.later(2).send_request();
    assert_eq!(desk.answer(2).await, Ok(0));
    assert_eq!(request.receive(SHORT).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn gs_036_a_request_to_a_server_that_has_ended_is_answered_with_the_error() {
    let desk = Desk::start().await.unwrap();
    desk.stop_with(ExitReason::Shutdown).await.unwrap();
    let down = CallError::Down(ExitReason::Shutdown);
    let mut request = desk.note(1).send_request();
    assert_eq!(request.check(), Some(Err(down.clone())));
    assert_eq!(desk.note(1).send_request().await, Err(down.clone()));
    let mut set = RequestSet::new();
    set.add("label", desk.note(1).send_request());
    assert_eq!(set.next().await, Some(("label", Err(down))));
}

#[tokio::test]
async fn gs_037_a_check_of_one_request_sees_no_answer_of_another() {
    let desk = Desk::start().await.unwrap();
    let mut first = desk.later(1).send_request();
    let mut second = desk.later(2).send_request();
    assert_eq!((first.check(), second.check()), (None, None));
    desk.answer(2).await.unwrap();
    assert_eq!((first.check(), second.check()), (None, Some(Ok(2))));
    assert_eq!(second.check(), None, "an answer is taken once");
    desk.answer(1).await.unwrap();
    assert_eq!(first.check(), Some(Ok(1)));
}

#[tokio::test]
async fn gs_038_a_set_gives_its_answers_in_the_order_in_which_they_come() {
    let desk = Desk::start().await.unwrap();
    let mut set = RequestSet::new();
    assert_eq!((set.next().await, set.is_empty()), (None, true));
    for n in 0..4 {
        set.add(format!("label {n}"), desk.later(n).send_request());
    }
    assert_eq!(set.len(), 4);
    assert!(poll!(Box::pin(set.next())).is_pending());
    for (n, left) in [(2, 3), (0, 2), (3, 1), (1, 0)] {
        desk.answer(n).await.unwrap();
        assert_eq!(set.next().await, Some((format!("label {n}"), Ok(n))));
        assert_eq!(set.len(), left);
    }
    assert_eq!((set.next().await, set.is_empty()), (None, true));
}

#[tokio::test]
async fn gs_038_answers_that_wait_in_a_set_come_in_the_order_in_which_they_came() {
    let desk = Desk::start().await.unwrap();
    let mut set = RequestSet::new();
    for n in 0..4 {
        set.add(n, desk.later(n).send_request());
    }
    assert!(poll!(Box::pin(set.next())).is_pending());
    for n in [2, 0, 3, 1] {
        desk.answer(n).await.unwrap();
    }
    for n in [2, 0, 3, 1] {
        assert_eq!(set.next().await, Some((n, Ok(n))));
    }
}

#[tokio::test]
async fn gs_038_a_set_holds_requests_to_servers_of_several_types() {
    let (desk, other) = (Desk::start().await.unwrap(), Other::start().await.unwrap());
    let mut set = RequestSet::new();
    set.add('a', desk.later(1).send_request());
    set.add('b', other.next().send_request());
    assert_eq!(set.next().await, Some(('b', Ok(1))));
    desk.stop().await.unwrap();
    let down = CallError::Down(ExitReason::Normal);
    assert_eq!(set.next().await, Some(('a', Err(down))));
}

#[tokio::test(start_paused = true)]
async fn gs_039_one_deadline_spans_several_waits() {
    let desk = Desk::start().await.unwrap();
    let deadline = Instant::now() + SHORT;
    let mut first = desk.later(1).send_request();
    let mut second = desk.later(2).send_request();
    assert_eq!(first.wait_until(deadline).await, None);
    assert_eq!(Instant::now().duration_since(deadline).as_millis(), 0);
    assert_eq!(second.wait_until(deadline).await, None);
    assert_eq!(Instant::now().duration_since(deadline).as_millis(), 0);
    desk.answer(2).await.unwrap();
    assert_eq!(
        second.wait_until(deadline).await,
        Some(Ok(2)),
        "late, but there"
    );
}

#[gen_server(mailbox = 1)]
struct Narrow {
    handled: u32,
}

#[gen_server]
impl Narrow {
    #[init]
    fn new() -> Self {
        Narrow { handled: 0 }
    }

    #[call]
    fn next(&mut self) -> u32 {
        self.handled += 1;
        self.handled
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_to_a_full_mailbox_is_sent_when_there_is_room() {
    let narrow = Narrow::start().await.unwrap();
    narrow.sys().suspend().await.unwrap();
    let first = narrow.next().send_request();
    let mut second = narrow.next().send_request();
    assert_eq!(second.check(), None);
    assert_eq!(second.wait(SHORT).await, None);
    narrow.sys().resume().await.unwrap();
    assert_eq!((first.await, second.await), (Ok(1), Ok(2)));
}

#[gen_server]
struct Other {
    count: u32,
}

#[gen_server]
impl Other {
    #[init]
    fn new() -> Self {
        Other { count: 0 }
    }

    #[call]
    fn next(&mut self) -> u32 {
        self.count += 1;
        self.count
    }
}

#[gen_server]
struct Asker {
    number: u32,
    kept: Option<Request<Desk, u32>>,
    set: RequestSet<u32, u32>,
}

#[gen_server]
impl Asker {
    #[init]
    fn new() -> Self {
        Asker {
            number: 7,
            kept: None,
            set: RequestSet::new(),
        }
    }

    #[call]
    fn number(&mut self) -> u32 {
        self.number
    }

    /// Waits a little for an answer that does not come, and keeps the request.
    #[call]
    async fn wait_a_little(&mut self, desk: DeskRef, n: u32) -> bool {
        let mut request = desk.later(n).send_request();
        let early = request.wait(SHORT).await.is_none();
        self.kept = Some(request);
        early
    }

    /// The same with a set.
    #[call]
    async fn wait_a_little_for_all(&mut self, desk: DeskRef, n: u32) -> bool {
        self.set.add(n, desk.later(n).send_request());
        tokio::time::timeout(SHORT, self.set.next()).await.is_err()
    }

    #[call]
    fn check(&mut self) -> Option<Result<u32, CallError>> {
        self.kept.as_mut()?.check()
    }
}

#[tokio::test(start_paused = true)]
async fn gs_034_a_process_that_has_stopped_waiting_waits_for_nobody() {
    let (asker, desk) = (Asker::start().await.unwrap(), Desk::start().await.unwrap());
    assert_eq!(asker.wait_a_little(desk.clone(), 1).await, Ok(true));
    assert_eq!(asker.info().waits_for, None);
    desk.answer(1).await.unwrap();
    assert_eq!(asker.check().await, Ok(Some(Ok(1))));
    assert_eq!(asker.info().waits_for, None);
}

#[tokio::test(start_paused = true)]
async fn gs_038_a_process_that_has_stopped_waiting_for_a_set_waits_for_nobody() {
    let (asker, desk) = (Asker::start().await.unwrap(), Desk::start().await.unwrap());
    assert_eq!(asker.wait_a_little_for_all(desk, 1).await, Ok(true));
    assert_eq!(asker.info().waits_for, None);
}

#[gen_server(donate = never)]
struct Client {
    number: u32,
    kept: Option<Request<Service, Result<u32, CallError>>>,
}

#[gen_server]
impl Client {
    #[init]
    fn new() -> Self {
        Client {
            number: 7,
            kept: None,
        }
    }

    #[call]
    async fn begin(&mut self, service: ServiceRef, cx: &mut Context<Self>) -> bool {
        let mut request = service.ask_later(cx.me()).send_request();
        let early = request.wait(SHORT).await.is_none();
        self.kept = Some(request);
        early
    }

    #[call]
    fn number(&mut self) -> u32 {
        self.number
    }

    #[call]
    async fn answer(&mut self) -> Option<Result<Result<u32, CallError>, CallError>> {
        Some(self.kept.take()?.await)
    }
}

#[gen_server]
struct Service {
    asked: u32,
}

#[gen_server]
impl Service {
    #[init]
    fn new() -> Self {
        Service { asked: 0 }
    }

    /// Asks its client back when that has long stopped waiting.
    #[call]
    async fn ask_later(&mut self, client: ClientRef) -> Result<u32, CallError> {
        self.asked += 1;
        tokio::time::sleep(SHORT * 10).await;
        client.number().await
    }
}

#[tokio::test(start_paused = true)]
async fn gs_034_a_request_that_is_kept_for_later_is_no_deadlock() {
    let (client, service) = (
        Client::start().await.unwrap(),
        Service::start().await.unwrap(),
    );
    assert_eq!(client.begin(service).await, Ok(true));
    tokio::time::sleep(SHORT * 20).await;
    assert_eq!(client.answer().await, Ok(Some(Ok(Ok(7)))));
}

#[gen_server]
struct Purse {
    sum: u32,
}

#[gen_server]
impl Purse {
    #[init]
    fn new() -> Self {
        Purse { sum: 0 }
    }

    #[call]
    fn put(&mut self, n: std::cell::Cell<u32>) -> u32 {
        self.sum += n.get();
        self.sum
    }
}

#[tokio::test]
async fn a_request_can_be_shared_even_if_its_message_cannot() {
    fn shared<T: Send + Sync>(value: T) -> T {
        value
    }
    let server = Purse::start().await.unwrap();
    let request = shared(server.put(std::cell::Cell::new(2)).send_request());
    assert_eq!(request.await, Ok(2));
}
