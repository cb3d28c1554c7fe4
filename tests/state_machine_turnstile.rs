//! A machine written with `#[state_machine]`: in a process, without one, and as a picture.

use std::time::Duration;

use otp::prelude::*;

#[derive(Default)]
struct Tally {
    coins: u64,
    entered: u32,
}

#[state_machine(initial = Locked, data = Tally)]
enum Turnstile {
    Locked,
    Unlocked {
        credit: u32,
    },
    #[terminal]
    Broken,
}

#[state_machine]
impl Turnstile {
    #[init]
    fn new(start: u64) -> Tally {
        Tally {
            coins: start,
            entered: 0,
        }
    }

    /// One coin unlocks it.
    #[call]
    #[on(Locked => Unlocked)]
    pub fn coin(data: &mut Tally, value: u32, next: Next) -> u32 {
        data.coins += 1;
        next.unlocked(value);
        value
    }

    #[call]
    #[on(Unlocked { credit } => Broken)]
    pub fn coin(data: &mut Tally, credit: &mut u32, value: u32, next: Next) -> u32 {
        data.coins += 1;
        *credit += value;
        let credit = *credit;
        if credit > 100 {
            next.broken();
        }
        credit
    }

    #[call]
    #[on(Unlocked { credit } => Unlocked | Locked)]
    #[refuse(Locked)]
    pub fn push(credit: &u32, next: Next) -> bool {
        match credit.checked_sub(1) {
            Some(left) if left > 0 => {
                next.unlocked(left).within(Duration::from_secs(1));
            }
            _ => next.locked(),
        }
        true
    }

    /// How many coins there were.
    #[call]
    #[on(_)]
    pub fn coins(data: &Tally) -> u64 {
        data.coins
    }

    #[state_timeout(Unlocked, 10s)]
    #[on(Unlocked => Locked)]
    fn relock(next: Next) {
        next.locked();
    }

    #[enter(Unlocked | Broken)]
    fn opened(data: &mut Tally, from: TurnstileState) {
        assert_ne!(from, TurnstileState::Broken);
        data.entered += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn a_turnstile_turns() {
    let gate = Turnstile::start(0).await.unwrap();
    assert_eq!(
        gate.push().await,
        Err(CallError::Refused {
            state: "Locked",
            event: "push"
        })
    );
    assert_eq!(gate.coin(3).await, Ok(3));
    assert_eq!(gate.coin(2).await, Ok(5));
    assert_eq!(gate.push().await, Ok(true));
    assert_eq!(gate.coins().await, Ok(2));
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert!(gate.push().await.is_err());
    let gone = gate.monitor();
    assert_eq!(gate.coin(3).await, Ok(3));
    assert_eq!(gate.coin(100).await, Ok(103));
    assert_eq!(gone.await.reason, ExitReason::Normal);
}

#[test]
fn a_turnstile_turns_without_a_process() {
    let mut gate = Turnstile::bare(Turnstile::Locked, Tally::default());
    assert_eq!(gate.coin(3).unwrap(), 3);
    assert!(gate.push().unwrap());
    gate.advance(Duration::from_secs(10));
    assert!(gate.push().is_err());
    assert_eq!(gate.data().coins, 1);
}

#[test]
fn the_graph_is_text_and_data() {
    let text = "stateDiagram-v2
    [*] --> Locked
    Locked --> Unlocked: coin
    Locked --> Locked: coins
    Unlocked --> Broken: coin
    Unlocked --> Unlocked: push, coins
    Unlocked --> Locked: push, relock
    Broken --> [*]";
    assert_eq!(Turnstile::diagram(), text);
    let relock = Turnstile::transitions()
        .iter()
        .find(|edge| edge.event == "relock")
        .unwrap();
    assert_eq!(relock.from, TurnstileState::Unlocked);
    assert_eq!(relock.to, TurnstileState::Locked);
    assert_eq!(relock.kind, otp::EventKind::StateTimeout);
    assert_eq!(Turnstile::transitions().len(), 7);
}
