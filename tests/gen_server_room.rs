//! Callers that wait for room in a full mailbox, and what is left of them when they are told otherwise.

use std::time::Duration;

use otp::Request;
use otp::prelude::*;
use tokio::sync::oneshot;

const LONG: Duration = Duration::from_secs(60);

/// Room for one message, and run by its own task only.
#[gen_server(mailbox = 1, donate = never)]
struct Narrow {
    handled: u32,
}

#[gen_server]
impl Narrow {
    #[init]
    fn new() -> Self {
        Narrow { handled: 0 }
    }

    #[cast]
    fn fill(&mut self) {
        self.handled += 1;
    }

    #[call]
    fn handled(&mut self) -> u32 {
        self.handled
    }

    /// Waits for the gate, and then for a neighbour that asks back.
    #[call]
    async fn ask(
        &mut self,
        gate: oneshot::Receiver<()>,
        back: NeighbourRef,
        me: NarrowRef,
    ) -> bool {
        let _ = gate.await;
        self.handled += 1;
        matches!(back.ask(me).await, Ok(Err(CallError::Deadlock(_))))
    }

    #[call]
    async fn hold(&mut self, gate: oneshot::Receiver<()>) {
        let _ = gate.await;
        self.handled += 1;
    }
}

#[gen_server(donate = never)]
struct Neighbour {
    asked: u32,
    kept: Option<Request<Narrow, u32>>,
}

#[gen_server]
impl Neighbour {
    #[init]
    fn new() -> Self {
        Neighbour {
            asked: 0,
            kept: None,
        }
    }

    #[call]
    async fn ask(&mut self, narrow: NarrowRef) -> Result<u32, CallError> {
        self.asked += 1;
        narrow.handled().await
    }

    /// Sends a request, looks whether it has an answer, and keeps it.
    #[call]
    fn look(&mut self, narrow: NarrowRef) -> bool {
        let request = self.kept.insert(narrow.handled().send_request());
        request.check().is_some()
    }
}

/// One with a message in its hands, of which it will not be done, and another in its mailbox.
async fn full() -> (NarrowRef, impl Sized) {
    let narrow = Narrow::start().await.unwrap();
    let (open, gate) = oneshot::channel();
    let held = narrow.hold(gate).send_request();
    tokio::time::sleep(Duration::from_millis(1)).await;
    narrow.fill().try_send().unwrap();
    (narrow, (open, held))
}

fn waits(server: &NeighbourRef) -> bool {
    server.info().waits_for.is_some()
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_a_deadlock_leaves_the_line_for_room() {
    let narrow = Narrow::start().await.unwrap();
    let neighbour = Neighbour::start().await.unwrap();
    let (open, gate) = oneshot::channel();
    let ask = narrow
        .ask(gate, neighbour.clone(), narrow.clone())
        .send_request();
    tokio::time::sleep(Duration::from_millis(1)).await;
    narrow.fill().try_send().unwrap();
    open.send(()).unwrap();
    assert_eq!(ask.receive(LONG).await, Ok(true), "the circle was seen");
    assert_eq!(
        narrow.handled().timeout(LONG).await,
        Ok(2),
        "there is room again"
    );
}

#[tokio::test(start_paused = true)]
async fn who_waited_for_room_in_a_server_that_ends_waits_no_more() {
    let (narrow, _held) = full().await;
    let neighbour = Neighbour::start().await.unwrap();
    let ask = neighbour.ask(narrow.clone()).send_request();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(waits(&neighbour));
    narrow.pid().exit(ExitReason::Kill);
    let down = Err(CallError::Down(ExitReason::Killed));
    assert_eq!(ask.receive(LONG).await, Ok(down));
    assert!(!waits(&neighbour));
}

#[tokio::test(start_paused = true)]
async fn who_only_looks_for_an_answer_does_not_wait() {
    let (narrow, _held) = full().await;
    let neighbour = Neighbour::start().await.unwrap();
    assert_eq!(neighbour.look(narrow.clone()).await, Ok(false));
    assert!(!waits(&neighbour));
}
