//! What a handler's `next` can do, as `#[state_machine]` writes it.

use std::time::Duration;

use otp::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

/// Writes down what happens.
type Log = Vec<String>;

#[state_machine(initial = Idle | Busy, data = Log)]
#[derive(Debug)]
enum Desk {
    Idle,
    Busy { with: u32 },
    Broken,
}

#[state_machine]
impl Desk {
    #[init]
    fn new(first: Desk, mut next: Next) -> (Self, Log) {
        next.insert_note("first".into());
        next.start_ring(SECOND, 1);
        (first, Log::new())
    }

    #[internal]
    #[on(_)]
    fn note(data: &mut Log, text: String) {
        data.push(text);
    }

    /// Waits in `Idle`, and brings the desk to `Busy` all the same.
    #[call]
    #[on(Idle => Busy)]
    fn take(data: &mut Log, reply: ReplyTo<u32>, with: u32, next: Next) {
        data.push("postponed".into());
        next.postpone(reply, with).busy(with);
    }

    #[call]
    #[on(Busy { with: now } => Broken)]
    #[refuse(Broken)]
    fn take(now: &mut u32, reply: ReplyTo<u32>, with: u32, mut next: Next) {
        next.insert_note(format!("had {now}"));
        *now += with;
        reply.send(*now);
        if *now > 100 {
            next.broken();
        }
    }

    /// Answered by an inserted `take`.
    #[call]
    #[on(Busy)]
    #[refuse(_)]
    fn again(reply: ReplyTo<u32>, mut next: Next) {
        next.insert_take(reply, 1);
    }

    #[call]
    #[on(_)]
    fn log(data: &mut Log) -> Log {
        std::mem::take(data)
    }

    #[cast]
    #[on(Idle | Busy => Idle)]
    #[refuse(Broken)]
    fn rest(mut next: Next) {
        next.start_ring(SECOND * 2, 2);
        next.start_ring(SECOND * 3, 3);
        next.idle();
    }

    #[cast]
    #[on(_)]
    fn change(mut next: Next) {
        next.update_ring(9);
    }

    #[cast]
    #[on(_)]
    fn hush(mut next: Next) {
        next.cancel_ring();
    }

    #[cast]
    #[on(_)]
    fn enter_again(next: Next) {
        next.repeat();
    }

    #[call]
    #[on(_)]
    fn close(next: Next) -> &'static str {
        next.stop(ExitReason::Shutdown);
        "closed"
    }

    #[timeout]
    #[on(_)]
    fn ring(data: &mut Log, count: u32) {
        data.push(format!("ring {count}"));
    }

    #[state_timeout(Broken, 5s)]
    #[on(Broken => Idle)]
    fn repaired(next: Next) {
        next.idle();
    }

    #[enter(Idle | Broken)]
    fn entered(data: &mut Log, from: DeskState) {
        data.push(format!("from {from}"));
    }

    #[exit(Busy)]
    async fn left(data: &mut Log, to: DeskState) {
        tokio::task::yield_now().await;
        data.push(format!("to {to}"));
    }
}

async fn busy() -> DeskRef {
    let desk = Desk::start(Desk::Busy { with: 1 }).await.unwrap();
    assert_eq!(desk.log().await.unwrap(), ["first"]);
    desk
}

#[tokio::test(start_paused = true)]
async fn postpone_and_a_target_in_one_turn() {
    let desk = Desk::start(Desk::Idle).await.unwrap();
    assert_eq!(desk.take(5).await, Ok(10));
    let log = desk.log().await.unwrap();
    assert_eq!(log, ["from Idle", "first", "postponed", "had 5"]);
}

#[tokio::test(start_paused = true)]
async fn an_inserted_call_answers_its_caller() {
    let desk = busy().await;
    assert_eq!(desk.again().await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_is_started_updated_and_cancelled() {
    let desk = busy().await;
    desk.rest().await.unwrap();
    assert_eq!(desk.log().await.unwrap(), ["to Idle", "from Busy"]);
    desk.change().await.unwrap();
    tokio::time::sleep(SECOND * 4).await;
    assert_eq!(desk.log().await.unwrap(), ["ring 9"]);
    desk.rest().await.unwrap();
    desk.hush().await.unwrap();
    tokio::time::sleep(SECOND * 4).await;
    assert!(desk.log().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_state_entered_again_runs_its_enter_handler() {
    let desk = Desk::start(Desk::Idle).await.unwrap();
    assert_eq!(desk.log().await.unwrap(), ["from Idle", "first"]);
    desk.enter_again().await.unwrap();
    assert_eq!(desk.log().await.unwrap(), ["from Idle"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_state_refuses_is_an_error_for_a_call_only() {
    let desk = busy().await;
    assert_eq!(desk.take(100).await, Ok(101));
    let refused = CallError::Refused {
        state: "Broken",
        event: "take",
    };
    assert_eq!(desk.take(1).await, Err(refused));
    desk.rest().await.unwrap();
    assert_eq!(
        desk.log().await.unwrap(),
        ["to Broken", "from Busy", "had 1"]
    );
    tokio::time::sleep(SECOND * 6).await;
    assert_eq!(desk.log().await.unwrap(), ["ring 1", "from Broken"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_answers_first() {
    let desk = busy().await;
    let gone = desk.monitor();
    assert_eq!(desk.close().await, Ok("closed"));
    assert_eq!(gone.await.reason, ExitReason::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn a_state_that_is_not_declared_initial_is_an_error_of_start() {
    let error = Desk::start(Desk::Broken).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("began in `Broken`") && text.contains("initial = Idle | Busy"),
        "{text}"
    );
}

/// What several handlers do in the same way.
macro_rules! go_on {
    ($next:ident) => {
        $next.insert_note("went on".into());
        $next.start_rest(SECOND);
    };
}

/// All that it does with `next` is written elsewhere.
#[state_machine(initial = On, data = Log)]
enum Walker {
    On,
    Resting,
}

#[state_machine]
impl Walker {
    #[call]
    #[on(On)]
    fn walk(data: &mut Log, mut next: Next) -> usize {
        go_on!(next);
        data.len()
    }

    #[internal]
    #[on(_)]
    fn note(data: &mut Log, text: String) {
        data.push(text);
    }

    #[timeout]
    #[on(On => Resting)]
    #[ignore(Resting)]
    fn rest(next: Next) {
        next.resting();
    }

    #[call]
    #[on(Resting => On)]
    fn walk(data: &mut Log, next: Next) -> usize {
        next.on();
        data.len()
    }
}

#[test]
fn what_a_macro_of_the_users_does_with_next_is_done() {
    let mut walker = Walker::bare(Walker::On, Log::new());
    walker.walk().unwrap();
    assert_eq!(walker.data(), &["went on"]);
    walker.advance(SECOND);
    assert!(matches!(walker.state(), Walker::Resting));
}

#[state_machine(initial = Empty, data = ())]
#[derive(Debug)]
enum Van {
    Empty,
    Half,
    Full,
}

#[state_machine]
impl Van {
    #[init]
    fn new() {}

    #[call]
    #[on(_ => Half)]
    fn load1(next: Next) -> u32 {
        next.half();
        1
    }

    #[call]
    #[on(_ => Full)]
    fn load_1(next: Next) -> u32 {
        next.full();
        2
    }
}

#[tokio::test]
async fn handlers_whose_names_differ_by_an_underscore_each_have_their_next() {
    let van = Van::start().await.unwrap();
    assert_eq!(van.load1().await, Ok(1));
    assert_eq!(van.load_1().await, Ok(2));
    assert_eq!(van.load1().await, Ok(1));
}
